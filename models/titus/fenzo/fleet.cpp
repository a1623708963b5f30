#include "models/titus/fenzo/fleet.hpp"

#include <algorithm>

#include "sim-core/exact_time.hpp"

namespace streamtwin::fenzo {
namespace {

constexpr const char* default_group = "DEFAULT";
constexpr Duration purge_interval = 60s;

bool later(Instant now, Instant than, Duration by) { return whole_milliseconds(now) > whole_milliseconds(add_exactly(than, by)); }

}  // namespace

Host* Fleet::find(const std::string& name) const {
  const auto found = hosts_.find(name);
  return found == hosts_.end() ? nullptr : found->second.get();
}

HostNumber Fleet::free_number() {
  if (free_numbers_.empty()) {
    by_number_.push_back(nullptr);
    return static_cast<HostNumber>(by_number_.size() - 1);
  }
  const HostNumber number = free_numbers_.back();
  free_numbers_.pop_back();
  return number;
}

void Fleet::free_purged() {
  for (const auto& host : purged_) {
    by_number_[host->number()] = nullptr;
    free_numbers_.push_back(host->number());
  }
  purged_.clear();
}

Host& Fleet::place(const std::string& name, const std::string& group) {
  auto& host = hosts_[name];
  if (host && host->group() == group) return *host;
  const auto members = [&](const std::string& of) -> JavaMap<Host*>& {
    auto& known = groups_[of];
    if (!known) known = std::make_unique<JavaMap<Host*>>(JavaMapKind::concurrent);
    return *known;
  };
  if (host) {
    members(host->group()).erase(name);
    host->set_group(group);
  } else {
    host = std::make_unique<Host>(name, group, free_number());
    by_number_[host->number()] = host.get();
  }
  members(group)[name] = host.get();
  return *host;
}

Host& Fleet::find_or_add(const std::string& name) {
  Host* const known = find(name);
  return known ? *known : place(name, default_group);
}

std::vector<Host*> Fleet::all() const {
  std::vector<Host*> all;
  all.reserve(hosts_.size());
  groups_.for_each(
      [&](const std::string&, const auto& members) { members->for_each([&](const std::string&, Host* host) { all.push_back(host); }); });
  return all;
}

std::size_t Fleet::size(const std::string& group) const {
  std::size_t size = 0;
  groups_.for_each([&](const std::string& name, const auto& members) { size += name == group ? members->size() : 0; });
  return size;
}

void Fleet::expire_known(const std::string& id, const std::string& host) {
  if (Host* const known = find(host)) known->expire_lease(id);
}

void Fleet::expire_lease(const std::string& id) {
  const auto found = host_of_lease_.find(id);
  found == host_of_lease_.end() ? unknown_leases_.push_back(id) : expire_known(id, found->second);
}

void Fleet::expire_all_leases() {
  for (const auto& [name, host] : hosts_) host->expire_all();
}

void Fleet::expire_leases_of(const std::string& host) {
  if (Host* const known = find(host)) known->expire_all();
}

void Fleet::enable(const std::string& host) {
  if (Host* const known = find(host)) known->enable();
}

void Fleet::set_active_groups(std::string attribute, std::vector<std::string> groups, Instant now) {
  active_attribute_ = std::move(attribute);
  active_groups_ = std::move(groups);
  groups_set_at_ = now;
}

bool Fleet::active(const Host& host) const {
  if (active_groups_.empty()) return true;
  const std::string* const group = host.attribute(active_attribute_);
  return group && std::find(active_groups_.begin(), active_groups_.end(), *group) != active_groups_.end();
}

void Fleet::forget_leases(std::vector<std::string>& rejected, std::size_t from) {
  for (std::size_t i = from; i < rejected.size(); ++i) host_of_lease_.erase(rejected[i]);
}

void Fleet::take_leases(std::vector<Lease> leases, Instant now, std::vector<std::string>& rejected) {
  free_purged();
  const std::size_t before = rejected.size();
  for (const auto& [name, until] : std::exchange(to_disable_, {})) {
    if (Host* const host = find(name)) host->disable_until(until, rejected);
  }
  for (const auto& [name, host] : hosts_) host->remove_expired(!active(*host), rejected);
  forget_leases(rejected, before);
  for (const auto& [name, host] : hosts_) host->reset_resources(properties_.single_offer);
  for (Lease& lease : leases) {
    const auto group = lease.attributes.find(properties_.group_attribute);
    const bool grouped = !properties_.group_attribute.empty() && group != lease.attributes.end();
    Host& host = place(lease.host, grouped ? group->second : default_group);
    if (host.disabled(now)) {
      rejected.push_back(lease.id);
      continue;
    }
    host_of_lease_.try_emplace(lease.id, lease.host);
    host.add_lease(std::move(lease), properties_.single_offer);
  }
  for (const std::string& id : std::exchange(unknown_leases_, {})) {
    const auto found = host_of_lease_.find(id);
    if (found != host_of_lease_.end()) expire_known(id, found->second);
  }
}

std::vector<Host*> Fleet::begin_iteration(TaskTracker& tasks, Instant now) {
  tasks.clear_assigned();
  if (rejected_at_ && later(now, *rejected_at_, properties_.lease_expiry)) rejected_hosts_ = 0;
  total_ = {};
  std::vector<Host*> assignable;
  for (Host* const host : all()) {
    host->begin_iteration(tasks, properties_.single_offer);
    const bool usable = active(*host) && !host->disabled(now);
    if (usable && host->has_leases()) assignable.push_back(host);
    const Host::Size size = host->size();
    const std::string* const group = properties_.group_attribute.empty() ? nullptr : host->attribute(properties_.group_attribute);
    if (group) {
      Host::Size& largest = largest_[*group];
      largest.amounts = larger_of_each(largest.amounts, size.amounts);
      largest.ports = std::max(largest.ports, size.ports);
    }
    if (!usable) continue;
    total_.amounts += size.amounts;
    total_.ports += size.ports;
  }
  return assignable;
}

std::optional<Shortage> Fleet::too_large(const TaskRequest& task) const {
  std::optional<Shortage> last;
  bool fits_somewhere = largest_.size() == 0;
  largest_.for_each([&](const std::string&, const Host::Size& most) {
    // In the order of Fenzo's VMResource.
    const auto beyond = [&](Lack what, double asked, double has) -> std::optional<Shortage> {
      return has < asked ? std::optional(Shortage{what, "", asked - has}) : std::nullopt;
    };
    std::optional<Shortage> found = beyond(Lack::cpus, task.needs.cpus.value(), most.amounts.cpus.value());
    if (!found) found = beyond(Lack::memory, task.needs.memory.value(), most.amounts.memory.value());
    if (!found) found = beyond(Lack::network, task.needs.network.value(), most.amounts.network.value());
    if (!found) found = beyond(Lack::ports, task.ports, most.ports);
    if (!found) found = beyond(Lack::disk, task.needs.disk.value(), most.amounts.disk.value());
    fits_somewhere |= !found;
    last = found;
  });
  return fits_somewhere ? std::nullopt : last;
}

std::vector<std::string> Fleet::consume_leases(Host& host) {
  if (properties_.single_offer) return {};
  const std::vector<std::string> ids = host.consume_leases();
  for (const std::string& id : ids) host_of_lease_.erase(id);
  return ids;
}

void Fleet::run_out(const std::vector<Host*>& unused, Instant now, std::vector<std::string>& rejected) {
  if (properties_.single_offer) return;
  std::vector<Host*> old;
  for (Host* const host : unused) {
    const auto& leases = host->leases();
    const bool any =
        std::any_of(leases.begin(), leases.end(), [&](const Lease& l) { return later(now, l.offered, properties_.lease_expiry); });
    if (any) old.push_back(host);
  }
  const std::size_t before = rejected.size();
  for (std::size_t i = 0; i < old.size() && rejected_hosts_ != properties_.rejected_hosts_max; ++i) {
    std::swap(old[i], old[i + random_.below(old.size() - i)]);
    ++rejected_hosts_;
    rejected_at_ = now;
    old[i]->reject_all(rejected);
  }
  forget_leases(rejected, before);
}

void Fleet::purge(Instant now, const std::set<const Host*>& assigned) {
  if (!later(now, purged_at_, purge_interval)) return;
  purged_at_ = now;
  for (Host* const host : all()) {
    if (host->alive(now) || assigned.contains(host)) continue;
    groups_[host->group()]->erase(host->name());
    purged_.push_back(std::move(hosts_.extract(host->name()).mapped()));
  }
}

}  // namespace streamtwin::fenzo
