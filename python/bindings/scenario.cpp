#include <fmt/format.h>

#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"
#include "scenarios/cli/places.hpp"
#include "models/cloud/ec2/instance_types.hpp"
#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/plan_check.hpp"
#include "scenarios/import/graph.hpp"
#include "scenarios/import/misim.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/language/settings.hpp"
#include "scenarios/scenario/places.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

std::vector<std::string> texts_of(const std::vector<language::Diagnostic>& diagnostics) {
  std::vector<std::string> texts;
  for (const auto& diagnostic : diagnostics) texts.push_back(language::to_string(diagnostic));
  return texts;
}

/// The scenario and everything that is wrong with it; not fit for use unless nothing is.
py::tuple read_scenario(const std::string& name, const std::vector<std::string>& overrides) {
  auto loaded = language::load<Scenario>(cli::scenario_file(name), overrides);
  loaded.value.mesh.call_defaults.reset();  // the calls have them; changed here they would do nothing
  return py::make_tuple(std::move(loaded.value), texts_of(loaded.diagnostics), language::print(loaded.diagnostics),
                        texts_of(loaded.warnings));
}

/// What an import wrote as a scenario, and what is not as the files say.
template <class Import>
py::tuple imported_by(const Import& import) {
  try {
    const import::Imported imported = import();
    auto loaded = language::parse<Scenario>(language::Document::from_text(imported.scenario, "imported.yaml"));
    return py::make_tuple(std::move(loaded.value), imported.remarks);
  } catch (const import::ImportError& error) {
    throw py::value_error(error.what());
  }
}

py::tuple import_misim(const std::string& architecture, const std::string& experiment) {
  return imported_by([&] { return import::import_misim(architecture, experiment, std::nullopt); });
}

py::tuple import_graph(const std::string& file) {
  return imported_by([&] { return import::import_graph(file, std::nullopt); });
}

/// What a step of the method can do: its name, and the keys that it needs and reads besides `at`.
std::vector<std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>> actions() {
  const auto texts = [](const std::vector<std::string_view>& keys) { return std::vector<std::string>(keys.begin(), keys.end()); };
  std::vector<std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>> rows;
  for (const Action& action : all_actions()) rows.emplace_back(action.name, texts(action.needs), texts(action.reads));
  return rows;
}

/// What is wrong with a scenario that Python has changed: the checks of a file, named by parameter only.
std::vector<std::string> problems_of(const Scenario& scenario) {
  const std::string text = placeless_text(language::type_of<Scenario>(), &scenario);
  const auto read = language::parse<Scenario>(language::Document::from_text(text, "scenario"));
  std::vector<std::string> texts;
  if (scenario.mesh.call_defaults) {
    texts.emplace_back(
        "mesh.call_defaults: fills in the calls of a file when it is read, and none of these; change the calls themselves (for service in "
        "scenario.services.values(): for call in service.calls: ...), or read the file with it: st.load(file, "
        "{\"mesh.call_defaults.command.timeout\": \"300 ms\"})");
  }
  for (const auto& problem : read.diagnostics) texts.push_back(fmt::format("{}: {}", problem.path, problem.message));
  return texts;
}

}  // namespace

void bind_scenario(py::module_& module) {
  bind_described<Scenario>(module);
  module.def("read_scenario", &read_scenario, "name"_a, "overrides"_a,
             "Reads a file or a scenario of the library: the scenario, its problems one by one, all of them as text, and what is "
             "allowed but hardly meant.");
  module.def("import_misim", &import_misim, "architecture"_a, "experiment"_a,
             "The scenario for two files of MiSim, and what of it is not as they say.");
  module.def("import_graph", &import_graph, "file"_a,
             "The scenario for a call graph that another tool exported, and what of it is not as that says.");
  module.def("actions", &actions, "What a step of the method can do: name, keys that it needs, and keys that it reads besides.");
  module.def(
      "parameters",
      [](const std::string& name, const std::vector<std::string>& overrides) {
        const auto loaded = language::load<Scenario>(cli::scenario_file(name), overrides);
        return language::settings_json(language::settings(language::type_of<Scenario>(), &loaded.value, loaded.document));
      },
      "name"_a, "overrides"_a,
      "Every parameter in force with its default and that one's source, as `streamtwin describe --json` prints them.");
  module.def("counted_service", &counted_service, "scenario"_a, "path"_a,
             "The service whose instances a parameter counts; empty for another parameter.");
  module.def("number_at", &number_at, "scenario"_a, "path"_a, "unit"_a, "The number of a parameter in a unit; None where it is none.");
  module.def(
      "instances_in",
      [](const Scenario& scenario, const std::string& service, const std::string& place) { return instances_in(scenario, service, place); },
      "scenario"_a, "service"_a, "place"_a = "", "Instances of a service in a region or zone, or in all, when the run begins.");
  module.def("region_names", &region_names, "scenario"_a);
  module.def("zone_names", &zone_names, "scenario"_a, "Zones of the cloud, in the order of their regions.");
  module.def(
      "known_kpis",
      [](const Scenario& scenario) {
        std::map<std::string, std::pair<std::string, std::string>> kpis;
        for (const Kpi& kpi : known_kpis(scenario))
          kpis.emplace(kpi.name, std::pair{std::string(kpi.unit()), std::string(name_of(kpi.kind))});
        return kpis;
      },
      "scenario"_a, "Key figures that a run of this scenario has: unit and kind by name.");
  module.def(
      "instance_price",
      [](const std::string& type) {
        const ec2::InstanceType* const known = ec2::instance_type(type);
        return known == nullptr ? std::nullopt : std::optional(known->usd_per_hour);
      },
      "instance_type"_a, "US dollars an hour of a type of EC2 instance, on demand; None for one that is not listed.");
  module.def("scenario_problems", &problems_of, "scenario"_a, "What is wrong with a scenario that has been changed, one by one.");
  module.def(
      "scenario_digest", [](const Scenario& scenario) { return language::digest_of(scenario); }, "scenario"_a);
  module.def(
      "canonical_text", [](const Scenario& scenario) { return language::canonical(scenario); }, "scenario"_a,
      "Everything in force, in one fixed form.");
}

}  // namespace streamtwin::python
