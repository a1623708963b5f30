// A server whose clients time out and try again: a queue, and an orbit of those who will be back. The smallest system that
// can stay down after its cause has gone (Bronson et al., HotOS 2021; Huang et al., OSDI 2022), as a Markov chain. Two of
// them: the one that the tool of mpi-sws-rse/metafor (commit 5355c17) builds, and one that conserves its flows, which
// retry_server_run.hpp lets happen on the engine.
#pragma once

#include <string_view>
#include <vector>

#include "sim-core/queueing/markov_chain.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::queueing {

struct RetryServer {
  Rate arrivals;
  Rate service;   ///< of a thread that has work
  int queue = 0;  ///< places, those in service included
  int orbit = 0;  ///< places
  Duration time_out{};
  int retries = 0;
  int threads = 1;

  friend bool operator==(const RetryServer&, const RetryServer&) = default;
  /// ProgrammingError for what is none.
  void check() const;
  Rate capacity() const { return service * threads; }
  /// The time to work off a full queue when no more comes than does: K / (c mu - lambda); infinite when overloaded.
  Duration drain_time() const;
};

/// The chain with its states on a grid: how many are in the queue, how many in orbit.
struct RetryChain {
  RetryServer server;
  int queue_most = 0, orbit_most = 0;
  MarkovChain chain;

  int state(int queued, int in_orbit) const { return in_orbit * (queue_most + 1) + queued; }
  MarkovChain::States queue_is(int queued) const;
  Duration recovery(int in_orbit) const { return chain.time_to(queue_is(0))[static_cast<std::size_t>(state(queue_most, in_orbit))]; }
};

/// The tool's: `queue` and `orbit` count states, so that one place less is there. A time-out by Chebyshev's bound, an arrival that
/// will time out counts twice, in the queue and, times `orbit_share`, in the queue and the orbit (sic).
struct PublishedOptions {
  double orbit_share = 0.25;     ///< its alpha, to be calibrated
  bool retry_when_full = false;  ///< else whoever is in orbit leaves it when the queue is full
};
RetryChain published_retry_chain(const RetryServer& server, PublishedOptions options = {});

/// Ours: who finds q jobs times out when q + 1 are not served within its time; it stays in the queue, and in orbit.
RetryChain retry_chain(const RetryServer& server);
/// The probability that a job of retry_chain() times out that finds so many.
double time_out_probability(const RetryServer& server, int queued);

enum class Stability {
  recovers,   ///< from a full queue within ten times what it takes to work it off
  bistable,   ///< does not, and would not have come there by itself either
  only_down,  ///< does not, and down is where it goes by itself, too
};
std::string_view name_of(Stability verdict);
Stability stability(const RetryChain& chain);

}  // namespace streamtwin::queueing
