// Builds of services and how they come to serve: ordered by steps of the method, and all day in the background.
#include <fmt/format.h>

#include <map>
#include <memory>

#include "models/delivery/pipeline/deliverer.hpp"
#include "models/delivery/pipeline/ec2_groups.hpp"
#include "models/delivery/pipeline/scaled_groups.hpp"
#include "models/services/call_graph.hpp"
#include "scenarios/composition/parts/edge.hpp"
#include "scenarios/composition/parts/failover.hpp"
#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/composition/parts/load.hpp"
#include "scenarios/composition/parts/registry.hpp"
#include "scenarios/composition/parts/scaling.hpp"
#include "scenarios/composition/parts/titus.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/scenario/places.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin {
namespace {

using delivery::Deliverer;

/// Of gateways those of the edge; of a service that workloads come straight to, theirs.
class BalancersOfService final : public delivery::Balancers {
 public:
  explicit BalancersOfService(Twin::Parts& parts) : parts_(parts) {}

  void deregister(const rpc::Instance& instance) override {
    for (edge::RegionBalancer* balancer : before(instance)) balancer->deregister(instance);
  }
  void register_again(rpc::Instance& instance) override {
    for (edge::RegionBalancer* balancer : before(instance)) balancer->add(instance, false);
  }
  bool in_service(const rpc::Instance& instance) const override {
    const std::vector<edge::RegionBalancer*> balancers = before(instance);
    return std::all_of(balancers.begin(), balancers.end(), [&](const edge::RegionBalancer* one) { return one->in_service(instance); });
  }

 private:
  std::vector<edge::RegionBalancer*> before(const rpc::Instance& instance) const {
    std::vector<edge::RegionBalancer*> found;
    if (services::service_of(instance).spec.gateway) {
      found.push_back(&parts_.get<EdgePart>().edge.balancer(parts_.geography.region_of(instance.zone)));
    }
    for (workload::ServiceDoor& door : parts_.get<LoadPart>().load.service_doors()) {
      if (edge::RegionBalancer* const balancer = door.balancer_of(instance)) found.push_back(balancer);
    }
    return found;
  }

  Twin::Parts& parts_;
};

class DeliveriesPart final : public TwinPart {
 public:
  explicit DeliveriesPart(Twin::Parts& parts) : parts_(parts) {
    parts.measures.deliveries = delivery::DeliveryMeasures(parts.recorder);
    for (services::Service& service : parts.mesh.services()) {
      if (service.original != nullptr) continue;
      if (why_not_delivered(parts.scenario, service.name).empty()) deliverers_.emplace(service.name, deliverer_of(service));
    }
  }
  void start() override {
    for (const auto& groups : scaled_) groups->start();
    if (parts_.scenario.deliveries->background) scope_.spawn_service("deliveries all day", come());
  }
  Deliverer* find(const std::string& service) {
    const auto found = deliverers_.find(service);
    return found == deliverers_.end() ? nullptr : found->second.get();
  }
  Deliverer::Order order(const std::string& build, const std::string& pipeline) const {
    const delivery::DeliveriesSpec& spec = *parts_.scenario.deliveries;
    const delivery::ReleasePipelineSpec& way = spec.pipelines.at(pipeline);
    return {build, build.empty() ? nullptr : &spec.builds.at(build), &way, way.roll_back};
  }

 private:
  std::unique_ptr<delivery::GroupCarrier> carrier_of(services::Service& service, RegionIndex region);
  std::unique_ptr<delivery::GroupCarrier> scaled(services::Service& service, RegionIndex region);
  std::unique_ptr<Deliverer> deliverer_of(services::Service& service);
  Task<> come();
  const std::string& draw_build(Random& random) const;

