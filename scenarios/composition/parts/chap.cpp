#include "scenarios/composition/parts/chap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>

#include "models/chaos/chap/experiment.hpp"
#include "models/chaos/monkey/local_time.hpp"
#include "models/delivery/pipeline/cluster.hpp"
#include "models/delivery/pipeline/ec2_groups.hpp"
#include "models/services/call_graph.hpp"
#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/composition/parts/injections.hpp"
#include "scenarios/composition/parts/members.hpp"
#include "scenarios/composition/parts/registry.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin {
namespace {

using chaos::ChapSpec;
using chaos::ExperimentSpec;
using services::MemberRoutes;

/// How often somebody looks whether the clusters have gone.
constexpr Duration between_polls = 10s;

constexpr std::array group_names{"experiment", "control"};

std::string name_of_clone(const std::string& service, const std::string& experiment, std::size_t group) {
  return fmt::format("{}-{}-{}", service, experiment, group_names[group]);
}

RegionIndex region_of(const Twin::Parts& parts, const ExperimentSpec& spec) {
  return spec.region.empty() ? RegionIndex{0} : parts.geography.region(spec.region);
}

/// Routes count from 1: of each experiment first its own, then the control's.
MemberRoutes::Route route_to(std::size_t number, std::size_t group) { return static_cast<MemberRoutes::Route>(2 * number + group + 1); }

/// Where an instant lies in the hours of those at work.
struct AtWork {
  chaos::LocalTime time;
  bool works;
  Duration closes;  ///< from the beginning of the run
};

AtWork at_work(const Scenario& scenario, Duration at) {
  const ChapSpec& spec = *scenario.chap;
  constexpr chaos::Day a_monday{std::chrono::year{2018} / 1 / 1};
  const chaos::LocalTime begin{a_monday + std::chrono::days{static_cast<int>(scenario.clock.weekday)}, scenario.clock.starts};
  const chaos::LocalTime time = chaos::after(begin, scenario.clock.warm_up + at);
  const chaos::LocalTime opens = chaos::hour_of(time.day, spec.start_hour), closes = chaos::hour_of(time.day, spec.end_hour);
  return {time, chaos::is_weekday(time.day) && time >= opens && time < closes, chaos::between(begin, closes)};
}

class ChapPart final : public TwinPart, private clients::PlayObserver {
 public:
  explicit ChapPart(Twin::Parts& parts) : parts_(parts) {
    parts.get<MembersPart>().sessions->observer = this;
    std::size_t number = 0;
    for (const auto& [name, spec] : parts.scenario.chap->experiments) {
      Clones& clones = add_clones_of(name, spec, number++);
      chaos::ExperimentMeasures& measures = parts.measures.experiments[name];
      const Instant closes{at_work(parts.scenario, spec.at).closes};
      experiments_.emplace_back(name, spec, *parts.scenario.chap, bench_of(clones), closes, parts.recorder, measures);
    }
  }
  void start() override {
    auto experiment = experiments_.begin();
    for (const auto& [name, spec] : parts_.scenario.chap->experiments) (experiment++)->start(parts_.begin_of_measurement() + spec.at);
  }
  void add_results(RunResult& result) override {
    for (const auto& [name, measures] : parts_.measures.experiments) {
      for (const chaos::ExperimentLook& look : measures.looks) {
        const std::string_view conclusion = enum_names<chaos::Conclusion>[static_cast<std::size_t>(look.conclusion)].name;
        result.experiments.push_back({look.time, name, look.experiment.plays, look.experiment.starts, look.control.plays,
                                      look.control.starts, chaos::two_proportion_z(look.experiment, look.control),
                                      std::string{conclusion}});
      }
    }
  }

