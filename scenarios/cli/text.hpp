// Results as text for a terminal: numbers as people read them, tables, verdicts first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/results/result.hpp"
#include "scenarios/runner/study.hpp"

namespace streamtwin::cli {

/// "71.2 ms", "4.93 Mbps", "0.99931", "5214220", "12 /s"; "-" for what is unknown.
std::string readable(double value, KpiKind kind);

/// Text of somebody else's (a scenario's) with control characters and overlong parts taken out.
std::string safe(std::string_view text, std::size_t longest = 200);

/// Columns padded to the widest cell; the first is flush left, the others flush right when they are numbers.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// What `run` prints at its end: verdicts, key figures, remarks on how far they can be trusted.
std::string result_text(const RunResult& result, bool verbose);

/// With several loads: each load's verdicts and the tier that breaks first.
std::string headroom_text(const std::vector<LoadResult>& loads);

/// Of each branch what differs from the run itself.
std::string branches_text(const std::vector<BranchResult>& branches);

}  // namespace streamtwin::cli
