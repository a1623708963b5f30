#include "models/registry/eureka/known.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin::eureka {

std::string StatusCounts::text() const {
  constexpr std::pair<InstanceStatus, const char*> alphabetical[] = {{InstanceStatus::down, "DOWN"},
                                                                     {InstanceStatus::out_of_service, "OUT_OF_SERVICE"},
                                                                     {InstanceStatus::starting, "STARTING"},
                                                                     {InstanceStatus::unknown, "UNKNOWN"},
                                                                     {InstanceStatus::up, "UP"}};
  std::string text;
  for (const auto& [status, name] : alphabetical)
    if (const auto count = by_status[static_cast<std::size_t>(status)]; count > 0)
      text += std::string(name) + "_" + std::to_string(count) + "_";
  return text;
}

KnownApp::KnownApp(std::vector<InstanceInfo> sorted_by_id) : instances(std::move(sorted_by_id)) {
  for (const InstanceInfo& info : instances)
    if (info.status == InstanceStatus::up) up.push_back({info.id, info.zone});
}

bool KnownApp::looks_like(const KnownApp& other) const {
  return std::equal(instances.begin(), instances.end(), other.instances.begin(), other.instances.end(),
                    [](const InstanceInfo& a, const InstanceInfo& b) { return a.id == b.id && a.status == b.status && a.zone == b.zone; });
}

std::size_t KnownRegistry::size() const {
  std::size_t sum = 0;
  for (const SharedApp& app : apps) sum += app == nullptr ? 0 : app->instances.size();
  return sum;
}

namespace {

void change(std::vector<InstanceInfo>& instances, const InstanceInfo& change, StatusCounts& counts) {
  const auto place =
      std::lower_bound(instances.begin(), instances.end(), change.id, [](const InstanceInfo& info, InstanceId id) { return info.id < id; });
  const bool known = place != instances.end() && place->id == change.id;
  if (known) counts.add(place->status, -1);
  if (change.action == ActionType::deleted) {
    if (known) instances.erase(place);
    return;
  }
  counts.add(change.status, +1);
  if (known) {
    *place = change;
  } else {
    instances.insert(place, change);
  }
}

}  // namespace

KnownRegistry applied(const KnownRegistry& before, const Delta& delta) {
  KnownRegistry after = before;
  std::vector<AppId> named;
  for (const InstanceInfo& info : delta.changes) named.push_back(info.app);
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  if (!named.empty() && named.back() >= after.apps.size()) after.apps.resize(named.back() + 1);
  for (const AppId app : named) {
    SharedApp& known = after.apps[app];
    std::vector<InstanceInfo> instances = known == nullptr ? std::vector<InstanceInfo>{} : known->instances;
    for (const InstanceInfo& info : delta.changes)
      if (info.app == app) change(instances, info, after.counts);
    auto next = std::make_shared<const KnownApp>(std::move(instances));
    if (known == nullptr || !next->looks_like(*known)) known = std::move(next);
  }
  return after;
}

SharedKnown KnownRegistries::after(const SharedKnown& before, const SharedDelta& delta) {
  for (const Step& step : steps_)
    if (step.before == before && step.delta == delta) return step.after;
  Step step{before, delta, shared(applied(*before, *delta))};
  if (steps_.size() < steps_kept) {
    steps_.push_back(step);
  } else {
    steps_[next_] = step;
    next_ = (next_ + 1) % steps_kept;
  }
  return step.after;
}

// Who has come to it by other deltas has it already.
SharedKnown KnownRegistries::shared(KnownRegistry made) const {
  const auto alike = [](const SharedApp& a, const SharedApp& b) { return a == b || (a != nullptr && b != nullptr && a->looks_like(*b)); };
  for (const Step& step : steps_) {
    for (const SharedKnown& known : {step.after, step.before}) {
      if (known->counts == made.counts && std::equal(known->apps.begin(), known->apps.end(), made.apps.begin(), made.apps.end(), alike))
        return known;
    }
  }
  return std::make_shared<const KnownRegistry>(std::move(made));
}

}  // namespace streamtwin::eureka
