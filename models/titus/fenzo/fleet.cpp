#include "models/titus/fenzo/fleet.hpp"

#include <algorithm>

#include "sim-core/exact_time.hpp"

namespace streamtwin::fenzo {
namespace {

constexpr const char* default_group = "DEFAULT";
constexpr Duration purge_interval = 60s;

std::int64_t last_moment(const Lease& lease, Duration expiry) { return whole_milliseconds(add_exactly(lease.offered, expiry)); }

bool later(Instant now, Instant than, Duration by) { return whole_milliseconds(now) > whole_milliseconds(add_exactly(than, by)); }

}  // namespace

Host* Fleet::find(const std::string& name) const {
  const auto found = hosts_.find(name);
  return found == hosts_.end() ? nullptr : found->second.get();
}

HostNumber Fleet::free_number() {
  if (free_numbers_.empty()) {
    by_number_.push_back(nullptr);
    rows_.emplace_back();
    return static_cast<HostNumber>(by_number_.size() - 1);
  }
  const HostNumber number = free_numbers_.back();
  free_numbers_.pop_back();
  return number;
}

void Fleet::free_purged() {
  if (purged_.empty()) return;
  for (const auto& host : purged_) {
    by_number_[host->number()] = nullptr;
    rows_[host->number()] = {};
    free_numbers_.push_back(host->number());
  }
  std::erase_if(old_, [&](HostNumber number) { return !by_number_[number]; });
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
    host = std::make_unique<Host>(name, group, free_number(), &changed_);
    by_number_[host->number()] = host.get();
    host->touch();
  }
  moved_ = true;
  members(group)[name] = host.get();
  return *host;
}

Host& Fleet::find_or_add(const std::string& name) {
  Host* const known = find(name);
  return known ? *known : place(name, default_group);
}

// Ranks, and the table, which is in order of names.
void Fleet::order_again() {
  in_order_.clear();
  groups_.for_each([&](const std::string&, const auto& members) {
    members->for_each([&](const std::string&, Host* host) {
      rows_[host->number()].rank = static_cast<std::uint32_t>(in_order_.size());
      in_order_.push_back(host);
    });
  });
  sizes_.assign(in_order_.size(), {});
}

void Fleet::sort(std::vector<Host*>& hosts) const {
  std::sort(hosts.begin(), hosts.end(), [&](const Host* a, const Host* b) { return rows_[a->number()].rank < rows_[b->number()].rank; });
}

void Fleet::look_anew() {
  for (const auto& [name, host] : hosts_) host->touch();
  moved_ = true;
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
  for (const auto& [name, host] : hosts_) host->touch();
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
    Host* const host = find(name);
    if (!host) continue;
    host->disable_until(until, rejected);
    disabled_.emplace(until, host->number());
  }
  std::sort(changed_.begin(), changed_.end(), [](const Host* a, const Host* b) { return a->name() < b->name(); });
  for (Host* const host : changed_) host->remove_expired(!active(*host), rejected);
  forget_leases(rejected, before);
  for (Host* const host : changed_) host->reset_resources(properties_.single_offer);
  for (Lease& lease : leases) {
    const auto group = lease.attributes.find(properties_.group_attribute);
    const bool grouped = !properties_.group_attribute.empty() && group != lease.attributes.end();
    Host& host = place(lease.host, grouped ? group->second : default_group);
    if (host.disabled(now)) {
      rejected.push_back(lease.id);
      continue;
    }
    host_of_lease_.try_emplace(lease.id, lease.host);
    if (!properties_.single_offer) lease_ends_.push({last_moment(lease, properties_.lease_expiry), host.number()});
    host.add_lease(std::move(lease), properties_.single_offer);
  }
  for (const std::string& id : std::exchange(unknown_leases_, {})) {
    const auto found = host_of_lease_.find(id);
    if (found != host_of_lease_.end()) expire_known(id, found->second);
  }
}

