// When a coordinator that still waits for a replica asks another one, too (apache/cassandra service/reads/*SpeculativeRetryPolicy,
// AbstractReadExecutor, db/ColumnFamilyStore.sampleReadLatencyMicros).
#pragma once

#include <array>
#include <cstdint>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cassandra {

enum class Speculation : std::uint8_t { none, percentile, fixed, always };

struct SpeculationProperties {
  Speculation policy = Speculation::percentile;
  Fraction percentile{0.99};
  Duration delay = 50ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.policy,
          {.name = "policy", .doc = "What decides", .source = "apache/cassandra TableParams speculative_retry: 99th percentile"});
    visit(self.percentile, {.name = "percentile",
                            .doc = "policy percentile: after so long as this share of the coordinator's reads have taken of late",
                            .source = "apache/cassandra PercentileSpeculativeRetryPolicy",
                            .min = 0.01,
                            .max = 0.99999});
    visit(self.delay, {.name = "delay",
                       .doc = "policy fixed: after so long",
                       .source = "apache/cassandra FixedSpeculativeRetryPolicy; the time is an assumption",
                       .min = 1e-4,
                       .max = 60});
  }
};

/// Latencies in buckets that grow by a fifth, of which old ones count half after a minute (metrics/
/// DecayingEstimatedHistogramReservoir); a percentile is the upper bound of its bucket.
class DecayingLatencies {
 public:
  void add(Duration latency, Instant now);
  /// Not of none.
  Duration percentile(Fraction share) const;
  bool empty() const { return total_ == 0; }

 private:
  static constexpr std::size_t buckets = 96;
  static std::size_t bucket_of(Duration latency);
  static Duration upper_bound(std::size_t bucket);

  std::array<double, buckets> counts_{};
  double total_ = 0;
  Instant landmark_{};
};

/// Of one coordinator about one table. The threshold is what the percentile was at the last multiple of the read time-out.
class SpeculativeRetry {
 public:
  SpeculativeRetry(const SpeculationProperties& properties, Duration read_timeout, Instant now)
      : properties_(properties), read_timeout_(read_timeout), threshold_(read_timeout / 2), next_(now + read_timeout) {}
  void answered(Duration latency, Instant now);
  /// How long it waits before it asks another one; `read_timeout` or more: it does not.
  Duration wait(Instant now);
  bool asks_two_at_once() const { return properties_.policy == Speculation::always; }

 private:
  void catch_up(Instant now);

  SpeculationProperties properties_;
  Duration read_timeout_, threshold_;
  Instant next_;
  DecayingLatencies latencies_;
};

}  // namespace streamtwin::cassandra

namespace streamtwin {
template <>
inline constexpr auto enum_names<cassandra::Speculation> = std::to_array<EnumName<cassandra::Speculation>>({
    {cassandra::Speculation::none, "none", "nobody else is asked"},
    {cassandra::Speculation::percentile, "percentile", "another replica, when a read takes longer than most have of late"},
    {cassandra::Speculation::fixed, "fixed", "another replica, after a fixed time"},
    {cassandra::Speculation::always, "always", "one more than needed, at once"},
});
}  // namespace streamtwin
