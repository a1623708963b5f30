// `streamtwin run`: load, simulate, write, print, report; and what the exit status is.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/places.hpp"
#include "scenarios/cli/text.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "scenarios/results/store.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "scenarios/runner/study.hpp"

namespace streamtwin::cli {

namespace fs = std::filesystem;

namespace {

/// A scenario's name as the name of a folder.
std::string folder_name(const std::string& scenario) {
  std::string name;
  for (char c : scenario) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    name += plain ? c : '-';
  }
  return name.empty() ? "scenario" : name.substr(0, 100);
}

void check_branches(const RunArguments& arguments, const RunnableScenario& scenario) {
  if (!scenario.branches) return;
  if (arguments.loads.size() > 1)
    throw BadInput("--scale-load: the scenario has `branches`, which go with one load; --set branches=~ takes them out");
  const Duration at = scenario.branches->at - Instant{scenario.warm_up};
  if (arguments.until && *arguments.until <= at) {
    throw BadInput(fmt::format("--until: the run would end after {:g} s, before its branches leave it at {:g} s",
                               in_seconds(*arguments.until), in_seconds(at)));
  }
}

void check_half_widths(const RunArguments& arguments, const RunnableScenario& scenario) {
  if (arguments.half_widths.empty()) return;
  if (scenario.branches)
    throw BadInput("--until-half-width: the scenario has `branches`, which have as many runs each; --set branches=~ takes them out");
  const std::vector<std::string_view> known(scenario.kpis.begin(), scenario.kpis.end());
  for (const HalfWidth& wanted : arguments.half_widths) {
    if (std::find(known.begin(), known.end(), wanted.kpi) == known.end())
      throw BadInput(fmt::format("--until-half-width: there is no KPI '{}'{}", wanted.kpi, language::did_you_mean(wanted.kpi, known)));
  }
}

StudyOptions study_of(const RunArguments& arguments, const RunnableScenario& scenario) {
  StudyOptions options{.seed = arguments.seed,
                       .replications = arguments.replications,
                       .half_widths = arguments.half_widths,
                       .jobs = arguments.jobs,
                       .loads = arguments.loads,
                       .trace = arguments.trace,
                       .branches = scenario.branches};
  if (arguments.until) options.until = Instant{scenario.warm_up + *arguments.until};
  return options;
}

void print_outcome(const RunArguments& arguments, const StudyResult& study, const fs::path& folder) {
  for (const std::string& remark : study.remarks) complain("streamtwin: {}\n", remark);
  for (const std::string& error : study.result().audit_errors) {
    complain("streamtwin: the books do not balance: {} (a bug in the simulator)\n", safe(error));
  }
  for (const BranchResult& branch : study.branches) {
    if (branch.failure) complain("streamtwin: branch {}: {}\n", branch.name, safe(branch.failure->what(), 2000));
  }
  if (arguments.quiet) return;
  if (arguments.json) return say("{}", summary_json(study.result()));
  say("{}", result_text(study.result(), arguments.verbose));
  if (arguments.loads.size() > 1) say("\n{}", headroom_text(study.loads));
  if (!study.branches.empty()) say("\n{}", branches_text(study.branches));
  say("  {}\n", folder.string());
}

/// The verdicts of the first load count, and of the run itself: further loads are there to find out where it breaks, branches what
/// they do. One that has failed is an error.
int status_of(const StudyResult& study) {
  if (study.interrupted) return exit_interrupted;
  if (study.trace_missing) return exit_bad_input;
  for (const BranchResult& branch : study.branches) {
    if (branch.failure) return branch.failure->status();
  }
  if (!study.result().audit_errors.empty() || study.too_wide) return exit_broke;
  for (const Verdict& verdict : study.result().verdicts) {
    if (!verdict.as_expected()) return exit_broke;
  }
  return exit_held;
}

}  // namespace

int run(const RunArguments& arguments, const ScenarioLoader& load) {
  const RunnableScenario scenario = load(arguments.scenario, arguments.sets);
  check_branches(arguments, scenario);
  check_half_widths(arguments, scenario);
  const fs::path target = arguments.out.value_or(fs::path("results") / fmt::format("{}-{}", folder_name(scenario.name), arguments.seed));
  NewFolder folder(target, arguments.out && !arguments.force ? EarlierResults::refused : EarlierResults::replaced);
  StudyResult study;
  {
    const InterruptWatch watch(InSetUp::ends_the_program);
    ProgressLine line(safe(scenario.name, 30), !arguments.quiet);
    study = run_study(scenario.factory, study_of(arguments, scenario), folder.path(), line);
  }
  if (study.loads.empty()) {
    complain("streamtwin: interrupted before anything was simulated; no results\n");
    return exit_interrupted;
  }
  folder.commit();
  print_outcome(arguments, study, target);
  if (arguments.report && run_python({"report", target.string()}, true) != 0) {
    complain(
        "streamtwin: the results are complete, but report.html could not be written; try: streamtwin "
        "report {}\n",
        target.string());
  }
  return status_of(study);
}

}  // namespace streamtwin::cli
