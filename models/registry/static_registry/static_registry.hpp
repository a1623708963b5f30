// The baseline that Eureka replaced: lists of addresses in files and DNS. A change reaches nobody before somebody
// has edited the list, and a client sees it only at its next restart or reload; the dead stay listed until then.
#pragma once

#include "models/registry/view.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::registry {

struct StaticRegistryProperties {
  Duration edit_delay = 15min;
  Duration reload_interval = 10min;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.edit_delay, {.name = "edit_delay",
                            .doc = "Time from a change of the fleet to the edited list",
                            .source = assumption,
                            .min = 0,
                            .max = 86400.0 * 7});
    visit(
        self.reload_interval,
        {.name = "reload_interval", .doc = "How often a client reads the list again", .source = assumption, .min = 1, .max = 86400.0 * 7});
  }
};

class StaticRegistry {
 public:
  explicit StaticRegistry(const StaticRegistryProperties& properties)
      : properties_(properties), listed_(std::make_shared<RegistryView>()) {}

  /// The list of an application is to be this; it takes effect when it has been edited.
  void change(AppId app, std::vector<ViewedInstance> instances, Instant now);
  /// As `change`, for what is listed from the beginning.
  void set(AppId app, std::vector<ViewedInstance> instances);
  /// The list as it stands in the files at `now`.
  std::shared_ptr<const RegistryView> fetch(Instant now);
  Duration reload_interval() const { return properties_.reload_interval; }

 private:
  struct Edit {
    Instant effective;
    AppId app;
    std::vector<ViewedInstance> instances;
  };
  StaticRegistryProperties properties_;
  std::shared_ptr<const RegistryView> listed_;
  std::vector<Edit> pending_;  ///< in the order of their effect
};

}  // namespace streamtwin::registry
