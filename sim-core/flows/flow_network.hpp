// The sharing of delivery links by the chunks of many viewers: each flow is capped by its access rate, and flows
// share the one to four links they cross max-min fair, as SimGrid's own solver would have it (an idealised TCP).
//
// Made for a million flows with hundreds of thousands of starts and finishes per simulated second. Every saturated
// link has a level; a path's level is the lowest of its links', a flow's rate the lower of its cap and its path's
// level. Flows of one path therefore form a class:
//   - those whose cap is above the level share it. They finish when the path's virtual clock V(t), the integral of
//     the level, reaches the value fixed when they joined: a moving level touches none of them;
//   - those whose cap is at or below the level run at their cap and finish at a fixed time;
//   - a flow changes group only when the level crosses its cap.
// On a path whose links have never been full every flow runs at its cap: its known end is an entry of a ladder queue that
// nothing points back to, and which is passed over when the flow is gone or changed by then. Only where a link fills the
// flows of its paths are put in order by end and by cap, in heaps, and stay so.
// A change re-balances the links of its path; what that moves on other saturated links re-balances those, lowest
// level first (a link depends only on links with lower levels), until every link is within `tolerance`. Links with
// room to spare take no part. Time is an argument; changes at one instant are balanced together, once.
//
// Cost of a start, finish or change: O(1) on a path that has not met a full link, then O(log flows of the path) + O(paths
// crossing the links whose level moves); to put paths in order, once for all that a link's first filling concerns, O(flows).
// Memory: 64 bytes per flow in flight, 80 where a path has met a full link, plus the slack of growing arrays.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "sim-core/indexed_heap.hpp"
#include "sim-core/ladder_queue.hpp"
#include "sim-core/prefetch.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::flows {

struct LinkId {
  std::uint32_t index;
  auto operator<=>(const LinkId&) const = default;
};

/// A sequence of links, interned once.
struct PathId {
  std::uint32_t index;
  auto operator<=>(const PathId&) const = default;
};

/// A flow in flight; a stale id is recognised by its generation.
struct FlowId {
  std::uint32_t slot = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t generation = 0;
  bool operator==(const FlowId&) const = default;
};

/// A flow that has delivered its last byte.
struct Completion {
  FlowId flow;
  std::uint64_t tag;
  Bytes size;
  Instant when;
};

/// What has flowed so far. sent = received + lost + in_flight, up to rounding.
struct FlowTotals {
  std::uint64_t started = 0, finished = 0, aborted = 0;
  Bytes sent;                  ///< the integral of all rates
  Bytes received;              ///< the sizes of the finished flows
  Bytes lost;                  ///< what aborted flows had delivered
  Bytes in_flight;             ///< what live flows have delivered
  Duration flow_time;          ///< summed over flows
  Duration time_below_cap;     ///< of which the flow ran below its cap
  std::uint64_t balances = 0;  ///< links re-balanced
};

class FlowNetwork {
 public:
  /// `tolerance`: a saturated link is balanced again when its load is off by more than this share of what its sharing
  /// flows carry. At 1e-8 rates are exact for all purposes; at 1e-3 a link with a thousand flows lets a few come and
  /// go before it moves them all, for a third of the cost. Bytes are conserved at any tolerance.
  explicit FlowNetwork(double tolerance = 1e-8) : tolerance_(tolerance) {}
  FlowNetwork(const FlowNetwork&) = delete;
  FlowNetwork& operator=(const FlowNetwork&) = delete;

  LinkId add_link(BitRate capacity);
  /// The path over these links (one to four, each once); the same links in the same order give the same path.
  PathId path(std::span<const LinkId> links);
  PathId path(std::initializer_list<LinkId> links) { return path(std::span(links.begin(), links.size())); }

  /// `cap` is finite; a cap of zero stalls the flow until set_cap. `size` is positive.
  FlowId start(PathId path, BitRate cap, Bytes size, Instant now, std::uint64_t tag = 0);
  void set_cap(FlowId flow, BitRate cap, Instant now);
  /// A capacity of zero stalls every flow that crosses the link.
  void set_capacity(LinkId link, BitRate capacity, Instant now);
  /// Ends a flow early; returns what it has delivered.
  Bytes abort(FlowId flow, Instant now);

  /// When the next flow finishes if nothing changes; `never` when none will.
  Instant next_completion();

  /// A lower bound of next_completion() that costs no balancing; holds where settled().
  Instant next_completion_bound() {
    const engine::Entry* const end = known_ends_.peek();
    const double known = end != nullptr ? end->time : unlimited;
    return Instant{seconds(agenda_.empty() ? known : std::min(known, agenda_.top().key))};
  }
  /// Whether changes wait to be balanced.
  bool settled() const { return dirty_.empty(); }
  /// Fetches what finishing the next flow of a path in order will touch: among a million, all of it is out of the processor's
  /// caches. Where ends are known that is done by their ladder.
  void look_ahead() const;

