#include "scenarios/import/misim.hpp"

#include <fmt/format.h>

#include "scenarios/import/misim_reader.hpp"
#include "scenarios/import/misim_writer.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin::import {

Imported import_misim(const std::filesystem::path& architecture_file, const std::filesystem::path& experiment_file,
                      const std::optional<std::filesystem::path>& folder) {
  Imported imported;
  const MisimArchitecture architecture = read_misim_architecture(architecture_file, imported.remarks);
  const MisimExperiment experiment = read_misim_experiment(experiment_file, architecture, imported.remarks);
  if (experiment.generators.empty()) {
    throw ImportError(
        fmt::format("{}: nothing would happen: no load generator asks anything of anybody; add one under `request_generators`",
                    experiment_file.string()));
  }
  imported.scenario =
      write_misim_scenario(architecture, experiment, {architecture_file, experiment_file}, folder.value_or(""), imported.remarks);
  // What the reader lets through and a scenario cannot say is found before anything is written.
  const std::filesystem::path there = folder.value_or(std::filesystem::current_path()) / "imported.yaml";
  const auto loaded = language::parse<Scenario>(language::Document::from_text(imported.scenario, there.string()));
  if (!loaded.ok()) {
    throw ImportError(fmt::format("{} and {}: cannot be said as a scenario:\n{}", architecture_file.string(), experiment_file.string(),
                                  language::print(loaded.diagnostics)));
  }
  return imported;
}

}  // namespace streamtwin::import
