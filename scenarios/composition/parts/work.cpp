#include "scenarios/composition/parts/work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/cloud/ec2/instance_types.hpp"
#include "models/stores/s3/bucket.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/composition/parts/reservations.hpp"
#include "scenarios/composition/parts/titus.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {
namespace {

RegionIndex region_named(const places::Geography& geography, const std::string& name) {
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    if (geography.region_name(static_cast<RegionIndex>(r)) == name) return static_cast<RegionIndex>(r);
  }
  return RegionIndex{0};
}

/// That of its name, or the first.
std::string region_called(const Scenario& scenario, const std::string& name) { return name.empty() ? scenario.regions.front().name : name; }

std::string region_of(const Scenario& scenario, const work::PipelineSpec& spec) {
  if (spec.machines) return region_called(scenario, spec.machines->region);
  const auto stack = scenario.titus.find(spec.stack);
  return region_called(scenario, stack == scenario.titus.end() ? "" : stack->second.region);
}

}  // namespace

// What is found under way has its place after the services and the other batch jobs of its stack.
WorkPart::WorkPart(Twin::Parts& parts) : parts_(parts) {
  for (const auto& [name, spec] : parts.scenario.work) {
    const std::string long_name = "work." + name;
    work::PipelineMeasures& measures = parts.measures.work[name] =
        work::PipelineMeasures(parts.recorder, long_name, spec, !parts.scenario.reservations.empty());
    workers_.push_back(workers_of(name, spec));
    const RegionIndex region = region_named(parts.geography, region_of(parts.scenario, spec));
    work::ObjectStore& store = stores_.try_emplace(region, *parts.get<CloudPart>().gateways()[region]).first->second;
    const work::PipelineInputs inputs{
        .name = long_name, .clock = parts.scenario.clock.starts, .network = parts.scenario.network.machine_bandwidth};
    pipelines_.push_back(std::make_unique<work::Pipeline>(inputs, spec, *workers_.back(), store, measures));
    pipelines_.back()->look_back();
    if (!spec.machines) parts.get<TitusPart>().find(spec.stack)->place_what_was_found();
  }
}

work::ObjectStore* WorkPart::store_in(RegionIndex region) {
  const auto found = stores_.find(region);
  return found == stores_.end() ? nullptr : &found->second;
}

std::unique_ptr<work::Workers> WorkPart::workers_of(const std::string& name, const work::PipelineSpec& spec) {
  if (spec.machines) return machines_of(name, spec);
  titus::Stack& stack = *parts_.get<TitusPart>().find(spec.stack);
  return std::make_unique<work::Containers>("work." + name, spec, stack, parts_.scenario.titus.at(spec.stack).limits.batch_size_max);
}

// Group by group, as evenly over the zones as it goes.
std::unique_ptr<work::Workers> WorkPart::machines_of(const std::string& name, const work::PipelineSpec& spec) {
  auto machines = std::make_unique<work::Machines>(spec, parts_.scenario.fleet.status_check, parts_.measures.work.at(name).machines);
  const places::Geography& geography = parts_.geography;
  const RegionIndex region = region_named(geography, spec.machines->region);
  const ec2::InstanceType& type = *ec2::instance_type(spec.machines->type);
  const std::vector<ZoneIndex> zones = geography.zones_in(region);
  const ec2::Cost& cost = parts_.measures.work.at(name).machines.cost;
  std::vector<ec2::Ledger::Meter> meters;
  for (const ZoneIndex zone : zones) meters.push_back(parts_.get<ReservationsPart>().ledger.meter(type, zone, {cost}));
  std::size_t group = 0;
  for (const auto& [group_name, group_spec] : spec.machines->groups) {
    if (group_spec.borrows > 0) parts_.get<FleetPart>().lending()->add(machines->borrower(group, type.vcpus), type, zones, cost);
    for (int number = 0; number < group_spec.machines; ++number) {
      const std::size_t zone = static_cast<std::size_t>(number) % zones.size();
      Host& host = parts_.get<CloudPart>().add_machine(fmt::format("{}-{}-{}", name, group_name, number), zones[zone], type.vcpus);
      machines->add_machine(group, host, meters[zone]);
    }
    ++group;
  }
  return machines;
}

void WorkPart::start() {
  for (const auto& pipeline : pipelines_) pipeline->start();
}

void WorkPart::window_ends(Instant) { count_up_to_now(); }
void WorkPart::measurement_begins(Instant) { count_up_to_now(); }
void WorkPart::add_results(RunResult&) { count_up_to_now(); }

void WorkPart::count_up_to_now() {
  for (const auto& pipeline : pipelines_) pipeline->count_up_to_now();
}

namespace {

bool has_work(const Scenario& scenario) { return !scenario.work.empty(); }

std::vector<std::string> stack_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& [name, stack] : scenario.titus) names.push_back(name);
  return names;
}

void check_containers(const Scenario& scenario, const std::string& at, const work::PipelineSpec& spec, Checker& checker) {
  checker.one_of(at + ".stack", spec.stack, "stack of Titus", stack_names(scenario));
  const auto stack = scenario.titus.find(spec.stack);
  if (stack == scenario.titus.end()) return;
  std::vector<std::string> images, groups{titus::default_capacity_group};
  for (const auto& [name, image] : stack->second.images) images.push_back(name);
  for (const auto& [name, group] : stack->second.capacity.groups) groups.push_back(name);
  checker.require(!spec.image.empty(), at, "expected the `image` that its containers run");
  if (!spec.image.empty()) checker.one_of(at + ".image", spec.image, "image of the stack", images);
  if (!spec.capacity_group.empty()) checker.one_of(at + ".capacity_group", spec.capacity_group, "capacity group of the stack", groups);
  for (const std::string& stage : spec.stage_names()) {
    const std::string where = spec.stages.contains(stage) ? fmt::format("{}.stages.{}", at, stage) : at;
    stack->second.check_container(where, spec.container(stage), spec.capacity_group, checker);
  }
}

