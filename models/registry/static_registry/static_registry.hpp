// The baseline that Eureka replaced: lists of addresses in files. A change of the fleet reaches nobody before somebody has
// edited the list and pushed it to all machines, and a process reads it when it starts: the dead stay listed until then.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/registry/view.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::registry {

struct StaticRegistryProperties {
  Duration edit_delay = 15min;
  Duration push_delay = 5min;
  Duration restart_time = 60s;
  Fraction restart_share{0.1};
  Duration restart_pause = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.edit_delay, {.name = "edit_delay",
                            .doc = "Time from a change of the fleet to the edited list",
                            .source = assumption,
                            .min = 0,
                            .max = 86400.0 * 7});
    visit(self.push_delay, {.name = "push_delay",
                            .doc = "Time from the edited list to its being on every machine",
                            .source = assumption,
                            .min = 0,
                            .max = 86400.0 * 7});
    visit(self.restart_time, {.name = "restart_time",
                              .doc = "How long an instance that reads a changed list serves nothing, as it restarts; then it is cold",
                              .source = assumption,
                              .min = 1,
                              .max = 7200});
    visit(self.restart_share,
          {.name = "restart_share",
           .doc = "Share of a dependant service's instances in a region that restart at a time, one at least",
           .source = "Netflix/asgard RollingPushOperation relaunches few at a time, one by default: how many of many is an assumption",
           .min = 1e-4,
           .max = 1});
    visit(self.restart_pause, {.name = "restart_pause",
                               .doc = "Time from the end of such a batch to the next",
                               .source = "Netflix/asgard RollingPushOperation waits for what it relaunched: how long is an assumption",
                               .min = 0,
                               .max = 7200});
  }
};

class StaticRegistry {
 public:
  explicit StaticRegistry(const StaticRegistryProperties& properties)
      : properties_(properties), listed_(std::make_shared<RegistryView>()) {}

  /// The list of an application is to be this; it takes effect when it has been edited and pushed.
  void change(AppId app, std::vector<ViewedInstance> instances, Instant now);
  /// As `change`, for what is listed from the beginning.
  void set(AppId app, std::vector<ViewedInstance> instances);
  /// The list as it stands in the files at `now`.
  std::shared_ptr<const RegistryView> fetch(Instant now);

  /// When the first of the changes takes effect, or did, that have not been taken yet; nothing without any.
  std::optional<Instant> next_change() const;
  /// The applications whose lists have changed since this was last asked, each once, in order.
  std::vector<AppId> take_changed(Instant now);

 private:
  struct Edit {
    Instant effective;
    AppId app;
    std::vector<ViewedInstance> instances;
  };
  struct Change {
    Instant effective;
    AppId app;
  };
  StaticRegistryProperties properties_;
  std::shared_ptr<const RegistryView> listed_;
  std::vector<Edit> pending_;    ///< in the order of their effect
  std::vector<Change> changed_;  ///< in that order, too
};

}  // namespace streamtwin::registry
