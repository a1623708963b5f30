// The verbs. Each prints to standard output what it is asked for, to standard error what went wrong, and
// returns the exit status.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/cli/arguments.hpp"
#include "scenarios/runner/runnable.hpp"
#include "scenarios/runner/study.hpp"

namespace streamtwin::cli {

inline constexpr int exit_held = 0, exit_broke = 1, exit_bad_input = 2, exit_interrupted = 130;

/// Something the user gave cannot be used; the message says what, where and what to do. May be several lines.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A scenario as the run verb sees it.
struct RunnableScenario {
  std::string name;
  Duration warm_up{0};
  TwinFactory factory;
  std::optional<BranchPlan> branches = std::nullopt;
  std::vector<std::string> kpis = {};
};

/// Reads a scenario with its --set overrides, or throws BadInput.
using ScenarioLoader = std::function<RunnableScenario(const std::string& scenario, const std::vector<std::string>& sets)>;

int run(const RunArguments& arguments, const ScenarioLoader& load);
int trace(const TraceArguments& arguments);

// These only know the language.
int list();
int describe(const DescribeArguments& arguments);
int validate(const ValidateArguments& arguments);
int schema(const SchemaArguments& arguments);
int import(const ImportArguments& arguments);
int fenzo(const FenzoArguments& arguments);
int cache_trace(const CacheTraceArguments& arguments);
int completion(const CompletionArguments& arguments);
int man();
RunnableScenario load_scenario(const std::string& scenario, const std::vector<std::string>& sets);

/// The whole program.
int main(const std::vector<std::string>& words);

}  // namespace streamtwin::cli
