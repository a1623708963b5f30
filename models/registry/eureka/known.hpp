// A registry as it travels: every instance with its status, application by application. What has not changed is shared, between a
// server's answers and between clients that have come to the same.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/registry/eureka/instance.hpp"

namespace streamtwin::eureka {

/// Instances per status: what client and server compare after a delta (Applications.getReconcileHashCode).
struct StatusCounts {
  std::array<std::uint32_t, 5> by_status{};

  void add(InstanceStatus status, int change) { by_status[static_cast<std::size_t>(status)] += static_cast<std::uint32_t>(change); }
  bool operator==(const StatusCounts&) const = default;
  /// The original's text, statuses in alphabetical order: "DOWN_1_UP_2_".
  std::string text() const;
};

/// The changes of the last 180 to 210 s, oldest first, and what the whole registry should count to after them.
struct Delta {
  std::vector<InstanceInfo> changes;
  StatusCounts counts;
};
using SharedDelta = std::shared_ptr<const Delta>;

struct KnownApp {
  explicit KnownApp(std::vector<InstanceInfo> sorted_by_id);
  /// Whether clients would see no difference.
  bool looks_like(const KnownApp& other) const;

  const std::vector<InstanceInfo> instances;
  std::vector<registry::ViewedInstance> up;  ///< of them those that take traffic
};
using SharedApp = std::shared_ptr<const KnownApp>;

struct KnownRegistry {
  std::vector<SharedApp> apps;  ///< by AppId; null for one without instances
  StatusCounts counts;

  std::size_t size() const;
};
using SharedKnown = std::shared_ptr<const KnownRegistry>;

/// What a client has after a delta. Whether it agrees with the server its counts say.
KnownRegistry applied(const KnownRegistry& before, const Delta& delta);

/// Remembers what deltas have lately made of what: clients that do the same have the same. Cost: a look at a few pointers, or of the
/// applications that the delta names.
class KnownRegistries {
 public:
  SharedKnown after(const SharedKnown& before, const SharedDelta& delta);

 private:
  struct Step {
    SharedKnown before;
    SharedDelta delta;
    SharedKnown after;
  };
  static constexpr std::size_t steps_kept = 64;  ///< clients that have fetched in turn from few servers need fewer
  SharedKnown shared(KnownRegistry made) const;

  std::vector<Step> steps_;
  std::size_t next_ = 0;
};

}  // namespace streamtwin::eureka
