// What a discovery client sees of a registry: per application the instances that are UP, as an immutable snapshot
// shared by everyone who fetched the same version. Eureka's snapshots and static lists both end in this form.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/places/ids.hpp"

namespace streamtwin::registry {

using AppId = std::uint32_t;  ///< dense, from 0: one per service

struct ViewedInstance {
  InstanceId id = 0;
  ZoneIndex zone = 0;
  bool operator==(const ViewedInstance&) const = default;
};

struct AppView {
  AppId app = 0;
  std::uint64_t version = 0;  ///< changes whenever the list may have changed
  std::vector<ViewedInstance> up;
};

/// Cost: fetching it is one reference count; rebuilding touches the applications that changed.
struct RegistryView {
  std::uint64_t version = 0;
  std::vector<std::shared_ptr<const AppView>> apps;  ///< by AppId; null for one never seen

  std::span<const ViewedInstance> up(AppId app) const {
    if (app >= apps.size() || apps[app] == nullptr) return {};
    return apps[app]->up;
  }
  /// 0 for an application never seen.
  std::uint64_t version_of(AppId app) const { return app < apps.size() && apps[app] != nullptr ? apps[app]->version : 0; }
};

}  // namespace streamtwin::registry
