// The server of retry_chain() as processes on the engine: arrivals, jobs in a queue of the engine's servers, clients in orbit
// that come again or give up. Whether a job will time out is drawn when it comes, as the chain says, and does not depend on
// how long the jobs before it then take.
#pragma once

#include <vector>

#include "sim-core/queueing/retry_server.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::queueing {

/// How long it takes from a full queue, with so many in orbit, until the queue is empty: so many times, one after the other,
/// in a simulation that has nothing else in it.
std::vector<Duration> simulated_recoveries(Simulation& simulation, const RetryServer& server, int in_orbit, int times);

}  // namespace streamtwin::queueing
