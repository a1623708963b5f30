// Which replica (server group, normally one per zone) EVCache reads, where it falls back to, and how many writes it
// waits for: EVCacheClientPool, the circular iterators of EV/util, EVCacheLatchImpl.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

using GroupIndex = std::uint32_t;

/// Visits its elements backwards, beginning with the last: so the original's list is linked.
template <class T>
class CircularIterator {
 public:
  explicit CircularIterator(std::vector<T> elements = {}) : elements_(std::move(elements)) {}
  std::optional<T> next() {
    if (elements_.empty()) return std::nullopt;
    advance();
    return elements_[at_];
  }
  /// Advances by one; on the ignored element it answers with that one's successor, without advancing again.
  std::optional<T> next(const T& ignored) {
    if (elements_.empty()) return std::nullopt;
    advance();
    if (elements_[at_] != ignored) return elements_[at_];
    return elements_[before(at_)];
  }
  std::size_t size() const { return elements_.size(); }

 private:
  std::size_t before(std::size_t at) const { return at == 0 ? elements_.size() - 1 : at - 1; }
  void advance() { at_ = std::exchange(started_, true) ? before(at_) : elements_.size() - 1; }

  std::vector<T> elements_;
  std::size_t at_ = 0;
  bool started_ = false;
};

enum class LatchPolicy : std::uint8_t { none, one, quorum, all_minus_1, all };

/// How many of `replicas` writes a caller waits for.
constexpr int latch_count(LatchPolicy policy, int replicas) {
  switch (policy) {
    case LatchPolicy::none: return 0;
    case LatchPolicy::one: return 1;
    case LatchPolicy::quorum: return replicas <= 2 ? replicas : replicas / 2 + 1;
    case LatchPolicy::all_minus_1: return replicas == 0 ? 0 : replicas <= 2 ? 1 : replicas - 1;
    case LatchPolicy::all: break;
  }
  return replicas;
}

struct CacheProperties {
  Duration read_timeout = 20ms;
  Duration operation_timeout = 2500ms;
  Duration time_to_live = 900s;
  bool await_writes = false;
  LatchPolicy latch = LatchPolicy::all_minus_1;
  Duration refresh_interval = 60s;
  bool zone_fallback = true;
  int fallbacks_max = 1;
  int read_queue = 50;
  int write_queue = 16384;
  int pool_size = 1;
  int bucket_size = 160;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view pool = "Netflix/EVCache EVCacheClientPoolManager";
    visit(self.read_timeout,
          {.name = "read_timeout", .doc = "Time limit of a read from a replica", .source = pool, .min = 1e-4, .max = 60});
    visit(self.operation_timeout, {.name = "operation_timeout", .doc = "Longest wait for a write", .source = pool, .min = 1e-3, .max = 60});
    visit(self.time_to_live, {.name = "time_to_live",
                              .doc = "How long an entry lives",
                              .source = "Netflix/EVCache EVCache.Builder",
                              .min = 0,
                              .max = 86400.0 * 30});
    visit(self.await_writes, {.name = "await_writes",
                              .doc = "Whether who writes an item waits for the latch before it goes on",
                              .source = "Netflix/EVCache EVCache.set gives futures, which nobody needs to look at"});
    visit(self.latch,
          {.name = "latch", .doc = "How many replicas must have a write that is waited for", .source = "Netflix/EVCache EVCacheLatchImpl"});
    visit(self.refresh_interval,
          {.name = "refresh_interval",
           .doc = "How often a client looks which nodes are up: it asks no other, and no replica with more nodes down than up",
           .source = "Netflix/EVCache EVCacheClientPoolManager.refresh.interval",
           .min = 0.1,
           .max = 86400});
    visit(self.zone_fallback,
          {.name = "zone_fallback", .doc = "After a miss or failure read another replica", .source = "Netflix/EVCache EVCacheImpl"});
    visit(self.fallbacks_max, {.name = "fallbacks_max",
                               .doc = "Other replicas read per request",
                               .source = "Netflix/EVCache max.retry.count",
                               .min = 0,
                               .max = 16});
    visit(self.read_queue,
          {.name = "read_queue",
           .doc = "Reads of one client that wait for a node's answer, in bulk twice as many; beyond that they fail at once",
           .source = pool,
           .min = 1,
           .max = 1e6});
    visit(
        self.write_queue,
        {.name = "write_queue",
         .doc =
             "Writes of one client that wait since the way to a node is cut; beyond that who writes waits five times 25 ms, and then the write is dropped and the connection closed until the next refresh",
         .source = pool,
         .min = 1,
         .max = 1e7});
    visit(self.pool_size, {.name = "pool_size",
                           .doc = "Clients per replica, each with connections of its own, which take turns",
                           .source = pool,
                           .min = 1,
                           .max = 1000});
    visit(self.bucket_size, {.name = "bucket_size",
                             .doc = "Ring points per node",
                             .source = "Netflix/EVCache EVCacheKetamaNodeLocatorConfiguration",
                             .min = 4,
                             .max = 1e5});
  }
};

/// A replica as a reader sees it: left out of reads (never of writes) while more of its nodes are down than up.
struct Group {
  std::uint8_t zone = 0;
  int active_nodes = 0;
  int inactive_nodes = 0;
  bool write_only = false;
  bool readable() const { return !write_only && inactive_nodes <= active_nodes; }
};

/// One client's order of reading (EVCacheClientPool.getEVCacheClientForRead and its kin). Cost of a choice: O(1).
class ReadOrder {
 public:
  /// `properties` must outlive it.
  ReadOrder(const CacheProperties& properties, std::uint8_t own_zone) : properties_(&properties), own_zone_(own_zone) {}

  /// The replicas as they are now. The iterators begin anew only when the number of readable ones has changed; what they
  /// name is read only if it is readable now.
  void update(const std::vector<Group>& groups);

  /// The local replica, in turn if the zone has several; another one when it has none.
  std::optional<GroupIndex> first();
  /// After a miss, a time-out or a dead node of `tried`, which `first` has named: the replica for fallback number `already`
  /// (from 0), or nothing.
  std::optional<GroupIndex> fallback(GroupIndex tried, int already);

 private:
  bool readable(std::optional<GroupIndex> group) const { return group && *group < readable_.size() && readable_[*group]; }

  const CacheProperties* properties_;
  std::uint8_t own_zone_;
  int readable_count_ = 0;
  std::vector<bool> readable_;  ///< by GroupIndex: memcachedReadInstancesByServerGroup
  CircularIterator<GroupIndex> local_;
  CircularIterator<GroupIndex> all_;  ///< of every readable replica, the local ones included
};

}  // namespace streamtwin::evcache

namespace streamtwin {
template <>
inline constexpr auto enum_names<evcache::LatchPolicy> = std::to_array<EnumName<evcache::LatchPolicy>>({
    {evcache::LatchPolicy::none, "none", "nobody is waited for"},
    {evcache::LatchPolicy::one, "one", "the first replica"},
    {evcache::LatchPolicy::quorum, "quorum", "more than half"},
    {evcache::LatchPolicy::all_minus_1, "all_minus_1", "all but one"},
    {evcache::LatchPolicy::all, "all", "every replica"},
});
}  // namespace streamtwin
