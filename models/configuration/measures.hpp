// What is measured of a feature flag. As flags.<name>.<row>.
#pragma once

#include <array>

#include "models/rpc/code_path.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::configuration {

inline constexpr std::array<KpiRow<rpc::CodePath>, 2> flag_kpis{{
    {"taken", KpiKind::count, "Requests to the service that took the code behind the flag",
     [](const rpc::CodePath& path) { return path.taken.measured(); }},
    {"harmed", KpiKind::count, "Of those, requests that failed because of it",
     [](const rpc::CodePath& path) { return path.harmed.measured(); }},
}};

}  // namespace streamtwin::configuration
