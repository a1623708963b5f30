#include "models/registry/observed.hpp"

#include <algorithm>
#include <iterator>

#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

void Observed::join(Member member, std::optional<InstanceId> replaced, bool established) {
  const InstanceId id = member.id;
  const bool takes_traffic = !member.starting && !member.out_of_service;
  if (!established && takes_traffic) happened(id, News::registered);
  callers_[id] = {};
  const auto inner = std::make_shared<Member>(member);
  member.refresh_balancers = [this, inner](const RegistryView& view) {
    if (const auto caller = callers_.find(inner->id); caller != callers_.end()) looks(caller->second, *inner, view);
    inner->refresh_balancers(view);
  };
  kind_->join(std::move(member), replaced, established);
}

void Observed::remove(InstanceId id) {
  happened(id, News::cancelled);
  kind_->remove(id);
}

void Observed::forget(InstanceId id) {
  const auto known = happened_.find(id);
  if (known == happened_.end() || known->second.news != News::cancelled) happened(id, News::crashed);
  callers_.erase(id);
  kind_->forget(id);
}

void Observed::take_out(std::span<const InstanceId> ids) {
  for (const InstanceId id : ids) happened(id, News::out_of_service);
  kind_->take_out(ids);
}

void Observed::put_back(std::span<const InstanceId> ids) {
  for (const InstanceId id : ids) happened(id, News::put_up);
  kind_->put_back(ids);
}

void Observed::put_up(std::span<const InstanceId> ids) {
  for (const InstanceId id : ids) happened(id, News::put_up);
  kind_->put_up(ids);
}

void Observed::turn_up(InstanceId id) {
  happened(id, News::put_up);
  kind_->turn_up(id);
}

// Of one that has ended nothing else is news.
void Observed::happened(InstanceId id, News news) {
  const auto [known, first] = happened_.try_emplace(id, Happened{news, now()});
  if (first || (known->second.news != News::cancelled && known->second.news != News::crashed)) known->second = {news, now()};
}

// Where it comes back it is because it is there, not because it has begun.
void Observed::dropped(InstanceId id) {
  const auto known = happened_.find(id);
  if (known != happened_.end() && appears_by(known->second.news)) happened_.erase(known);
}

void Observed::looks(Caller& caller, const Member& member, const RegistryView& view) {
  if (!member.calls) return;
  for (; caller.apps < view.apps.size(); ++caller.apps) {
    if (member.calls(static_cast<AppId>(caller.apps))) caller.calls.push_back(static_cast<AppId>(caller.apps));
  }
  caller.lists.resize(caller.calls.size());
  for (std::size_t i = 0; i < caller.calls.size(); ++i) {
    const std::shared_ptr<const AppView>& list = view.apps[caller.calls[i]];
    if (list == caller.lists[i]) continue;
    if (caller.lists[i] != nullptr && list != nullptr) compare(*caller.lists[i], *list);
    caller.lists[i] = list;
  }
}

void Observed::compare(const AppView& before, const AppView& after) {
  const auto sorted = [](std::vector<InstanceId>& ids, const AppView& list) {
    ids.clear();
    for (const ViewedInstance& instance : list.up) ids.push_back(instance.id);
    std::sort(ids.begin(), ids.end());
  };
  sorted(before_, before);
  sorted(after_, after);
  for (const bool appears : {true, false}) {
    changed_.clear();
    const std::vector<InstanceId>&from = appears ? after_ : before_, &taken = appears ? before_ : after_;
    std::set_difference(from.begin(), from.end(), taken.begin(), taken.end(), std::back_inserter(changed_));
    for (const InstanceId id : changed_) record(id, appears);
  }
}

// What leaves or comes without news is a registry's error, or its end, which others measure.
void Observed::record(InstanceId id, bool appears) {
  const auto known = happened_.find(id);
  if (known == happened_.end()) return;
  const auto& [news, at] = known->second;
  if (appears_by(news) == appears) return measures_.known_after[static_cast<std::size_t>(news)].record(now() - at);
  if (!appears) happened_.erase(known);
}

}  // namespace streamtwin::registry
