// One key of Eureka's two-layer response cache (ResponseCacheImpl). Reads hit the read-only layer; a timer copies
// the read-write layer into it at multiples of 30 s on the clock, and only if the key has been asked for before.
// Mutations invalidate the read-write layer only. Ticks are caught up lazily: whoever mutates the registry calls
// `advance` first, so that a tick sees the registry as it was. A tick at exactly `now` comes before what happens now.
#pragma once

#include <cstdint>
#include <optional>

#include "models/registry/eureka/properties.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::eureka {

template <class Value>
class CachedResponse {
 public:
  CachedResponse(const ServerProperties& properties, Instant created)
      : interval_ns_(to_nanoseconds(properties.read_only_cache_interval)),
        expiry_ns_(to_nanoseconds(properties.read_write_cache_expiry)),
        use_read_only_(properties.read_only_cache),
        last_tick_ns_(to_nanoseconds(created) / interval_ns_ * interval_ns_) {}

  /// `load(at)` makes the answer from the registry as it stands.
  template <class Load>
  const Value& get(Instant now, Load&& load) {
    if (!use_read_only_) return read_write(to_nanoseconds(now), load);
    advance(now, load);
    if (!read_only_) read_only_ = read_write(to_nanoseconds(now), load);
    return *read_only_;
  }

  template <class Load>
  void advance(Instant now, Load&& load) {
    const std::int64_t now_ns = to_nanoseconds(now);
    if (now_ns - last_tick_ns_ < interval_ns_) return;
    if (!read_only_ || !use_read_only_) {
      last_tick_ns_ = now_ns / interval_ns_ * interval_ns_;
      return;
    }
    while (now_ns - last_tick_ns_ >= interval_ns_) {
      last_tick_ns_ += interval_ns_;
      read_only_ = read_write(last_tick_ns_, load);
    }
  }

  void invalidate() { read_write_.reset(); }

 private:
  template <class Load>
  const Value& read_write(std::int64_t now_ns, Load& load) {
    if (!read_write_ || now_ns - loaded_ns_ >= expiry_ns_) {
      read_write_ = load(instant_of_nanoseconds(now_ns));
      loaded_ns_ = now_ns;
    }
    return *read_write_;
  }

  std::int64_t interval_ns_;
  std::int64_t expiry_ns_;
  bool use_read_only_;
  std::int64_t last_tick_ns_;
  std::int64_t loaded_ns_ = 0;
  std::optional<Value> read_only_;
  std::optional<Value> read_write_;
};

}  // namespace streamtwin::eureka