void Fleet::begin_iteration(TaskTracker& tasks, Instant now) {
  tasks.clear_assigned();
  if (rejected_at_ && later(now, *rejected_at_, properties_.lease_expiry)) rejected_hosts_ = 0;
  for (; !disabled_.empty() && disabled_.top().first <= now; disabled_.pop()) {
    if (Host* const host = by_number_[disabled_.top().second]) host->touch();
  }
  const bool moved = std::exchange(moved_, false);
  if (moved) {
    order_again();
    for (const Host* const host : in_order_) {
      if (rows_[host->number()].usable) sizes_[rows_[host->number()].rank] = host->size();
    }
    resized_ = true;
  }
  sort(changed_);
  for (Host* const host : changed_) {
    host->begin_iteration(tasks, properties_.single_offer);
    look_at(*host, now);
  }
  const auto open = [&](const Host& host) { return rows_[host.number()].usable && host.has_leases(); };
  if (moved) {
    std::vector<Host*> by_name;
    for (const auto& [name, host] : hosts_) {
      rows_[host->number()].slot = static_cast<Slot>(by_name.size());
      by_name.push_back(host.get());
    }
    table_.set_hosts(std::move(by_name), open);
  } else {
    for (const Host* const host : changed_) table_.update(slot_of(*host), open(*host));
  }
  if (std::exchange(resized_, false)) count_total();
  const std::vector<Host*> changed = std::exchange(changed_, {});
  for (Host* const host : changed) {
    host->seen();
    if (host->has_to_drop(active(*host))) host->touch();
  }
}

void Fleet::look_at(Host& host, Instant now) {
  Row& row = rows_[host.number()];
  row.usable = active(host) && !host.disabled(now);
  const Host::Size size = host.size();
  const std::string* const group = properties_.group_attribute.empty() ? nullptr : host.attribute(properties_.group_attribute);
  if (group) {
    Host::Size& largest = largest_[*group];
    largest.amounts = larger_of_each(largest.amounts, size.amounts);
    largest.ports = std::max(largest.ports, size.ports);
  }
  const Host::Size counted = row.usable ? size : Host::Size{};
  resized_ |= std::exchange(sizes_[row.rank], counted) != counted;
}

// In order, since sums of doubles depend on it.
void Fleet::count_total() {
  total_ = {};
  for (const Host::Size& size : sizes_) {
    total_.amounts += size.amounts;
    total_.ports += size.ports;
  }
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

bool Fleet::has_old_lease(const Host& host, Instant now) const {
  const auto& leases = host.leases();
  return std::any_of(leases.begin(), leases.end(), [&](const Lease& l) { return later(now, l.offered, properties_.lease_expiry); });
}

void Fleet::find_old(Instant now) {
  for (; !lease_ends_.empty() && whole_milliseconds(now) > lease_ends_.top().at; lease_ends_.pop()) {
    const HostNumber number = lease_ends_.top().host;
    if (by_number_[number] && !std::exchange(rows_[number].old, true)) old_.push_back(number);
  }
}

void Fleet::run_out(Instant now, std::vector<std::string>& rejected) {
  if (properties_.single_offer) return;
  find_old(now);
  if (old_.empty() || rejected_hosts_ == properties_.rejected_hosts_max) return;
  std::vector<Host*> old;
  std::erase_if(old_, [&](HostNumber number) {
    if (has_old_lease(*by_number_[number], now)) {
      if (rows_[number].usable) old.push_back(by_number_[number]);
      return false;
    }
    rows_[number].old = false;
    return true;
  });
  sort(old);
  const std::size_t before = rejected.size();
  for (std::size_t i = 0; i < old.size() && rejected_hosts_ != properties_.rejected_hosts_max; ++i) {
    std::swap(old[i], old[i + random_.below(old.size() - i)]);
    ++rejected_hosts_;
    rejected_at_ = now;
    old[i]->reject_all(rejected);
  }
  forget_leases(rejected, before);
}

void Fleet::purge(Instant now, const std::vector<Host*>& assigned) {
  if (!later(now, purged_at_, purge_interval)) return;
  purged_at_ = now;
  for (Host* const host : in_order_) {
    if (host->alive(now) || std::find(assigned.begin(), assigned.end(), host) != assigned.end()) continue;
    groups_[host->group()]->erase(host->name());
    purged_.push_back(std::move(hosts_.extract(host->name()).mapped()));
    by_number_[host->number()] = nullptr;
    moved_ = true;
  }
  if (!purged_.empty()) std::erase_if(changed_, [&](const Host* host) { return by_number_[host->number()] != host; });
}

}  // namespace streamtwin::fenzo