  Twin::Parts& parts_;
  std::map<std::string, BalancersOfService> balancers_;  ///< by service that has some
  std::map<std::string, std::unique_ptr<Deliverer>> deliverers_;
  std::vector<delivery::ScaledGroups*> scaled_;
  Scope scope_;
};

std::unique_ptr<delivery::GroupCarrier> DeliveriesPart::carrier_of(services::Service& service, RegionIndex region) {
  if (service.spec.scaling) return scaled(service, region);
  if (service.spec.runs_on == services::RunsOn::titus) return parts_.get<TitusPart>().groups_of(service, region);
  return std::make_unique<delivery::Ec2Groups>(parts_.get<FleetPart>().fleet, service, FleetPart::image_of(service),
                                               parts_.geography.zones_in(region));
}

std::unique_ptr<delivery::GroupCarrier> DeliveriesPart::scaled(services::Service& service, RegionIndex region) {
  delivery::ScaledGroups::Ground ground{.adopts = nullptr, .make_carrier = nullptr, .make_scaler = nullptr};
  if (service.spec.runs_on == services::RunsOn::titus) {
    auto groups = parts_.get<TitusPart>().groups_of(service, region);
    ground.make_carrier = [there = groups.get()](rpc::ServerGroup& group) { return there->carrier_of(group); };
    ground.adopts = std::move(groups);
  } else {
    FleetPart& fleet = parts_.get<FleetPart>();
    const ec2::Image image = FleetPart::image_of(service);
    ground.adopts = std::make_unique<delivery::Ec2Groups>(fleet.fleet, service, image, parts_.geography.zones_in(region));
    ground.make_carrier = [&fleet, &service, region](rpc::ServerGroup& group) { return fleet.carrier_of(service, region, &group); };
  }
  ground.make_scaler = [&scaling = parts_.get<ScalingPart>(), &service, region](const rpc::ServerGroup& group, int desired, auto carrier) {
    return scaling.scaler_of(service, region, desired, std::move(carrier), &group);
  };
  auto groups = std::make_unique<delivery::ScaledGroups>(std::move(ground));
  scaled_.push_back(groups.get());
  return groups;
}

std::unique_ptr<Deliverer> DeliveriesPart::deliverer_of(services::Service& service) {
  std::vector<std::unique_ptr<delivery::Cluster>> clusters;
  delivery::Balancers* balancers = nullptr;
  if (is_behind_balancers(parts_.scenario, service.name)) balancers = &balancers_.try_emplace(service.name, parts_).first->second;
  for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    std::unique_ptr<delivery::GroupCarrier> groups = carrier_of(service, region);
    clusters.push_back(std::make_unique<delivery::Cluster>(parts_.mesh.lives, service, parts_.get<RegistryPart>().of(region), balancers,
                                                           std::move(groups), parts_.measures.deliveries.harmed));
    clusters.back()->serves = [this, &service, region](const rpc::ServerGroup& group) {
      if (auto* const failover = parts_.find<FailoverPart>()) failover->follow(service.name, region, group);
    };
  }
  const bool bakes = service.spec.runs_on == services::RunsOn::ec2;
  return std::make_unique<Deliverer>(std::move(clusters), bakes, parts_.measures.deliveries, parts_.recorder);
}

// One stream of random numbers says when, to which service and what.
Task<> DeliveriesPart::come() {
  const delivery::BackgroundSpec& spec = *parts_.scenario.deliveries->background;
  Random random = Simulation::current().stream("deliveries", "background");
  for (;;) {
    co_await delay(random.exponential(Duration{24h} / spec.per_day));
    const auto service = std::next(deliverers_.begin(), static_cast<std::ptrdiff_t>(random.below(deliverers_.size())));
    service->second->take(order(draw_build(random), spec.pipeline));
  }
}

const std::string& DeliveriesPart::draw_build(Random& random) const {
  const std::map<std::string, double>& builds = parts_.scenario.deliveries->background->builds;
  double all = 0;
  for (const auto& [name, weight] : builds) all += weight;
  double left = random.uniform(0, all);
  for (const auto& [name, weight] : builds) {
    left -= weight;
    if (left < 0) return name;
  }
  return builds.rbegin()->first;
}

bool has_deliveries(const Scenario& scenario) { return scenario.deliveries.has_value(); }

/// Whether anybody's requests come to a service, directly or by others.
bool has_traffic(const Scenario& scenario, const std::string& service) {
  const services::CallGraph graph(scenario.services);
  const auto leads_there = [&](const std::string& root) {
    const auto visits = graph.visits(root);
    const auto found = visits.find(service);
    return found != visits.end() && found->second > 0;
  };
  if (scenario.members && leads_there(scenario.edge.gateway)) return true;
  for (const auto& [name, workload] : scenario.load) {
    if (leads_there(workload.target)) return true;
  }
  return false;
}