 private:
  struct Clone {
    std::unique_ptr<delivery::Cluster> cluster;
    MemberRoutes::Route route;
    const rpc::ServerGroup* group = nullptr;  ///< once it has been launched
  };
  /// Both of an experiment, and what befalls the first.
  struct Clones {
    std::array<Clone, 2> of;
    int instances;
    std::optional<fit::Injections::Number> failure;
  };
  Clones& add_clones_of(const std::string& name, const ExperimentSpec& spec, std::size_t number);
  std::unique_ptr<delivery::Cluster> cluster_of(services::Service& clone, RegionIndex region);
  fit::Injections::Number add_failure(const std::string& name, const ExperimentSpec& spec, MemberRoutes::Route route);
  chaos::Bench bench_of(Clones& clones);
  static void launch(Clones& clones);
  static bool are_up(Clones& clones);
  void open(const Clones& clones);
  void close(const Clones& clones);
  static Task<> dispose(Clones& clones);

  // Plays go to the group that their member is in as they are asked for.
  void play_asked(std::uint64_t play, std::uint32_t member, RegionIndex region) override {
    const MemberRoutes::Route route = parts_.mesh.routes.route_of(member, region);
    if (route != 0) asked_.emplace(play, Asked{member, route});
  }
  void play_refused(std::uint64_t play) override { asked_.erase(play); }
  void play_ended(std::uint64_t play, bool started) override {
    const auto found = asked_.find(play);
    if (found == asked_.end()) return;
    const Asked asked = found->second;
    asked_.erase(found);
    experiments_[(asked.route - std::size_t{1}) / 2].play_ended(asked.route % 2 == 1, asked.member, started);
  }

  Twin::Parts& parts_;
  std::deque<Clones> clones_;
  std::deque<chaos::Experiment> experiments_;
  struct Asked {
    std::uint32_t member;
    MemberRoutes::Route route;
  };
  std::map<std::uint64_t, Asked> asked_;  ///< by play, of those that are under way
  Scope scope_;
};

ChapPart::Clones& ChapPart::add_clones_of(const std::string& name, const ExperimentSpec& spec, std::size_t number) {
  Clones& clones = clones_.emplace_back();
  clones.instances = spec.instances;
  for (const std::size_t group : {0u, 1u}) {
    services::Service& clone = parts_.mesh.service(name_of_clone(spec.service, name, group));
    clones.of[group].cluster = cluster_of(clone, region_of(parts_, spec));
    clones.of[group].route = route_to(number, group);
  }
  if (spec.failure) clones.failure = add_failure(name, spec, clones.of[0].route);
  return clones;
}

std::unique_ptr<delivery::Cluster> ChapPart::cluster_of(services::Service& clone, RegionIndex region) {
  const ec2::Image image = FleetPart::image_of(clone);
  auto groups = std::make_unique<delivery::Ec2Groups>(parts_.get<FleetPart>().fleet, clone, image, parts_.geography.zones_in(region));
  return std::make_unique<delivery::Cluster>(parts_.mesh.lives, clone, parts_.get<RegistryPart>().of(region), nullptr, std::move(groups),
                                             Counter{});
}

fit::Injections::Number ChapPart::add_failure(const std::string& name, const ExperimentSpec& spec, MemberRoutes::Route route) {
  count_injections(parts_);
  const chaos::ExperimentFailureSpec& failure = *spec.failure;
  const fit::Injection injection{.group = {},
                                 .route = route,
                                 .point = point_of(failure.point, parts_.scenario.services.at(failure.callee)),
                                 .caller = parts_.mesh.service(name_of_clone(spec.service, name, 0)).index,
                                 .callee = parts_.mesh.service(failure.callee).index,
                                 .latency = failure.latency,
                                 .deviation = failure.deviation,
                                 .errors = failure.errors};
  return parts_.mesh.injections.add(injection, parts_.simulation.stream("experiment", name));
}

chaos::Bench ChapPart::bench_of(Clones& clones) {
  return {.launch = [&clones] { launch(clones); },
          .are_up = [&clones] { return are_up(clones); },
          .open = [this, &clones] { open(clones); },
          .close = [this, &clones] { close(clones); },
          .dispose = [this, &clones] { scope_.spawn_service("end of an experiment", dispose(clones)); }};
}

void ChapPart::launch(Clones& clones) {
  for (Clone& clone : clones.of) {
    delivery::Cluster::Group& group = clone.cluster->add("", {});
    clone.group = &group.group;
    clone.cluster->want(group, clones.instances, Fraction{0});
  }
}

bool ChapPart::are_up(Clones& clones) {
  int up = 0;
  for (Clone& clone : clones.of) {
    clone.cluster->poll();
    up += clone.cluster->up(*clone.cluster->find(*clone.group));
  }
  return up == 2 * clones.instances;
}

void ChapPart::open(const Clones& clones) {
  for (const Clone& clone : clones.of) parts_.mesh.routes.open(clone.route);
  if (clones.failure) parts_.mesh.injections.begin(*clones.failure);
}

// Who is there already meets the failure to the end.
void ChapPart::close(const Clones& clones) {
  for (const Clone& clone : clones.of) parts_.mesh.routes.close(clone.route);
  if (clones.failure) parts_.mesh.injections.end(*clones.failure);
}

Task<> ChapPart::dispose(Clones& clones) {
  for (Clone& clone : clones.of) {
    for (auto* there = clone.cluster->find(*clone.group); there != nullptr; there = clone.cluster->find(*clone.group)) {
      clone.cluster->want(*there, 0, Fraction{0});
      clone.cluster->poll();
      if (clone.cluster->find(*clone.group) != nullptr) co_await delay(between_polls);
    }
  }
}

bool has_experiments(const Scenario& scenario) { return scenario.chap.has_value(); }

/// What a check says of one experiment goes by its place.
struct ExperimentCheck {
  const Scenario& scenario;
  Checker& checker;
  const std::string& name;
  const ExperimentSpec& spec;

