// What a client of Eureka 2 makes of its stream: lists of who is UP, application by application. After its channel has failed it goes
// on with those that it has until another one has told it of all.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "models/registry/eureka2/instance.hpp"
#include "models/registry/view.hpp"

namespace streamtwin::eureka2 {

/// Cost: of a change, the list of its application.
class SubscribedLists {
 public:
  /// A list that it has from the beginning, shared with others.
  void adopt(const std::shared_ptr<const registry::AppView>& list);
  /// Its next stream is another one's.
  void begin_anew() {
    collecting_ = true;
    edited_.clear();
  }
  /// Whether what it shows may have changed.
  bool take(const Notifications& notifications);
  const registry::RegistryView& view() const { return view_; }

 private:
  std::vector<registry::ViewedInstance>& edited(AppId app);
  void apply(const Notification& change);
  void end_collecting();
  bool show();

  registry::RegistryView view_;
  std::map<AppId, std::vector<registry::ViewedInstance>> edited_;  ///< not shown yet
  bool collecting_ = false;
};

}  // namespace streamtwin::eureka2
