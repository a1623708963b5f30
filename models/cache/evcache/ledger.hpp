// What has been written, and to which copies it has come: nobody in a cache knows that, hits are judged by it. A value is stale from when
// a client is told that a newer one is written to the store.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "models/cache/evcache/request.hpp"
#include "models/places/geography.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::evcache {

/// Why a copy has an old value.
enum class StaleCause : std::uint8_t { under_way, lost_write, overtaken, warmed, other_region, replication_lag, replication_lost };
inline constexpr std::size_t stale_causes = 7;

struct StaleCauseName {
  std::string_view name, doc;
};
inline constexpr std::array<StaleCauseName, stale_causes> stale_cause_names{{
    {"under_way", "the write was on its way to the copy"},
    {"lost_write", "the write has never come to the copy"},
    {"overtaken", "an older value came to the copy after the newer one"},
    {"warmed", "a warmer had put the older value in"},
    {"other_region", "it was written in another region and is not replicated"},
    {"replication_lag", "it was written in another region, and its replication was on its way"},
    {"replication_lost", "it was written in another region, and its replication was lost or given up"},
}};

struct StaleMeasures {
  StaleMeasures() = default;
  explicit StaleMeasures(Recorder& recorder);

  Counter judged;  ///< hits that nodes answered with
  std::array<Counter, stale_causes> stale;
  Histogram age;  ///< of a stale value: since a client was told of the first newer one
};

/// Cost: O(1) per call and an entry for each write, of which an item has as many as `remembered`.
class Ledger {
 public:
  struct Stale {
    StaleCause cause;
    Duration age;
  };

  explicit Ledger(const places::Geography& geography) : geography_(geography) {}

  /// A client in a region is told that the store has a version.
  void written(std::uint64_t key, Version version, RegionIndex region, Instant now);
  /// A zone's copy has one.
  void put(std::uint64_t key, Version version, ZoneIndex zone, Writer writer);
  /// One will never come to a zone's copy by itself.
  void lost(std::uint64_t key, Version version, ZoneIndex zone);
  /// It is to be carried to another region; or will not be any more.
  void carried(std::uint64_t key, Version version, RegionIndex to);
  void given_up(std::uint64_t key, Version version, RegionIndex to);

  /// Whether a zone's copy that has a version has an old one.
  std::optional<Stale> judge(std::uint64_t key, Version has, ZoneIndex zone, Instant now) const;
  /// The same, counted.
  void count(std::uint64_t key, Version has, ZoneIndex zone, Instant now);

  StaleMeasures measures;

 private:
  /// Of an item that is written without end, so many versions are told apart.
  static constexpr std::size_t remembered = 64;
  /// What has not come by then never does: EVCache's operation time-out.
  static constexpr Duration patience = 2500ms;

  struct Write {
    Version version;
    Instant told;
    RegionIndex region;
    std::bitset<256> has, lost;          ///< by zone
    std::bitset<256> carried, given_up;  ///< by region
  };
  struct Item {
    std::deque<Write> writes;  ///< the oldest first
    std::bitset<256> warmed;   ///< by zone: whose value a warmer has put in
  };
  Write* find(std::uint64_t key, Version version);
  StaleCause cause_of(const Write& missed, ZoneIndex zone, Instant now) const;

  const places::Geography& geography_;
  std::unordered_map<std::uint64_t, Item> items_;  ///< looked up only
};

}  // namespace streamtwin::evcache
