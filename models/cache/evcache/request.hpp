// What an EVCache client asks of a node, and what that answers.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "models/rpc/body.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

/// `fetch` is a get by whoever carries the value on: its answer encloses the Version.
enum class Operation : std::uint8_t { get, fetch, set, add, remove };
/// Who puts an item into a copy.
enum class Writer : std::uint8_t { client, warmer, relay };

/// When a value was written to the store that owns it.
using Version = Instant;
inline constexpr Version before_the_run{Duration{-std::numeric_limits<double>::infinity()}};

/// Versions in a shard are plain words, which say nothing of their order.
constexpr std::uint64_t word_of(Version version) { return std::bit_cast<std::uint64_t>(in_seconds(version)); }
constexpr Version version_of(std::uint64_t word) { return Version{Duration{std::bit_cast<double>(word)}}; }

/// A hit of a get that takes an item however old it is has any life left.
inline constexpr Duration however_old{-1};

/// Of the items of one subject, which are numbered from 0, a bit for each.
using Items = std::uint16_t;
inline constexpr int items_max = 16;
constexpr Items item_bit(int item) { return static_cast<Items>(1u << item); }
constexpr Items all_items(int count) { return static_cast<Items>((1u << count) - 1); }
/// The key of an item, from that of its subject's first.
constexpr std::uint64_t key_of_item(std::uint64_t first, int item) { return first + (static_cast<std::uint64_t>(item) << 40); }

/// A duration in the little room that a message has: whole seconds are exact up to half a year.
class Life {
 public:
  constexpr Life(Duration life) : seconds_(static_cast<float>(life.count())) {}
  constexpr operator Duration() const { return Duration{seconds_}; }

 private:
  float seconds_;
};

struct Request {
  std::uint64_t key = 0;
  Version version = before_the_run;  ///< of the value that is set
  Life life = Duration{0};           ///< of a set: for how long the item can be read; of a get: how much of that must be left for a hit
  std::uint32_t amount : 25 = 0;     ///< of a set: bytes; of a get in bulk: the items that are asked for, by the key of the first
  Operation operation : 3 = Operation::get;
  Writer writer : 2 = Writer::client;
};
/// EVCache's largest item has 20 MiB.
constexpr std::uint32_t amount_of(Bytes size) { return static_cast<std::uint32_t>(size.value() + 0.5); }
static_assert(rpc::Body::fits<Request>);

/// Encloses a get's answer where more than one item is asked for: those that are there.
struct Found {
  Items items = 0;
};

}  // namespace streamtwin::evcache
