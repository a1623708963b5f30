// What requests are known to cost a service, where those of a log are replayed.
#pragma once

#include <cstdint>
#include <optional>

#include "sim-core/units.hpp"

namespace streamtwin::rpc {

class KnownWork {
 public:
  virtual ~KnownWork() = default;
  /// Of the request with this number; nothing where the log does not say.
  virtual std::optional<Duration> of(std::uint64_t request) const = 0;
};

}  // namespace streamtwin::rpc
