#include "models/registry/eureka/registry.hpp"

#include <algorithm>

namespace streamtwin::eureka {

Registry::Registry(const ServerProperties& properties, Instant created, const registry::WallClock* clock)
    : properties_(properties),
      clock_(clock),
      created_(created),
      renewals_(created),
      eviction_clock_(properties.eviction_interval),
      cached_view_(properties, created),
      cached_all_(properties, created),
      cached_delta_(properties, created),
      view_(std::make_shared<RegistryView>()),
      all_(std::make_shared<KnownRegistry>()) {}

void Registry::open_for_traffic(int synced, Instant now) {
  set_expected_clients(synced);
  opened_ = now;
  synced_empty_ = synced == 0;
  renewals_ = MeasuredRate(now);
}

bool Registry::reads_allowed(Instant now) const { return !synced_empty_ || now > add_exactly(opened_, properties_.wait_when_sync_empty); }

void Registry::register_instance(const InstanceInfo& info, Duration lease_duration, bool replication, Instant now) {
  before_change(now);
  Record* existing = records_.find(info.id);
  std::optional<InstanceStatus> existing_status;
  auto holder = std::make_shared<InstanceInfo>(info);
  if (existing != nullptr) {
    existing_status = existing->holder->status;
    if (existing->holder->last_dirty > info.last_dirty) *holder = *existing->holder;
  } else if (expected_clients_ > 0) {
    set_expected_clients(expected_clients_ + 1);
  }
  if (holder->overridden != InstanceStatus::unknown && override_of(info.id, now) == nullptr) put_override(info.id, holder->overridden, now);
  std::optional<InstanceStatus> overridden;
  if (const Override* found = override_of(info.id, now)) overridden = holder->overridden = found->status;
  const InstanceStatus status = decided_status({.own = holder->status,
                                                .override_of_id = overridden,
                                                .asg = group_of(*holder),
                                                .replication = replication,
                                                .existing_lease = existing_status});
  holder->status = status;
  const Lease lease(lease_duration, properties_.double_lease_duration, read_clock(now));
  if (existing != nullptr) {
    counts_.add(*existing_status, -1);
    counts_.add(status, +1);
    *existing = Record{holder, lease};
  } else {
    insert(info.id, Record{holder, lease});
  }
  after_change(holder, ActionType::added, now);
  recently_registered_.add({now, info.id});
}

bool Registry::renew(InstanceId id, bool replication, Instant now) {
  Record* record = records_.find(id);
  if (record == nullptr) return false;
  InstanceInfo& info = *record->holder;
  std::optional<InstanceStatus> overridden;
  if (const Override* found = override_of(id, now)) overridden = found->status;
  const InstanceStatus status = decided_status(
      {.own = info.status, .override_of_id = overridden, .asg = group_of(info), .replication = replication, .existing_lease = info.status});
  if (status == InstanceStatus::unknown) return false;
  if (status != info.status) {  // no cache is invalidated and no delta tells of it: so it is in the original
    before_change(now);
    set_status(info, status);
  }
  renewals_.increment(now);
  record->lease.renew(read_clock(now));
  return true;
}

void Registry::look_ahead(std::span<const InstanceId> ids) const {
  for (const InstanceId id : ids) records_.look_ahead(id);
  for (const InstanceId id : ids) records_.look_closer(id);
  for (const InstanceId id : ids) {
    if (const Record* const record = records_.find(id)) engine::prefetch(record->holder.get());
  }
}

bool Registry::cancel(InstanceId id, Instant now) {
  recently_cancelled_.add({now, id});
  return remove(id, true, now);
}

bool Registry::update_status(InstanceId id, InstanceStatus status, Instant last_dirty, Instant now) {
  Record* record = records_.find(id);
  if (record == nullptr) return false;
  record->lease.renew(read_clock(now));
  InstanceInfo& info = *record->holder;
  if (info.status == status) return true;
  before_change(now);
  put_override(id, status, now);
  info.overridden = status;
  set_status(info, status);
  info.last_dirty = std::max(info.last_dirty, last_dirty);
  after_change(record->holder, ActionType::modified, now);
  return true;
}

bool Registry::delete_status_override(InstanceId id, InstanceStatus status, Instant last_dirty, Instant now) {
  Record* record = records_.find(id);
  if (record == nullptr) return false;
  record->lease.renew(read_clock(now));
  Override* found = override_of(id, now);
  if (found == nullptr) return true;
  before_change(now);
  overrides_.erase(id);
  InstanceInfo& info = *record->holder;
  info.overridden = InstanceStatus::unknown;
  set_status(info, status);
  info.last_dirty = std::max(info.last_dirty, last_dirty);
  after_change(record->holder, ActionType::modified, now);
  return true;
}

void Registry::set_group(AppId app, bool enabled) {
  std::erase(disabled_groups_, app);
  if (!enabled) disabled_groups_.push_back(app);
}

void Registry::adopt(const InstanceInfo& info, Duration lease_duration, Instant last_renewed, bool ever_renewed) {
  Record record{std::make_shared<InstanceInfo>(info), Lease(lease_duration, properties_.double_lease_duration, last_renewed)};
  if (ever_renewed) record.lease.renew(last_renewed);
  if (records_.find(info.id) != nullptr) remove(info.id, false, last_renewed);
  insert(info.id, std::move(record));
  mark(info.app);
  cached_view_.invalidate();
  cached_all_.invalidate();
}

std::vector<InstanceId> Registry::evict(Instant now, Random& random) {
  const Duration compensation = eviction_clock_.compensation(now);
  std::vector<InstanceId> expired;
  if (!lease_expiration_enabled(now)) return expired;
  for (const App& app : apps_)
    for (InstanceId id : app.members)
      if (records_.find(id)->lease.expired(read_clock(now), compensation)) expired.push_back(id);
  const int limit = eviction_limit(static_cast<int>(records_.size()), properties_);
  const std::size_t count = std::min(expired.size(), static_cast<std::size_t>(std::max(0, limit)));
  choose_to_front(expired, count, random);
  expired.resize(count);
  for (InstanceId id : expired) remove(id, properties_.eviction_lowers_expected_clients, now);
  return expired;
}

void Registry::update_expected_clients(int registered) {
  if (registered > properties_.renewal_threshold.value() * expected_clients_ || !properties_.self_preservation)
    set_expected_clients(registered);
}

bool Registry::lease_expiration_enabled(Instant now) {
  if (!properties_.self_preservation) return true;
  return threshold_ > 0 && renewals_.last_completed(now) > threshold_;
}

SharedView Registry::fetch(Instant now) {
  return cached_view_.get(now, [this](Instant) { return view(); });
}

SharedKnown Registry::fetch_all(Instant now) {
  return cached_all_.get(now, [this](Instant) { return all(); });
}

SharedDelta Registry::fetch_delta(Instant now) {
  return cached_delta_.get(now, [this](Instant at) { return delta(at); });
}

SharedView Registry::view() {
  if (changed_apps_.empty()) return view_;
  auto next = std::make_shared<RegistryView>(*view_);
  ++next->version;
  if (next->apps.size() < apps_.size()) next->apps.resize(apps_.size());
  for (AppId id : changed_apps_) {
    App& app = apps_[id];
    app.changed = false;
    auto rebuilt = std::make_shared<AppView>(AppView{id, next->version, {}});
    for (InstanceId member : app.members)
      if (const InstanceInfo& info = *records_.find(member)->holder; info.status == InstanceStatus::up)
        rebuilt->up.push_back({member, info.zone});
    next->apps[id] = std::move(rebuilt);
  }
  changed_apps_.clear();
  view_ = std::move(next);
  return view_;
}

const InstanceInfo* Registry::find(InstanceId id) const {
  const Record* const record = records_.find(id);
  return record != nullptr ? record->holder.get() : nullptr;
}

bool Registry::expired(InstanceId id, Instant now) const {
  const Record* const record = records_.find(id);
  return record != nullptr && record->lease.expired(read_clock(now));
}

Registry::Override* Registry::override_of(InstanceId id, Instant now) {
  const auto found = overrides_.find(id);
  if (found == overrides_.end()) return nullptr;
  if (now - found->second.last_access >= properties_.override_expiry) {
    overrides_.erase(found);
    return nullptr;
  }
  found->second.last_access = now;
  return &found->second;
}

AsgState Registry::group_of(const InstanceInfo& info) const {
  if (info.asg == AsgState::none) return AsgState::none;
  const bool disabled = std::find(disabled_groups_.begin(), disabled_groups_.end(), info.app) != disabled_groups_.end();
  return disabled ? AsgState::disabled : info.asg;
}

void Registry::put_override(InstanceId id, InstanceStatus status, Instant now) { overrides_[id] = {status, now}; }

void Registry::insert(InstanceId id, Record record) {
  const InstanceInfo& info = *record.holder;
  if (info.app >= apps_.size()) apps_.resize(info.app + 1);
  apps_[info.app].members.push_back(id);
  counts_.add(info.status, +1);
  records_.put(id, std::move(record));
}

bool Registry::remove(InstanceId id, bool lowers_expected, Instant now) {
  overrides_.erase(id);
  Record* const record = records_.find(id);
  if (record == nullptr) return false;
  before_change(now);
  const std::shared_ptr<InstanceInfo> holder = std::move(record->holder);
  records_.erase(id);
  std::erase(apps_[holder->app].members, id);
  counts_.add(holder->status, -1);
  after_change(holder, ActionType::deleted, now);
  if (lowers_expected && expected_clients_ > 0) set_expected_clients(expected_clients_ - 1);
  return true;
}

void Registry::set_status(InstanceInfo& info, InstanceStatus status) {
  counts_.add(info.status, -1);
  counts_.add(status, +1);
  info.status = status;
  mark(info.app);
}

void Registry::set_expected_clients(int count) {
  expected_clients_ = count;
  threshold_ = renewal_threshold(count, properties_);
}

// The response caches were refreshed at every tick since the last change, each time from the registry as it is until now.
void Registry::before_change(Instant now) {
  cached_view_.advance(now, [this](Instant) { return view(); });
  cached_all_.advance(now, [this](Instant) { return all(); });
  cached_delta_.advance(now, [this](Instant at) { return delta(at); });
}

void Registry::after_change(const std::shared_ptr<InstanceInfo>& holder, ActionType action, Instant now) {
  holder->action = action;
  sweep_changes(now);
  changes_.push_back({now, holder});
  mark(holder->app);
  cached_view_.invalidate();
  cached_all_.invalidate();
  cached_delta_.invalidate();
}

// The sweep runs every 30 s and removes from the oldest on: equal to looking back from the last sweep.
void Registry::sweep_changes(Instant now) {
  const std::int64_t interval = to_nanoseconds(properties_.delta_sweep_interval);
  const std::int64_t created = to_nanoseconds(created_);
  const std::int64_t sweep = created + (to_nanoseconds(now) - created) / interval * interval;
  const Instant oldest = instant_of_nanoseconds(sweep - to_nanoseconds(properties_.delta_retention));
  const auto keep = std::find_if(changes_.begin(), changes_.end(), [oldest](const Change& c) { return c.at >= oldest; });
  changes_.erase(changes_.begin(), keep);
}

SharedDelta Registry::delta(Instant now) {
  sweep_changes(now);
  auto made = std::make_shared<Delta>();
  made->counts = counts_;
  made->changes.reserve(changes_.size());
  for (const Change& change : changes_) made->changes.push_back(*change.holder);
  return made;
}

SharedKnown Registry::all() {
  if (changed_since_all_.empty()) return all_;
  auto next = std::make_shared<KnownRegistry>(*all_);
  next->counts = counts_;
  if (next->apps.size() < apps_.size()) next->apps.resize(apps_.size());
  for (const AppId id : changed_since_all_) {
    apps_[id].changed_since_all = false;
    next->apps[id] = known_app(apps_[id]);
  }
  changed_since_all_.clear();
  all_ = std::move(next);
  return all_;
}

SharedApp Registry::known_app(const App& app) const {
  std::vector<InstanceInfo> instances;
  instances.reserve(app.members.size());
  for (const InstanceId member : app.members) instances.push_back(*records_.find(member)->holder);
  std::sort(instances.begin(), instances.end(), [](const InstanceInfo& a, const InstanceInfo& b) { return a.id < b.id; });
  return std::make_shared<const KnownApp>(std::move(instances));
}

void Registry::mark(AppId app) {
  if (app >= apps_.size()) apps_.resize(app + 1);
  if (!std::exchange(apps_[app].changed_since_all, true)) changed_since_all_.push_back(app);
  if (!std::exchange(apps_[app].changed, true)) changed_apps_.push_back(app);
}

}  // namespace streamtwin::eureka
