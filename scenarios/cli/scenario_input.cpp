// The verbs that read scenarios: list, describe, validate, schema, and what `run` begins with.
#include <fmt/format.h>

#include <cstdio>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/places.hpp"
#include "scenarios/cli/text.hpp"
#include "scenarios/composition/twin/part.hpp"
#include "scenarios/composition/text/files_text.hpp"
#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "scenarios/language/path.hpp"
#include "scenarios/results/tables.hpp"

namespace streamtwin::cli {

namespace {

namespace fs = std::filesystem;
using LoadedScenario = language::Loaded<Scenario>;

/// A file that says nowhere that it is a scenario may be anything, named by mistake: its lines are not repeated.
void withhold_lines_of_others(const fs::path& file, std::vector<language::Diagnostic>& diagnostics) {
  std::string problem;
  const auto text = language::disk_reader(language::Limits{}.bytes)(file, problem);
  if (!text || text->find("streamtwin") != std::string::npos) return;
  for (language::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.source == file.string()) diagnostic.excerpt.clear();
  }
}

LoadedScenario load_named(const std::string& name, const std::vector<std::string>& sets) {
  const fs::path file = scenario_file(name);
  std::error_code error;
  if (!fs::exists(file, error)) {
    const std::vector<std::string> names = library_names();
    const std::string wanted = file.extension() == ".yaml" ? file.stem().string() : name;
    const std::string near = language::did_you_mean(wanted, std::vector<std::string_view>(names.begin(), names.end()));
    if (!near.empty()) throw BadInput(fmt::format("{}: there is no such file, and no such scenario in the library{}", name, near));
  }
  LoadedScenario loaded = language::load<Scenario>(file, sets);
  withhold_lines_of_others(file, loaded.diagnostics);
  return loaded;
}

void print_warnings(const LoadedScenario& loaded) {
  if (loaded.warnings.empty()) return;
  complain("{} in the scenario, which is run as it is:\n{}",
           loaded.warnings.size() == 1 ? "a warning" : fmt::format("{} warnings", loaded.warnings.size()),
           language::print(loaded.warnings));
}

/// The scenario, or BadInput with everything that is wrong with it.
LoadedScenario load_good(const std::string& name, const std::vector<std::string>& sets) {
  LoadedScenario loaded = load_named(name, sets);
  if (loaded.ok()) {
    print_warnings(loaded);
    return loaded;
  }
  throw BadInput(fmt::format("{}: {} in the scenario; nothing was run\n{}", name,
                             loaded.diagnostics.size() == 1 ? "an error" : fmt::format("{} errors", loaded.diagnostics.size()),
                             language::print(loaded.diagnostics)));
}

/// Without services that were drawn or read from a file: there may be thousands.
std::vector<language::Setting> written_settings(const LoadedScenario& loaded) {
  std::vector<language::Setting> settings = language::settings_of(loaded);
  std::erase_if(settings, [&](const language::Setting& setting) {
    std::string problem;
    const auto steps = setting.path.starts_with("services") ? language::read_path(setting.path, problem) : std::nullopt;
    const auto* service =
        steps && steps->size() > 1 && (*steps)[0] == language::PathStep{"services"} ? std::get_if<std::string>(&(*steps)[1]) : nullptr;
    return service != nullptr && loaded.value.drawn.contains(*service);
  });
  return settings;
}

std::string first_sentence(const std::string& text) {
  const std::size_t end = text.find(". ");
  return safe(end == std::string::npos ? text : text.substr(0, end + 1), 150);
}

std::unique_ptr<Runnable> build_twin(const Scenario& scenario, const std::string& digest, const RunPlan& plan) {
  return std::make_unique<RunnableTwin<Twin>>(scenario, plan, digest);
}

}  // namespace

RunnableScenario load_scenario(const std::string& name, const std::vector<std::string>& sets) {
  const LoadedScenario loaded = load_good(name, sets);
  const Scenario& scenario = loaded.value;
  RunnableScenario runnable{scenario.name, scenario.clock.warm_up, [scenario, digest = scenario_digest(scenario)](const RunPlan& plan) {
                              return build_twin(scenario, digest, plan);
                            }};
  for (const Kpi& kpi : known_kpis(scenario)) runnable.kpis.push_back(kpi.name);
  if (scenario.branches) {
    runnable.branches.emplace(BranchPlan{.at = at(scenario.clock.warm_up + scenario.branches->at), .names = {}});
    for (const auto& [branch, what_if] : scenario.branches->what_ifs) runnable.branches->names.push_back(branch);
  }
  return runnable;
}

int list() {
  const auto library = library_folder();
  if (!library) throw BadInput("the scenario library is not where the program was installed; give scenarios by file name");
  for (const std::string& name : library_names()) {
    const LoadedScenario loaded = load_named((*library / (name + ".yaml")).string(), {});
    say("  {:<20}  {}\n", name, loaded.ok() ? first_sentence(loaded.value.description) : "(has errors; see streamtwin validate)");
  }
  say("\n  in {}\n", library->string());
  return 0;
}

int describe(const DescribeArguments& arguments) {
  if (arguments.reference) {
    say("{}\n{}", language::reference<Scenario>(), kpi_reference());
    return 0;
  }
  const LoadedScenario loaded = load_good(arguments.scenario, arguments.sets);
  const std::vector<language::Setting> settings = written_settings(loaded);
  if (arguments.json) {
    say("{}", language::settings_json(settings));
    return 0;
  }
  say("{}: {}\n\n{}\n{}", safe(loaded.value.name), safe(loaded.value.description, 1000), language::settings_table(settings),
      parts_text(loaded.value));
  const std::vector<std::string> files = files_text(loaded.value);
  if (!files.empty()) say("\nFiles\n");
  for (const std::string& line : files) say("  {}\n", safe(line, 2000));
  const Twin twin(loaded.value, {}, scenario_digest(loaded.value));
  say("\nPlatform\n{}", twin.describe_platform());
  return 0;
}

int validate(const ValidateArguments& arguments) {
  std::size_t errors = 0;
  for (const std::string& file : arguments.files) {
    const LoadedScenario loaded = load_named(file, arguments.sets);
    if (loaded.ok()) {
      print_warnings(loaded);
      say("{}: valid\n", file);
    } else {
      complain("{}", language::print(loaded.diagnostics));
      errors += loaded.diagnostics.size();
    }
  }
  if (errors > 0) complain("{} error{}\n", errors, errors == 1 ? "" : "s");
  return errors == 0 ? 0 : exit_bad_input;
}

int schema(const SchemaArguments& arguments) {
  say("{}", arguments.results ? results_schema() : language::schema<Scenario>());
  return 0;
}

}  // namespace streamtwin::cli
