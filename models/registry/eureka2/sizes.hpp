// How much travels on channels of Eureka 2. Computed: an instance that is some 1.4 kB of JSON is a third of that in Avro, which names no
// fields; the other messages are an identity and a few numbers.
#pragma once

#include "models/registry/eureka2/instance.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::eureka2 {

constexpr Bytes heartbeat_bytes{20};

constexpr Bytes bytes_of(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::add: return Bytes{470};
    case NotificationKind::modify: return Bytes{90};  // what differs
    case NotificationKind::remove: return Bytes{60};
    default: return Bytes{30};
  }
}

inline Bytes bytes_of(const Notifications& notifications) {
  Bytes sum{0};
  for (const Notification& notification : notifications) sum += bytes_of(notification.kind);
  return sum;
}

}  // namespace streamtwin::eureka2