  /// Finishes every flow due by `now`, in the order of time; `done(const Completion&)` may start, change and abort
  /// flows at that completion's time. Returns when the next one finishes, as next_completion().
  template <class Done>
  Instant complete_until(Instant now, Done&& done) {
    Instant next = next_completion();
    while (next <= now) {
      const Instant when = next;
      do {
        done(static_cast<const Completion&>(take_first(when)));
        next = next_known();
      } while (next <= when);
      if (!settled()) next = next_completion();
    }
    return next;
  }

  bool alive(FlowId flow) const;
  std::uint64_t tag(FlowId flow) const { return record(flow).tag; }
  PathId path_of(FlowId flow) const { return {record(flow).path}; }
  BitRate cap(FlowId flow) const { return BitRate{record(flow).cap}; }
  /// The rate in force since the last change.
  BitRate rate(FlowId flow);
  Bytes delivered(FlowId flow, Instant now);

  std::size_t links() const { return links_.size(); }
  std::size_t paths() const { return paths_.size(); }
  std::size_t size() const { return live_; }
  BitRate capacity(LinkId link) const { return BitRate{links_[link.index].capacity}; }
  /// What the flows on a link carry now, and whether that is all it has.
  BitRate carried(LinkId link);
  bool saturated(LinkId link);
  std::size_t flows_on(LinkId link) const { return links_[link.index].flows; }
  std::span<const LinkId> links_of(PathId path) const { return {paths_[path.index].links.data(), paths_[path.index].link_count}; }
  /// The integral of what a link carried.
  Bytes carried_until(LinkId link, Instant now);
  FlowTotals totals(Instant now);
  /// Calls `visit(FlowId)` for every live flow that crosses the link, in an order fixed by the history of calls.
  template <class Visit>
  void for_each_on(LinkId link, Visit&& visit) const;

  std::size_t memory() const;

 private:
  static constexpr std::size_t links_max = 4;
  /// A path that was near the top of the agenda is keyed as if its level were this much higher, so that small rises of
  /// the level need not touch the agenda.
  static constexpr double agenda_headroom = 1.05;
  static constexpr double unlimited = std::numeric_limits<double>::infinity();
  enum class Group : std::uint8_t { free, plain, capped, sharing, stalled };

  /// `mark` is the finish time of a plain or capped flow, the finishing value of the virtual clock of a sharing one, the bits
  /// that remain of a stalled one (which waits among the capped ones, to finish never). Plain are the flows at their caps of
  /// a path that is not in order.
  struct Flow {
    double size_bits = 0;
    double cap = 0;
    double mark = 0;
    std::uint64_t tag = 0;
    std::uint32_t path = 0;
    std::uint32_t generation : 29 = 0;
    Group group : 3 = Group::free;
  };

  /// Where a flow stands in its path's heaps; apart from the rest, as moving a heap's entries writes nothing else.
  struct Position {
    std::uint32_t finish;
    std::uint32_t cap;
  };

  /// What balancing visits comes first: two cache lines, the only ones that flows of a path that is not in order touch.
  struct alignas(64) Path {
    double level = unlimited;
    double rate = 0;
    std::uint32_t flows = 0, sharing = 0;
    double caps_sum = 0, caps_rest = 0;  ///< of the capped flows, in two doubles: no dust is left behind
    double lowest_sharing_cap = unlimited;
    double highest_capped_cap = -1;
    double agenda_level = 0;  ///< up to this level its place in the agenda is a lower bound

    double clock = 0;  ///< V
    double since = 0;  ///< the time for which clock and integrals stand
    double bits = 0, flow_seconds = 0, below_seconds = 0;
    std::array<LinkId, links_max> links{};
    std::uint8_t link_count = 0;
    bool ordered = false;   ///< whether its heaps are kept and it is on the agenda: only once it has met a full link
    bool to_order = false;  ///< scratch of put_in_order()
    std::uint32_t position_in_agenda = 0;

    std::array<std::uint32_t, links_max> position_in_link{};
    IndexedHeap<> capped_finish, sharing_finish;  ///< by time; by virtual clock
    IndexedHeap<> capped_caps, sharing_caps;      ///< highest cap first (negated); lowest cap first
  };

  struct alignas(64) Link {
    double capacity = 0;
    double level = unlimited;
    double load = 0;
    double tolerated = 0;  ///< how far the load may be from the capacity before a saturated link is balanced again
    std::uint64_t flows = 0;
    bool dirty = false;
    std::vector<std::uint32_t> active;  ///< paths with flows
    std::vector<std::uint32_t> all;     ///< every path that crosses
  };

