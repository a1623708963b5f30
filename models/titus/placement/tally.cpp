#include "models/titus/placement/tally.hpp"

#include <algorithm>

namespace streamtwin::titus {

std::uint16_t& PlacementTally::cell_of(std::vector<Row>& rows, std::uint32_t row, HostNumber host) {
  if (row >= rows.size()) rows.resize(row + 1u);
  if (host >= rows[row].size()) rows[row].resize(host + 1u);
  return rows[row][host];
}

SecurityGroupsId PlacementTally::add_security_groups(std::vector<std::uint32_t> groups) {
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  const auto known = std::find(security_groups_.begin(), security_groups_.end(), groups);
  if (known != security_groups_.end()) return static_cast<SecurityGroupsId>(known - security_groups_.begin());
  const auto id = static_cast<SecurityGroupsId>(security_groups_.size());
  security_groups_.push_back(std::move(groups));
  parts_.emplace_back();
  part_of_.emplace_back();
  for (SecurityGroupsId other = 0; other <= id; ++other) {
    if (equal(other, id)) {
      parts_[id].push_back(other);
      part_of_[other].push_back(id);
    }
    if (other != id && equal(id, other)) {
      parts_[other].push_back(id);
      part_of_[id].push_back(other);
    }
  }
  return id;
}

bool PlacementTally::equal(SecurityGroupsId first, SecurityGroupsId second) const {
  if (first == second) return true;
  if (!equal_if_within_ || first >= security_groups_.size() || second >= security_groups_.size()) return false;
  const std::vector<std::uint32_t>&a = security_groups_[first], &b = security_groups_[second];
  return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

int PlacementTally::with_security_groups(SecurityGroupsId groups, HostNumber host) const {
  if (groups >= part_of_.size()) return cell(security_group_tasks_, groups, host);
  int tasks = 0;
  for (const SecurityGroupsId same : part_of_[groups]) tasks += cell(security_group_tasks_, same, host);
  return tasks;
}

bool PlacementTally::has_security_groups(SecurityGroupsId groups, HostNumber host) const {
  if (groups >= parts_.size()) return cell(carried_, groups, host) != 0;
  const std::vector<SecurityGroupsId>& parts = parts_[groups];
  return std::any_of(parts.begin(), parts.end(), [&](SecurityGroupsId same) { return cell(carried_, same, host) != 0; });
}

const InterfaceMemory* PlacementTally::interface(HostNumber host, int index) const {
  if (host >= interfaces_.size() || index < 0) return nullptr;
  const std::vector<InterfaceMemory>& interfaces = interfaces_[host];
  const auto place = static_cast<std::size_t>(index);
  return place < interfaces.size() && interfaces[place].used ? &interfaces[place] : nullptr;
}

void PlacementTally::remove_agent(HostNumber host) {
  if (host < agents_.size()) agents_[host] = {};
  if (host < interfaces_.size()) interfaces_[host].clear();
  for (std::vector<Row>* const rows : {&images_, &security_group_tasks_, &carried_}) {
    for (Row& row : *rows) {
      if (host < row.size()) row[host] = 0;
    }
  }
}

void PlacementTally::count(const ContainerRequest& task, HostNumber host, int difference) {
  grow(host);
  AgentCounts& counts = agents_[host].counts;
  counts.all += difference;
  if (task.kind == JobKind::service) counts.services += difference;
  const auto add = [difference](std::uint16_t& cell) { cell = static_cast<std::uint16_t>(cell + difference); };
  add(cell_of(images_, task.image, host));
  add(cell_of(security_group_tasks_, task.security_groups, host));
  if (task.counted_by_job) count_of_job(task.job, host, agents_[host].facts.zone, difference);
}

void PlacementTally::carry(const ContainerRequest& task, HostNumber host, InterfaceUse interface, int difference) {
  const auto add = [&](SecurityGroupsId groups, int more) {
    std::uint16_t& cell = cell_of(carried_, groups, host);
    cell = static_cast<std::uint16_t>(cell + more);
  };
  if (interface.index < 0) return add(task.security_groups, difference);
  if (host >= interfaces_.size()) interfaces_.resize(host + 1u);
  std::vector<InterfaceMemory>& interfaces = interfaces_[host];
  const auto index = static_cast<std::size_t>(interface.index);
  if (index >= interfaces.size()) interfaces.resize(index + 1);
  InterfaceMemory& memory = interfaces[index];
  memory.at = std::max(memory.at, interface.at);
  if (difference < 0 || (memory.used && memory.security_groups == task.security_groups)) return;
  if (memory.used) add(memory.security_groups, -1);
  memory.used = true;
  memory.security_groups = task.security_groups;
  add(task.security_groups, 1);
}

void PlacementTally::launched(const ContainerRequest& task, HostNumber host, InterfaceUse interface) {
  count(task, host, 1);
  ++agents_[host].counts.launching;
  cell_of(images_, task.image, host) |= cached;
  carry(task, host, interface, 1);
}

void PlacementTally::started(const ContainerRequest&, HostNumber host) { --agents_[host].counts.launching; }

void PlacementTally::ended(const ContainerRequest& task, HostNumber host, bool was_started, InterfaceUse interface) {
  count(task, host, -1);
  if (!was_started) --agents_[host].counts.launching;
  carry(task, host, interface, -1);
}

void PlacementTally::assigned(const ContainerRequest& task, HostNumber host) {
  if (!task.counted_by_job) return;
  const ZoneIndex zone = facts(host).zone;
  assigned_.push_back({task.job, host, zone});
  count_of_job(task.job, host, zone, 1);
}

void PlacementTally::begin_iteration() {
  for (const AssignedNow& now : assigned_) count_of_job(now.job, now.host, now.zone, -1);
  assigned_.clear();
}

void PlacementTally::count_of_job(JobId job, HostNumber host, ZoneIndex zone, int difference) {
  JobCounts& counts = jobs_[job];
  const auto in_zone = std::find_if(counts.zones.begin(), counts.zones.end(), [zone](const auto& entry) { return entry.first == zone; });
  if (in_zone == counts.zones.end()) {
    counts.zones.emplace_back(zone, difference);
  } else if ((in_zone->second += difference) == 0) {
    counts.zones.erase(in_zone);
  }
  const auto here =
      std::lower_bound(counts.hosts.begin(), counts.hosts.end(), host, [](const auto& a, HostNumber b) { return a.first < b; });
  if (here == counts.hosts.end() || here->first != host) {
    counts.hosts.emplace(here, host, difference);
  } else if ((here->second += difference) == 0) {
    counts.hosts.erase(here);
  }
  if (counts.hosts.empty()) jobs_.erase(job);
}

int PlacementTally::of_job(JobId job, HostNumber host) const {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return 0;
  const auto& hosts = found->second.hosts;
  const auto here = std::lower_bound(hosts.begin(), hosts.end(), host, [](const auto& a, HostNumber b) { return a.first < b; });
  return here == hosts.end() || here->first != host ? 0 : here->second;
}

const PlacementTally::ZoneCounts& PlacementTally::zones_of(JobId job) const {
  static const ZoneCounts none;
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? none : found->second.zones;
}

}  // namespace streamtwin::titus