void check_deliveries(const Scenario& scenario, Checker& checker) {
  if (!scenario.deliveries) return;
  checker.require(!scenario.misim, "deliveries", "services of `misim` are not delivered");
  checker.require(registry::has_statuses(scenario.registry.kind), "deliveries",
                  "a delivery takes instances out of service in Eureka: services that find each other otherwise (`registry.kind`) do not "
                  "hear of it");
  if (!scenario.deliveries->background) return;
  const std::string at = "deliveries.background";
  const delivery::BackgroundSpec& background = *scenario.deliveries->background;
  checker.require(!background.builds.empty(), at + ".builds", "expected a build at least: none would be delivered");
  const bool some = std::any_of(scenario.services.begin(), scenario.services.end(),
                                [&](const auto& service) { return why_not_delivered(scenario, service.first).empty(); });
  checker.require(some, at, "there is no service that could be delivered");
}

const delivery::ReleasePipelineSpec* pipeline_of(const StepCheck& on) {
  if (!on.scenario.deliveries) return nullptr;
  const auto found = on.scenario.deliveries->pipelines.find(on.step.pipeline);
  return found == on.scenario.deliveries->pipelines.end() ? nullptr : &found->second;
}

void check_delivered_target(const StepCheck& on) {
  on.require(on.scenario.deliveries.has_value(), "action", "the scenario has no `deliveries`: builds, and pipelines by which they come");
  on.target_of("service");
  if (!on.scenario.services.contains(on.step.target)) return;
  const std::string why_not = why_not_delivered(on.scenario, on.step.target);
  on.require(why_not.empty(), "target", fmt::format("{} is not delivered: {}", on.step.target, why_not));
}

void check_delivery(const StepCheck& on) {
  const delivery::ReleasePipelineSpec* const pipeline = pipeline_of(on);
  if (pipeline == nullptr || !pipeline->canary || !on.scenario.services.contains(on.step.target)) return;
  on.require(has_traffic(on.scenario, on.step.target), "target",
             fmt::format("the canary of `{}` has no traffic: no workload, member or other service asks {}, and there is nothing to judge",
                         on.step.pipeline, on.step.target));
}

void check_roll_back(const StepCheck& on) {
  if (on.scenario.deliveries && on.scenario.deliveries->background) return;
  const auto delivers = [&](const FaultSpec& step) {
    return step.action.name == "deliver" && step.target == on.step.target && step.at < on.step.at;
  };
  const bool some = std::any_of(on.scenario.method.begin(), on.scenario.method.end(), delivers);
  on.require(some, "target", fmt::format("{} has no previous build to go back to: no earlier step delivers one", on.step.target));
}

chaos::Effect take_order(Twin::Parts& parts, const FaultSpec& step, std::string text) {
  auto* const deliveries = parts.find<DeliveriesPart>();
  Deliverer* const deliverer = deliveries == nullptr ? nullptr : deliveries->find(step.target);
  if (deliverer == nullptr) unknown_target("service that is delivered", step.target, {});
  const Deliverer::Order order = deliveries->order(step.build, step.pipeline);
  return {.text = [text = std::move(text)] { return text; }, .begin = [deliverer, order] { deliverer->take(order); }, .end = nullptr};
}

chaos::Effect deliver(Twin::Parts& parts, const FaultSpec& step) {
  return take_order(parts, step, fmt::format("the build {} is ordered, by {}", step.build, step.pipeline));
}

chaos::Effect roll_back(Twin::Parts& parts, const FaultSpec& step) { return take_order(parts, step, "back to the build before"); }

std::vector<Action> deliveries_actions() {
  return {
      {.name = "deliver",
       .doc = "deliver a build of a service by a pipeline; after those of the service that go on already",
       .needs = {"target", "build", "pipeline"},
       .reads = {},
       .takes = {TargetKind::service},
       .check_target = check_delivered_target,
       .bind = deliver,
       .check = check_delivery,
       .harms = false},
      {.name = "roll_back",
       .doc = "take a service back to the build before, as the pipeline's `roll_back` says; after a delivery that goes on",
       .needs = {"target", "pipeline"},
       .reads = {},
       .takes = {TargetKind::service},
       .check_target = check_delivered_target,
       .bind = roll_back,
       .check = check_roll_back,
       .harms = false},
  };
}

}  // namespace

extern const PartKind deliveries_part;
const PartKind deliveries_part{
    .check = check_deliveries, .present = has_deliveries, .build = build_part<DeliveriesPart>, .actions = deliveries_actions};

}  // namespace streamtwin
