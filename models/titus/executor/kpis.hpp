// The key figures that are read off the start of containers: images, addresses, the executor. As titus.<stack>.<row>.
#pragma once

#include "models/titus/executor/executor.hpp"
#include "models/titus/images/registry.hpp"
#include "models/titus/network/addresses.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::titus {

inline constexpr KpiRow<ExecutorMeasures> executor_kpis[] = {
    {"containers.start_failed_share", KpiKind::share, "Share of the starts on agents that failed, of those that ended",
     [](const ExecutorMeasures& m) { return record::ratio(m.failed.measured(), m.failed.measured() + m.running.measured()); }},
    {"containers.agent_start_time.p50", KpiKind::duration, "Time from a command's arrival at the agent until the container runs, median",
     [](const ExecutorMeasures& m) { return record::quantile(m.start_time, 0.5); }},
    {"containers.agent_start_time.p99", KpiKind::duration, "The same, 99 of 100 are below",
     [](const ExecutorMeasures& m) { return record::quantile(m.start_time, 0.99); }},
    {"containers.killed_late", KpiKind::count, "Containers that were told to end, did not in time, and were killed",
     [](const ExecutorMeasures& m) { return m.killed.measured(); }},
    {"containers.identity_refused", KpiKind::count,
     "How often a container asked the metadata proxy for its host's identity, and was refused",
     [](const ExecutorMeasures& m) { return m.asked_for_host.measured(); }},
    {"containers.credentials_lapsed", KpiKind::count, "How often a container had no credentials of its role, since nobody gave it any",
     [](const ExecutorMeasures& m) { return m.credentials_lapsed.measured() + m.lapsed_yet.value(); }},
    {"containers.without_credentials", KpiKind::hours, "Hours of containers that had none",
     [](const ExecutorMeasures& m) { return (m.without_credentials.measured() + m.without_yet.value()) / in_seconds(Duration{1h}); }},
};

inline constexpr KpiRow<ImageMeasures> image_kpis[] = {
    {"images.cached_share", KpiKind::share, "Share of the starts that found their image on the agent",
     [](const ImageMeasures& m) { return record::ratio(m.cached.measured(), m.asked.measured()); }},
    {"images.pulls_failed", KpiKind::count, "Pulls that were given up", [](const ImageMeasures& m) { return m.failed.measured(); }},
    {"images.pulled_bytes", KpiKind::bytes, "Bytes of layers that were pulled", [](const ImageMeasures& m) { return m.bytes.measured(); }},
    {"images.pull_time.p50", KpiKind::duration, "Time of a pull, median",
     [](const ImageMeasures& m) { return record::quantile(m.pull_time, 0.5); }},
    {"images.pull_time.p99", KpiKind::duration, "The same, 99 of 100 are below",
     [](const ImageMeasures& m) { return record::quantile(m.pull_time, 0.99); }},
};

inline constexpr KpiRow<NetworkMeasures> network_kpis[] = {
    {"network.address_wait.p99", KpiKind::duration, "Time until a container has its address, 99 of 100 are below",
     [](const NetworkMeasures& m) { return record::quantile(m.wait, 0.99); }},
    {"network.no_address", KpiKind::count, "Starts that had no address in time",
     [](const NetworkMeasures& m) { return m.timed_out.measured(); }},
    {"network.interfaces_attached", KpiKind::count, "Network interfaces that were attached to agents",
     [](const NetworkMeasures& m) { return m.interfaces_attached.measured(); }},
};

}  // namespace streamtwin::titus
