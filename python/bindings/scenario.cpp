#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"
#include "scenarios/cli/places.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/language/scenario.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

/// The scenario and everything that is wrong with it; not fit for use unless nothing is.
py::tuple read_scenario(const std::string& name, const std::vector<std::string>& overrides) {
  auto loaded = language::load<Scenario>(cli::scenario_file(name), overrides);
  std::vector<std::string> problems;
  for (const auto& diagnostic : loaded.diagnostics) problems.push_back(language::to_string(diagnostic));
  return py::make_tuple(std::move(loaded.value), problems, language::print(loaded.diagnostics));
}

}  // namespace

void bind_scenario(py::module_& module) {
  bind_described<Scenario>(module);
  module.def("read_scenario", &read_scenario, "name"_a, "overrides"_a,
             "Reads a file or a scenario of the library: the scenario, its problems one by one, and all of them as text.");
  module.def("scenario_digest", [](const Scenario& scenario) { return language::digest_of(scenario); }, "scenario"_a);
  module.def("canonical_text", [](const Scenario& scenario) { return language::canonical(scenario); }, "scenario"_a,
             "Everything in force, in one fixed form.");
}

}  // namespace streamtwin::python
