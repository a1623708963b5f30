// What Eureka 2 tells of (Netflix/eureka, branch 2.x-archive): instances, and the notifications of which its streams consist.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "models/registry/eureka/instance.hpp"

namespace streamtwin::eureka2 {

using eureka::InstanceStatus;
using registry::AppId;

struct Instance {
  InstanceId id = 0;
  AppId app = 0;
  AppId vip = 0, secure_vip = 0;  ///< the names that callers have of it
  ZoneIndex zone = 0;
  InstanceStatus status = InstanceStatus::up;
  bool operator==(const Instance&) const = default;
};

/// `buffer_start` and `buffer_end` stand around what was there before; `sentinel` tells a client that it has all of it.
enum class NotificationKind : std::uint8_t { add, modify, remove, buffer_start, buffer_end, sentinel };

struct Notification {
  NotificationKind kind = NotificationKind::add;
  Instance instance{};
  bool operator==(const Notification&) const = default;

  bool is_data() const { return kind <= NotificationKind::remove; }
};
using Notifications = std::vector<Notification>;

/// What the user of a client sees of its stream.
constexpr std::optional<NotificationKind> shown_to_user(NotificationKind kind) {
  if (kind == NotificationKind::buffer_start) return std::nullopt;
  return kind == NotificationKind::buffer_end ? NotificationKind::sentinel : kind;
}

/// BufferMarkerMergeFunctions: of the buffers of several atoms or sources in one stream, it begins with the first and ends with the last.
class Markers {
 public:
  using Key = std::uint64_t;
  std::optional<NotificationKind> start(Key key) {
    const bool first = open_.empty();
    open_.insert(key);
    return first ? std::optional(NotificationKind::buffer_start) : std::nullopt;
  }
  /// One that has not begun ends all the same.
  std::optional<NotificationKind> end(Key key) {
    open_.erase(key);
    return open_.empty() ? std::optional(NotificationKind::buffer_end) : std::nullopt;
  }
  bool open(Key key) const { return open_.contains(key); }

 private:
  std::set<Key> open_;
};

}  // namespace streamtwin::eureka2
