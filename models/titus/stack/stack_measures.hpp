// What is measured of a stack and its parts, and the key figures of what happens to containers on their agents.
#pragma once

#include <string>

#include "models/titus/agents/agent_measures.hpp"
#include "models/titus/executor/executor.hpp"
#include "models/titus/stack/measures.hpp"

namespace streamtwin::titus {

struct AllStackMeasures {
  AllStackMeasures() = default;
  /// `name`: "titus.us-east-1".
  AllStackMeasures(Recorder& recorder, const std::string& name);

  StackMeasures stack;
  AgentMeasures agents;
  ExecutorMeasures executor;
  ImageMeasures images;
  NetworkMeasures network;
};

/// As titus.<stack>.<row>.
inline constexpr KpiRow<AllStackMeasures> container_kpis[] = {
    {"images.cached_share", KpiKind::share, "Part of the containers whose image was on their agent",
     [](const AllStackMeasures& m) { return record::ratio(m.images.cached.measured(), m.images.asked.measured()); }},
    {"images.pull_time.p99", KpiKind::duration, "99th percentile of the time of a pull that ended well",
     [](const AllStackMeasures& m) { return record::quantile(m.images.pull_time, 0.99); }},
    {"images.bytes", KpiKind::bytes, "What was pulled from the registry",
     [](const AllStackMeasures& m) { return m.images.bytes.measured(); }},
    {"network.wait.p99", KpiKind::duration, "99th percentile of the wait for an address",
     [](const AllStackMeasures& m) { return record::quantile(m.network.wait, 0.99); }},
    {"identities_refused", KpiKind::count, "How often a container asked the metadata proxy for an identity that is not its own",
     [](const AllStackMeasures& m) { return m.executor.asked_for_host.measured(); }},
};

}  // namespace streamtwin::titus
