// What SimGrid is doing for a platform: the executions and transfers under way, and what is left of them when they end.
// Private to this room.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include <simgrid/s4u.hpp>

#include "sim-core/outcome.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/simulation.hpp"
#include "sim-core/waiter.hpp"

namespace streamtwin {

/// The platform that is alive; none between runs.
extern Platform* live_platform;

/// A reference to an activity of SimGrid's, and what SimGrid hangs elsewhere because of it: each execution puts a
/// callback into Host::on_state_change and leaves it there, so that switching a host gets slower and slower, and the
/// execution outlives the engine and crashes the program at its end.
struct Held {
  simgrid::s4u::ActivityPtr activity;
  std::optional<unsigned> callback;
  Instant ended = never;

  /// Outside SimGrid's callbacks.
  void let_go() {
    if (callback) simgrid::s4u::Host::on_state_change.disconnect(*callback);
    activity.reset();
  }
};

/// Everything SimGrid is doing for us. It holds the last reference to each activity until that has ended: dropping
/// one in flight would crash. What has ended is let go at a later start, outside SimGrid's callbacks. Looked up, never
/// walked in an order that a result depends on.
struct Platform::Activities {
  struct Entry {
    Held activity;
    std::uint64_t serial = 0;
    engine::Waiter* waiter = nullptr;
    Outcome* outcome = nullptr;
  };
  std::unordered_map<const simgrid::s4u::Activity*, Entry> under_way;
  std::unordered_map<std::uint64_t, simgrid::s4u::Activity*> by_serial;
  std::deque<Held> ended;
  std::uint64_t started = 0;
  std::unordered_map<const simgrid::s4u::Host*, Host*> hosts;
  std::unordered_map<const simgrid::s4u::Link*, Link*> links;
  /// Those that ended before this instant: what was cancelled is looked at by SimGrid once more.
  void let_go_of_ended() {
    for (; !ended.empty() && ended.front().ended < now(); ended.pop_front()) ended.front().let_go();
  }

  std::map<std::string, Host*, std::less<>> host_names;
  std::map<std::string, Zone*, std::less<>> zone_names;
  std::map<std::string, Link*, std::less<>> link_names;
};

}  // namespace streamtwin
