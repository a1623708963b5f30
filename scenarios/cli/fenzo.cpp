// The verb that schedules: a problem in, who runs where and what is missing out.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/text.hpp"
#include "scenarios/cli/whole_file.hpp"
#include "scenarios/fenzo/rounds.hpp"

namespace streamtwin::cli {
namespace {

constexpr std::size_t shown_differences_max = 20;

/// 0 when all are alike.
int check(const std::vector<fenzo::Case>& cases, const nlohmann::ordered_json& answers) {
  std::size_t alike = 0, shown = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::vector<std::string> found = fenzo::differences(cases[i].answer, nlohmann::json(answers[i]["answer"]));
    alike += found.empty();
    for (const std::string& difference : found) {
      if (++shown <= shown_differences_max) say("problem {}: {}\n", cases[i].problem.id, safe(difference, 400));
    }
  }
  if (shown > shown_differences_max) say("... and {} more\n", shown - shown_differences_max);
  say("{} of {} problems answered alike\n", alike, cases.size());
  return alike == cases.size() ? exit_held : exit_broke;
}

}  // namespace

int fenzo(const FenzoArguments& arguments) {
  try {
    const std::vector<fenzo::Case> cases = fenzo::read_problems(arguments.file);
    const bool answered = std::all_of(cases.begin(), cases.end(), [](const fenzo::Case& c) { return !c.answer.is_null(); });
    if (arguments.check && !answered)
      throw BadInput(fmt::format("{}: has no answers to check against; leave --check out", arguments.file.string()));
    for (const fenzo::Case& one : cases) {
      for (const std::string& remark : one.problem.remarks) complain("streamtwin: warning: {}\n", safe(remark, 400));
    }
    nlohmann::ordered_json answers = nlohmann::ordered_json::array();
    for (const fenzo::Case& one : cases) answers.push_back({{"answer", fenzo::answer_of(one.problem)}});
    const nlohmann::ordered_json whole{{"format", 1}, {"cases", answers}};
    if (arguments.out) write_whole(*arguments.out, whole.dump() + "\n");
    if (arguments.check) return check(cases, answers);
    if (!arguments.out) say("{}\n", whole.dump());
    return exit_held;
  } catch (const fenzo::ProblemError& error) {
    throw BadInput(error.what());
  }
}

}  // namespace streamtwin::cli
