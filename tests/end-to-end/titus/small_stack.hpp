// A stack of Titus small enough to reckon with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {

inline const std::string small_stack = R"(
streamtwin: 1
name: small-stack
clock: {weekday: wednesday, starts: 17 h, lasts: 30 min, warm_up: 1 min, window: 30 s}
regions:
  - {name: home, latitude: 25.3, longitude: 51.5, zones: 2}
fleet: {status_check: 10 s, launch: {api: 100 ms, pending: 5 s}}
titus:
  main:
    agents:
      critical: {tier: critical, type: m4.4xlarge, min: 1, desired: 2, max: 6, boot: 10 s, registration: 2 s}
      flex: {tier: flex, type: m4.4xlarge, min: 4, desired: 4, max: 4, boot: 10 s, registration: 2 s}
    capacity:
      groups:
        api: {tier: critical, cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, instances: 4}
    images:
      api: {size: 150 MB}
      encode: {size: 600 MB}
    scaling: {critical: {primary_type: m4.4xlarge}, flex: {primary_type: m4.4xlarge}}
    services:
      api: {capacity_group: api, desired: 6, container: {cpus: 4, memory: 4 GB, disk: 20 GB, image: api}}
    batch:
      encodes:
        rate: 2 /min
        tasks: 3
        run_time: 90 s
        run_time_sigma: 0.3
        fails: 0 %
        container: {cpus: 4, memory: 8 GB, disk: 20 GB, image: encode}
)";

inline RunResult run_stack(std::vector<std::string> sets = {}) { return run(scenario_of(small_stack, std::move(sets))); }

inline double titus_kpi(const RunResult& result, const std::string& name) { return kpi(result, "titus.main." + name); }

}  // namespace streamtwin