// With what is reserved in its region, and lent.
void check_borrowing(const Scenario& scenario, const std::string& at, const work::MachinesSpec& machines, Checker& checker) {
  const std::string region = machines.region.empty() && !scenario.regions.empty() ? scenario.regions.front().name : machines.region;
  const bool lent = std::any_of(scenario.reservations.begin(), scenario.reservations.end(), [&](const auto& entry) {
    const ec2::ReservationSpec& reservation = entry.second;
    return reservation.lends && reservation.type == machines.type && region_of(scenario, reservation) == region;
  });
  for (const auto& [name, group] : machines.groups) {
    checker.require(group.borrows == 0 || lent, fmt::format("{}.machines.groups.{}.borrows", at, name),
                    fmt::format("no reservation of {} in {} lends its idle instances: give one `lends`", machines.type, region));
  }
}

void check_machines(const std::string& at, const work::PipelineSpec& spec, Checker& checker) {
  checker.one_of(at + ".machines.type", spec.machines->type, "instance type", ec2::instance_type_names());
  const ec2::InstanceType* const type = ec2::instance_type(spec.machines->type);
  if (type == nullptr) return;
  for (const std::string& stage : spec.stage_names()) {
    const int cores = spec.stage(stage).cores();
    checker.require(cores * spec.machines->at_once <= type->vcpus, at + ".machines.type",
                    fmt::format("{} tasks of the stage {} need {} cores at once, and the machine has {}", spec.machines->at_once, stage,
                                cores * spec.machines->at_once, type->vcpus));
  }
}

void check_work(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, spec] : scenario.work) {
    const std::string at = "work." + name;
    if (spec.machines) {
      check_machines(at, spec, checker);
      check_borrowing(scenario, at, *spec.machines, checker);
    } else {
      check_containers(scenario, at, spec, checker);
    }
  }
}

/// Whether S3 has anything of a region: the layers of images that its stacks pull, or the files of its pipelines.
bool uses_s3(const Scenario& scenario, const std::string& region) {
  const bool images = std::any_of(scenario.titus.begin(), scenario.titus.end(), [&](const auto& named) {
    return region_called(scenario, named.second.region) == region && !named.second.images.empty();
  });
  const bool buckets = std::any_of(scenario.services.begin(), scenario.services.end(), [](const auto& named) {
    return named.second.store && named.second.store->kind == stores::StoreKind::s3;
  });
  return images || buckets || std::any_of(scenario.work.begin(), scenario.work.end(), [&](const auto& named) {
           return region_of(scenario, named.second) == region;
         });
}

void check_s3(const StepCheck& on) {
  check_things(on, TargetKind::region);
  for (const std::string& region : things_at(on.scenario, on.delivery, TargetKind::region, chaos::parse_target(on.step.target).place)) {
    on.require(uses_s3(on.scenario, region), "target",
               fmt::format("nothing is in S3 in {}: there would be the images of a stack of Titus (`titus`), the files of `work` or the "
                           "data of a store (`kind: s3`); the origin of Open Connect is the machine `origin/s3`, for kill_instance",
                           region));
  }
}

void set_s3(Twin::Parts& parts, const std::vector<std::string>& regions, bool answers) {
  for (const std::string& region : regions) {
    for (const auto& [name, spec] : parts.scenario.titus) {
      if (region_called(parts.scenario, spec.region) != region) continue;
      titus::Registry& registry = parts.get<TitusPart>().find(name)->registry();
      answers ? registry.restore() : registry.fail();
    }
    auto* const work = parts.find<WorkPart>();
    work::ObjectStore* const store = work == nullptr ? nullptr : work->store_in(region_named(parts.geography, region));
    if (store != nullptr) answers ? store->restore() : store->fail();
    for (const auto& kept : parts.mesh.stores()) {
      auto* const bucket = dynamic_cast<s3::Bucket*>(kept.get());
      if (bucket == nullptr) continue;
      const RegionIndex where = region_named(parts.geography, region);
      answers ? bucket->restore(where) : bucket->fail(where);
    }
  }
}

chaos::Effect fail_s3(Twin::Parts& parts, const FaultSpec& step) {
  const std::vector<std::string> regions = chosen_things(parts, step, TargetKind::region);
  return {.text = [text = "S3 cannot be reached" + chosen_names(step, regions)] { return text; },
          .begin = [&parts, regions] { set_s3(parts, regions, false); },
          .end = [&parts, regions] { set_s3(parts, regions, true); }};
}

std::vector<Action> work_actions() {
  return {
      {.name = "fail_s3",
       .doc =
           "let S3 fail in a region: pulls of images by its stacks of Titus fail, as their registry keeps layers there, and the tasks of "
           "its pipelines and the clients of stores of `kind: s3` read and write nothing",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::region},
       .check_target = check_s3,
       .bind = fail_s3},
  };
}

}  // namespace

extern const PartKind work_part;
const PartKind work_part{.check = check_work, .present = has_work, .build = build_part<WorkPart>, .actions = work_actions};

}  // namespace streamtwin
