// `streamtwin run`: load, simulate, write, print, report; and what the exit status is.
#include <fmt/format.h>

#include <cstdio>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/places.hpp"
#include "scenarios/cli/text.hpp"
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

StudyOptions study_of(const RunArguments& arguments, Duration warm_up) {
  StudyOptions options{.seed = arguments.seed,
                       .replications = arguments.replications,
                       .jobs = arguments.jobs,
                       .loads = arguments.loads,
                       .trace = arguments.trace};
  if (arguments.until) options.until = Instant{warm_up + *arguments.until};
  return options;
}

void print_outcome(const RunArguments& arguments, const StudyResult& study, const fs::path& folder) {
  for (const std::string& remark : study.remarks) complain("streamtwin: {}\n", remark);
  for (const std::string& error : study.result().audit_errors) {
    complain("streamtwin: the books do not balance: {} (a bug in the simulator)\n", safe(error));
  }
  if (arguments.quiet) return;
  if (arguments.json) return say("{}", summary_json(study.result()));
  say("{}", result_text(study.result(), arguments.verbose));
  if (arguments.loads.size() > 1) say("\n{}", headroom_text(study.loads));
  say("  {}\n", folder.string());
}

/// The verdicts of the first load count: further loads are there to find out where it breaks.
int status_of(const StudyResult& study) {
  if (study.interrupted) return exit_interrupted;
  if (study.trace_missing) return exit_bad_input;
  if (!study.result().audit_errors.empty()) return exit_broke;
  for (const Verdict& verdict : study.result().verdicts) {
    if (!verdict.as_expected()) return exit_broke;
  }
  return exit_held;
}

}  // namespace

int run(const RunArguments& arguments, const ScenarioLoader& load) {
  const RunnableScenario scenario = load(arguments.scenario, arguments.sets);
  const fs::path target = arguments.out.value_or(fs::path("results") / fmt::format("{}-{}", folder_name(scenario.name), arguments.seed));
  NewFolder folder(target, arguments.out && !arguments.force ? EarlierResults::refused : EarlierResults::replaced);
  StudyResult study;
  {
    const InterruptWatch watch(InSetUp::ends_the_program);
    ProgressLine line(safe(scenario.name, 30), !arguments.quiet);
    study = run_study(scenario.factory, study_of(arguments, scenario.warm_up), folder.path(), line);
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
