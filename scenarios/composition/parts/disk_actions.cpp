#include "scenarios/composition/parts/disk_actions.hpp"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/composition/parts/impair.hpp"
#include "scenarios/composition/parts/titus_actions.hpp"
#include "scenarios/composition/twin/targets.hpp"

namespace streamtwin {
namespace {

/// Agents are called by their stack's name and their group's.
bool names_agents(const Scenario& scenario, const std::string& target) {
  try {
    const std::string_view place = chaos::parse_target(target).place;
    const std::size_t slash = place.find('/');
    return slash != std::string_view::npos && scenario.titus.contains(std::string{place.substr(0, slash)});
  } catch (const std::invalid_argument&) {  // an error that is said
    return false;
  }
}

void check_disks(const StepCheck& on) {
  if (names_agents(on.scenario, on.step.target)) return check_agents(on);
  check_instances(on);
  for (const std::string& service : services_meant(on.scenario, on.step.target)) {
    const services::ServiceSpec& spec = on.scenario.services.at(service);
    on.require(spec.store.has_value(), "target",
               fmt::format("{} keeps nothing on a disk: what does are stores, and agents of Titus, where images lie", service));
    on.require(!spec.store || spec.runs_on == services::RunsOn::ec2, "target",
               fmt::format("{} runs in containers, whose disks are their agents': name those", service));
  }
}

void check_fill(const StepCheck& on) {
  if (names_agents(on.scenario, on.step.target)) return;
  on.require(!on.step.size, "size", "a store stops when its disk is full; leave this out");
  on.require(on.step.lasts.has_value(), "", "fill_disk needs `lasts` of a store: until there is room and it has been started again");
}

using Disk = std::pair<std::weak_ptr<titus::AgentDisk>, titus::AgentDisk::Number>;

/// Those of agents that serve when it begins.
chaos::Effect trouble_disks(Twin::Parts& parts, const FaultSpec& step, const titus::DiskTrouble& trouble, const std::string& text) {
  const ChosenAgents agents = agents_of(parts, step);
  auto struck = std::make_shared<std::vector<Disk>>();
  return {.text = [text, choose = agents.choose] { return fmt::format("{} of {} agents", text, choose().size()); },
          .begin =
              [agents, trouble, struck] {
                struck->clear();
                for (const titus::AgentId agent : agents.choose()) {
                  const std::shared_ptr<titus::AgentDisk> disk = agents.stack->disk_of(agent);
                  if (disk != nullptr) struck->emplace_back(disk, disk->begin(trouble));
                }
              },
          .end =
              [struck] {
                for (const auto& [there, number] : *struck) {
                  if (const auto disk = there.lock()) disk->end(number);
                }
              }};
}

// apache/cassandra cassandra.yaml commit_failure_policy: stop, by default: a node that cannot write its commit log serves nobody until
// it is started again.
chaos::Effect fill_disk(Twin::Parts& parts, const FaultSpec& step) {
  constexpr Bytes all{1e18};
  if (names_agents(parts.scenario, step.target))
    return trouble_disks(parts, step, {.filled = step.size.value_or(all)}, "something else fills the disks");
  const auto present = instances_of(parts, step).present;
  return {.text = [present] { return fmt::format("the disk is full: {}", names_of(present())); },
          .begin =
              [present, back_after = step.lasts.value_or(Duration{0}), &parts] {
                for (rpc::Instance* there : present()) parts.get<FleetPart>().fleet.crash(*there, back_after);
              }};
}

chaos::Effect slow_disk(Twin::Parts& parts, const FaultSpec& step) {
  const Fraction speed = step.speed.value_or(Fraction{1});
  const std::string text = fmt::format("{:g} % of the speed of the disk", speed.value() * 100);
  if (names_agents(parts.scenario, step.target)) return trouble_disks(parts, step, {.speed = speed}, text + "s");
  const std::vector<std::string> stores = services_meant(parts.scenario, step.target);
  if (stores.empty()) throw std::invalid_argument("method: there is no store of that name");
  const double on_disk = parts.scenario.services.at(stores.front()).store->disk.value();
  return impair(parts, step, {.slowdown = 1 - on_disk + on_disk / speed.value()}, text);
}

}  // namespace

chaos::Effect trouble_disk(const std::shared_ptr<titus::AgentDisk>& disk, const titus::DiskTrouble& trouble, std::string text) {
  auto number = std::make_shared<titus::AgentDisk::Number>();
  return {.text = [text = std::move(text)] { return text; },
          .begin = [disk, trouble, number] { *number = disk->begin(trouble); },
          .end = [disk, number] { disk->end(*number); }};
}

std::vector<Action> disk_actions() {
  return {
      {.name = "fill_disk",
       .doc = "fill disks, as a log that nobody rotates or Simian Army's FillDisk does: an agent of Titus has room for so much less of "
              "images, and where one does not fit containers of it fail; a node of a store stops",
       .needs = {"target"},
       .reads = {"size", "lasts"},
       .takes = {TargetKind::agents, TargetKind::instances},
       .check_target = check_disks,
       .bind = fill_disk,
       .check = check_fill},
      {.name = "slow_disk",
       .doc =
           "leave disks a share of their speed, as Simian Army's BurnIo does: an agent of Titus unpacks images as much more slowly, and a "
           "node of a store waits as much longer for what it reads and writes",
       .needs = {"target", "speed"},
       .reads = {"lasts"},
       .takes = {TargetKind::agents, TargetKind::instances},
       .check_target = check_disks,
       .bind = slow_disk},
  };
}

}  // namespace streamtwin