  void require(bool holds, std::string_view key, std::string_view message) const {
    checker.require(holds, fmt::format("chap.experiments.{}{}{}", name, key.empty() ? "" : ".", key), message);
  }
  const services::ServiceSpec& service() const { return scenario.services.at(spec.service); }
};

std::string why_not_cloned(const Scenario& scenario, const std::string& name) {
  const services::ServiceSpec& service = scenario.services.at(name);
  if (service.gateway) return "no service calls it: members come to it by load balancers, and nobody could send them elsewhere";
  if (service.cache || service.store) return "its instances hold data, which further clusters of it would not have";
  if (service.runs_on == services::RunsOn::titus) return "its instances run on Titus, and the clusters of experiments on EC2";
  const auto visits = services::CallGraph(scenario.services).visits(scenario.edge.gateway);
  const auto found = visits.find(name);
  if (found == visits.end() || found->second <= 0) return "no play leads to it: no service calls it that members' requests come to";
  return {};
}

void check_service(const ExperimentCheck& on) {
  const std::string why_not = why_not_cloned(on.scenario, on.spec.service);
  on.require(why_not.empty(), "service", fmt::format("there is nothing to learn of {}: {}", on.spec.service, why_not));
  for (const std::size_t group : {0u, 1u}) {
    const std::string clone = name_of_clone(on.spec.service, on.name, group);
    on.require(!on.scenario.services.contains(clone), "", fmt::format("{} would be its cluster, and is a service: rename one", clone));
  }
}

void check_failure(const ExperimentCheck& on) {
  if (!on.spec.failure || !on.scenario.services.contains(on.spec.failure->callee)) return;
  const std::string& callee = on.spec.failure->callee;
  on.require(makes_call(on.service(), callee), "failure.callee",
             fmt::format("{} does not call {} under a command or as its data", on.spec.service, callee));
  const std::string_view why_not = why_not_there(on.spec.failure->point, on.scenario.services.at(callee));
  on.require(why_not.empty(), "failure.point", why_not);
}

// A member's requests come to as few instances as everybody's do.
void check_size(const ExperimentCheck& on) {
  for (const places::RegionSpec& region : on.scenario.regions) {
    const bool here = on.spec.region.empty() ? &region == &on.scenario.regions.front() : region.name == on.spec.region;
    const double usual = on.service().instances_in(region) * on.spec.members.value();
    if (!here || usual <= on.spec.instances) continue;
    on.require(false, "instances",
               fmt::format("{:g} % of the members are the load of {:.3g} instances of {}: the two clusters would be overloaded without any "
                           "failure",
                           on.spec.members.value() * 100, usual, on.spec.service));
  }
}

void check_time(const ExperimentCheck& on) {
  const ChapSpec& spec = *on.scenario.chap;
  on.require(on.spec.at < on.scenario.clock.lasts, "at", "the run has ended by then");
  const AtWork then = at_work(on.scenario, on.spec.at);
  if (then.works) return;
  constexpr std::array days{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  on.require(false, "at",
             fmt::format("that is at {:02.0f}:{:02.0f} on a {}, and experiments begin from {} to {} o'clock on work days: change `at`, the "
                         "clock, or `chap.start_hour` and `chap.end_hour`",
                         std::floor(then.time.since_midnight / 1h), std::fmod(then.time.since_midnight / 1min, 60),
                         days[std::chrono::weekday{then.time.day}.c_encoding()], spec.start_hour, spec.end_hour));
}

/// Until when it may have its members.
Duration end_of(const ChapSpec& common, const ExperimentSpec& spec) {
  return spec.at + common.up_timeout + common.lists_after + spec.lasts;
}

// Of those that may go on when it is ordered.
void check_share(const ExperimentCheck& on) {
  const ChapSpec& common = *on.scenario.chap;
  double members = 0;
  for (const auto& [name, other] : common.experiments) {
    if (other.at <= on.spec.at && on.spec.at < end_of(common, other)) members += 2 * other.members.value();
  }
  on.require(members <= common.members_at_most.value() * (1 + 1e-9), "members",
             fmt::format("with it experiments and their controls have {:g} % of the members, and `chap.members_at_most` is {:g} %",
                         members * 100, common.members_at_most.value() * 100));
}

void check_chap(const Scenario& scenario, Checker& checker) {
  if (!scenario.chap) return;
  checker.require(scenario.members.has_value() && scenario.has_edge(), "chap",
                  "experiments compare what members start, whom a gateway sends to clusters of their own: this scenario has no `members` "
                  "behind a gateway");
  if (!scenario.members || !scenario.has_edge()) return;
  checker.require(injections_of(scenario) <= fit::Injections::most, "chap.experiments",
                  fmt::format("a request carries marks of at most {} injections", fit::Injections::most));
  double all = 0;
  for (const auto& [name, spec] : scenario.chap->experiments) {
    all += 2 * spec.members.value();
    if (!scenario.services.contains(spec.service)) continue;  // said already
    const ExperimentCheck on{scenario, checker, name, spec};
    check_service(on);
    check_failure(on);
    check_size(on);
    check_time(on);
    check_share(on);
  }
  checker.require(all <= 1 + 1e-9, "chap.experiments",
                  "no member is in two experiments of a run: all together have more members than there are");
}

}  // namespace

void add_clones(Twin::Parts& parts) {
  if (!parts.scenario.chap) return;
  services::Mesh& mesh = parts.mesh;
  mesh.routes.draw_by(parts.simulation.stream("experiments", "members").bits());
  for (const auto& [name, spec] : parts.scenario.chap->experiments) {
    for (const std::size_t group : {0u, 1u}) {
      const MemberRoutes::Route route = mesh.routes.add(region_of(parts, spec), spec.members);
      mesh.clone(spec.service, name_of_clone(spec.service, name, group), route);
    }
  }
}

extern const PartKind chap_part;
const PartKind chap_part{.check = check_chap, .present = has_experiments, .build = build_part<ChapPart>};

}  // namespace streamtwin
