#include "models/registry/eureka2/subscribed_lists.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin::eureka2 {

using registry::AppView;
using registry::ViewedInstance;

void SubscribedLists::adopt(const std::shared_ptr<const AppView>& list) {
  if (list->app >= view_.apps.size()) view_.apps.resize(list->app + 1);
  view_.apps[list->app] = list;
  ++view_.version;
}

bool SubscribedLists::take(const Notifications& notifications) {
  for (const Notification& notification : notifications) {
    const std::optional<NotificationKind> shown = shown_to_user(notification.kind);
    if (shown == NotificationKind::sentinel) {
      end_collecting();
    } else if (shown) {
      apply(notification);
    }
  }
  return !collecting_ && show();
}

std::vector<ViewedInstance>& SubscribedLists::edited(AppId app) {
  const auto [place, fresh] = edited_.try_emplace(app);
  if (fresh && !collecting_) {
    const std::span<const ViewedInstance> known = view_.up(app);
    place->second.assign(known.begin(), known.end());
  }
  return place->second;
}

void SubscribedLists::apply(const Notification& change) {
  const Instance& instance = change.instance;
  std::vector<ViewedInstance>& list = edited(instance.app);
  const auto place =
      std::lower_bound(list.begin(), list.end(), instance.id, [](const ViewedInstance& listed, InstanceId id) { return listed.id < id; });
  const bool listed = place != list.end() && place->id == instance.id;
  const bool takes_traffic = change.kind != NotificationKind::remove && instance.status == InstanceStatus::up;
  if (takes_traffic && !listed) list.insert(place, {instance.id, instance.zone});
  if (!takes_traffic && listed) list.erase(place);
}

// Of whom the new stream has not told is no more.
void SubscribedLists::end_collecting() {
  if (!std::exchange(collecting_, false)) return;
  for (AppId app = 0; app < view_.apps.size(); ++app) {
    if (view_.apps[app] != nullptr) edited_.try_emplace(app);
  }
}

bool SubscribedLists::show() {
  bool another = false;
  for (auto& [app, list] : edited_) {
    const std::span<const ViewedInstance> known = view_.up(app);
    if (std::equal(list.begin(), list.end(), known.begin(), known.end())) continue;
    another = true;
    if (app >= view_.apps.size()) view_.apps.resize(app + 1);
    view_.apps[app] = std::make_shared<const AppView>(AppView{app, ++view_.version, std::move(list)});
  }
  edited_.clear();
  return another;
}

}  // namespace streamtwin::eureka2
