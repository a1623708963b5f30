#include "scenarios/composition/parts/federation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "scenarios/composition/parts/titus.hpp"

namespace streamtwin {

FederationPart::FederationPart(Twin::Parts& parts) {
  const titus::FederationSpec& spec = *parts.scenario.federation;
  std::vector<titus::Stack*> cells;
  for (const std::string& cell : spec.cells) cells.push_back(parts.get<TitusPart>().find(cell));
  parts.measures.federation = titus::FederationMeasures(parts.recorder);
  federation_ = std::make_unique<titus::Federation>(spec, cells, parts.scenario.clock.starts, parts.measures.federation);
}

namespace {

using titus::names_in;

bool has_federation(const Scenario& scenario) { return scenario.federation.has_value(); }

/// Of all jobs, by what routes look at.
std::vector<std::string> route_keys(const titus::FederationSpec& spec) {
  std::vector<std::string> keys;
  const auto add = [&keys](const auto& jobs) {
    for (const auto& [name, job] : jobs) keys.push_back(job.capacity_group.empty() ? name : job.capacity_group);
  };
  add(spec.batch);
  add(spec.services);
  return keys;
}

void check_routes(const titus::FederationSpec& spec, Checker& checker) {
  for (std::size_t r = 0; r < spec.routes.size(); ++r) {
    const std::string at = fmt::format("federation.routes[{}]", r);
    checker.one_of(at + ".cell", spec.routes[r].cell, "cell of the federation", spec.cells);
    try {
      const std::regex jobs(spec.routes[r].jobs);
      const std::vector<std::string> keys = route_keys(spec);
      checker.require(std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return std::regex_match(key, jobs); }),
                      at + ".jobs",
                      fmt::format("no job of the federation matches: their capacity groups, or names where they have none, are {}",
                                  fmt::join(keys, ", ")));
    } catch (const std::regex_error& error) {
      checker.error(at + ".jobs", fmt::format("is no regular expression: {}", error.what()));
    }
  }
}

void check_choice(const titus::FederationSpec& spec, const std::string& at, const titus::CellChoiceSpec& choice, Checker& checker) {
  if (!choice.cell.empty()) checker.one_of(at + ".cell", choice.cell, "cell of the federation", spec.cells);
  for (std::size_t a = 0; a < choice.avoid_cells.size(); ++a)
    checker.one_of(fmt::format("{}.avoid_cells[{}]", at, a), choice.avoid_cells[a], "cell of the federation", spec.cells);
  const bool avoids_all = std::all_of(spec.cells.begin(), spec.cells.end(), [&](const std::string& cell) {
    return std::find(choice.avoid_cells.begin(), choice.avoid_cells.end(), cell) != choice.avoid_cells.end();
  });
  checker.require(!avoids_all, at + ".avoid_cells", "it avoids all cells of the federation, and would run nowhere");
  checker.require(choice.cell.empty() || choice.avoid_cells.empty(), at + ".avoid_cells",
                  fmt::format("it may run on {} only (`cell`): leave one of the two out", choice.cell));
}

/// The cells in which it may run must have its image and capacity group, and room for one of its containers.
template <class Job>
void check_in_cells(const Scenario& scenario, const std::string& at, const std::string& name, const Job& job, Checker& checker) {
  const titus::FederationSpec& spec = *scenario.federation;
  const titus::CellRouter router({.cells = spec.cells, .routes = {}, .batch = {}, .services = {}, .overflow = {}});
  for (const titus::CellIndex cell : router.order(name, job.capacity_group, job.cells)) {
    const titus::StackSpec& stack = scenario.titus.at(spec.cells[cell]);
    std::vector<std::string> groups = names_in(stack.capacity.groups);
    groups.emplace_back(titus::default_capacity_group);
    const std::string of_cell = fmt::format("of the cell {}", spec.cells[cell]);
    checker.one_of(at + ".container.image", job.container.image, "image " + of_cell, names_in(stack.images));
    if (!job.capacity_group.empty()) checker.one_of(at + ".capacity_group", job.capacity_group, "capacity group " + of_cell, groups);
    stack.check_container(at + ".container", job.container, job.capacity_group, checker);
  }
}

void check_federation(const Scenario& scenario, Checker& checker) {
  if (!scenario.federation) return;
  const titus::FederationSpec& spec = *scenario.federation;
  checker.require(!spec.cells.empty(), "federation.cells", "a federation has one stack at least; name those of `titus` that are its cells");
  checker.require(!scenario.titus.contains(std::string(federation_name)), "titus.federation",
                  "a stack beside a federation is called something else: steps of the method name both alike");
  bool all_there = !spec.cells.empty();
  for (std::size_t c = 0; c < spec.cells.size(); ++c) {
    const std::string at = fmt::format("federation.cells[{}]", c);
    checker.one_of(at, spec.cells[c], "stack of Titus", names_in(scenario.titus));
    checker.require(std::count(spec.cells.begin(), spec.cells.end(), spec.cells[c]) == 1, at, "it is named twice");
    all_there = all_there && scenario.titus.contains(spec.cells[c]);
  }
  check_routes(spec, checker);
  const auto check_all = [&](const char* kind, const auto& jobs) {
    for (const auto& [name, job] : jobs) {
      const std::string at = fmt::format("federation.{}.{}", kind, name);
      check_choice(spec, at, job.cells, checker);
      if (all_there) check_in_cells(scenario, at, name, job, checker);
    }
  };
  check_all("batch", spec.batch);
  check_all("services", spec.services);
}

}  // namespace

extern const PartKind federation_part;
const PartKind federation_part{.check = check_federation, .present = has_federation, .build = build_part<FederationPart>};

}  // namespace streamtwin