  Flow& record(FlowId flow);
  const Flow& record(FlowId flow) const;
  void move_to(Instant now);

  // one path and its flows
  void advance(Path& path);
  double remaining_bits(const Flow& flow, const Path& path) const;
  double remaining_bits_at(const Flow& flow, const Path& path, double time) const;
  static double unaccounted(const Path& path, Instant now);  ///< seconds since its sums were brought up to date
  void join(Path& path, std::uint32_t slot, double remaining);
  void leave(Path& path, std::uint32_t slot);
  void change_cap(Path& path, std::uint32_t slot, double cap);
  void set_level(Path& path, double level);
  void put_in_order(std::span<const std::uint32_t> full_links);
  void begin_order(std::uint32_t path_index);
  void rate_changed(Path& path);
  void activate(std::uint32_t path_index);
  void deactivate(std::uint32_t path_index);
  void remove(std::uint32_t slot);

  // balancing
  bool out_of_balance(const Link& link) const;
  void mark_dirty(std::uint32_t link_index);
  void settle();
  std::uint32_t take_lowest_dirty();
  void balance(std::uint32_t link_index);
  struct Load {
    double rate = 0;   ///< what crosses the link
    double slope = 0;  ///< by how much that grows per unit of level
  };
  Load load_at(double level);
  double highest_rate();
  void propagate(std::uint32_t link_index);

  // the agenda of completions
  double next_of(const Path& path, double level) const;
  void rekey(std::uint32_t path_index, double headroom);
  void rekey_if_earlier(std::uint32_t path_index);
  double next_on_agenda(double limit);
  double next_known_end();
  bool stands(const engine::Entry& end) const {
    const Flow& flow = flows_[end.what];
    return flow.group == Group::plain && flow.mark == end.time;
  }
  void forget_end();
  Instant next_known();
  Completion take_first(Instant when);

  /// Behind a known end lies the flow's record, and behind that whoever waits for it, if its tag is an address.
  struct KnownEnds final : engine::Foresight {
    explicit KnownEnds(const FlowNetwork& its) : network(its) {}
    void soon(const engine::Entry* ends, std::size_t count) const override;
    void next(const engine::Entry* ends, std::size_t count) const override;
    const FlowNetwork& network;
  };

  double tolerance_;
  double now_ = 0;
  std::vector<Flow> flows_;
  std::vector<Position> positions_;
  std::vector<std::uint32_t> free_;
  std::vector<Path> paths_;
  std::vector<Link> links_;
  std::map<std::vector<LinkId>, PathId> interned_;
  KnownEnds foresight_{*this};
  engine::BasicLadderQueue<false> known_ends_{&foresight_};  ///< of the plain flows, by slot; those that no longer stand() are passed over
  std::size_t passed_over_ = 0;                              ///< of them
  IndexedHeap<> agenda_;                                     ///< active paths in order by a lower bound of their next completion
  std::vector<std::uint32_t> dirty_;
  std::size_t live_ = 0;
  FlowTotals totals_;
  double slack_ = 1;  ///< widens the tolerance should balancing ever not come to rest

  struct Crossing {
    std::uint32_t path;
    double elsewhere;  ///< the lowest level of the path's other links
    double rate_before;
  };
  std::vector<Crossing> crossing_;   ///< scratch of balance()
  std::vector<std::uint32_t> full_;  ///< scratch of settle()
};

inline void FlowNetwork::look_ahead() const {
  if (agenda_.empty()) return;
  const Path& path = paths_[agenda_.top().item];
  for (const auto* heap : {&path.capped_finish, &path.sharing_finish}) {
    if (heap->empty()) continue;
    const std::uint32_t slot = heap->top().item;
    engine::prefetch(&flows_[slot]);
    engine::prefetch(&positions_[slot]);
    heap->look_ahead();
  }
}

template <class Visit>
void FlowNetwork::for_each_on(LinkId link, Visit&& visit) const {
  const auto id = [&](std::uint32_t slot) { return FlowId{slot, flows_[slot].generation}; };
  bool all_ordered = true;
  for (std::uint32_t index : links_[link.index].active) {
    const Path& path = paths_[index];
    all_ordered &= path.ordered;
    for (const auto& entry : path.capped_finish.entries()) visit(id(entry.item));
    for (const auto& entry : path.sharing_finish.entries()) visit(id(entry.item));
  }
  for (std::uint32_t slot = 0; !all_ordered && slot < flows_.size(); ++slot) {
    if (flows_[slot].group == Group::free || paths_[flows_[slot].path].ordered) continue;
    const std::span<const LinkId> links = links_of({flows_[slot].path});
    if (std::find(links.begin(), links.end(), link) != links.end()) visit(id(slot));
  }
}

}  // namespace streamtwin::flows
