#include "models/work/kinds/builds.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "sim-core/random.hpp"

namespace streamtwin::work {
namespace {

/// From a package to what is built on it.
using Packages = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = boost::graph_traits<Packages>::vertex_descriptor;

/// The search's path ends here, on itself.
struct ClosedCircle {
  Vertex from, to;
};
struct CircleFinder : boost::dfs_visitor<> {
  explicit CircleFinder(std::vector<Vertex>& its_parents) : parents(its_parents) {}
  void tree_edge(boost::graph_traits<Packages>::edge_descriptor edge, const Packages& graph) {
    parents[boost::target(edge, graph)] = boost::source(edge, graph);
  }
  void back_edge(boost::graph_traits<Packages>::edge_descriptor edge, const Packages& graph) {
    throw ClosedCircle{boost::source(edge, graph), boost::target(edge, graph)};
  }
  std::vector<Vertex>& parents;
};

struct Collector : boost::default_bfs_visitor {
  explicit Collector(std::vector<std::size_t>& all) : found(all) {}
  void discover_vertex(Vertex vertex, const Packages&) { found.push_back(vertex); }
  std::vector<std::size_t>& found;
};

std::string circle_in(const Packages& graph, const std::vector<std::string>& names) {
  std::vector<Vertex> parents(names.size());
  try {
    boost::depth_first_search(graph, boost::visitor(CircleFinder(parents)));
  } catch (const ClosedCircle& found) {
    // Along `depends_on`, which is against the graph's edges.
    std::string text = names[found.to];
    for (Vertex v = found.from; v != found.to; v = parents[v]) text += " -> " + names[v];
    return text + " -> " + names[found.to];
  }
  return {};
}

constexpr std::uint64_t which_package = hash_text("which package is changed");
constexpr std::uint64_t what_breaks = hash_text("what a change breaks");
constexpr std::uint64_t what_tests_say = hash_text("what tests say");

}  // namespace

PackageGraph::PackageGraph(const std::map<std::string, PackageSpec>& packages) {
  std::map<std::string, std::size_t> numbers;
  for (const auto& [name, package] : packages) {
    numbers[name] = names_.size();
    names_.push_back(name);
  }
  Packages graph(names_.size());
  for (const auto& [name, package] : packages) {
    for (const std::string& upstream : package.depends_on) {
      if (const auto found = numbers.find(upstream); found != numbers.end()) boost::add_edge(found->second, numbers[name], graph);
    }
  }
  cycle_ = circle_in(graph, names_);
  for (std::size_t package = 0; package < names_.size(); ++package) {
    std::vector<std::size_t>& found = dependants_.emplace_back();
    boost::breadth_first_search(graph, package, boost::visitor(Collector(found)));
    std::erase(found, package);
    std::sort(found.begin(), found.end());
  }
}

void BuildsSpec::check(Checker& checker) const {
  checker.require(!packages.empty(), "packages", "there is nothing to build; name one package at least");
  std::vector<std::string> names;
  double weights = 0;
  for (const auto& [name, package] : packages) {
    names.push_back(name);
    weights += package.weight;
  }
  checker.require(packages.empty() || weights > 0, "packages", "no change would ever be to any of them; one needs a `weight` above 0");
  for (const auto& [name, package] : packages) {
    for (std::size_t i = 0; i < package.depends_on.size(); ++i) {
      checker.one_of(fmt::format("packages.{}.depends_on[{}]", name, i), package.depends_on[i], "package of this pipeline", names);
    }
  }
  const std::string circle = PackageGraph(packages).cycle();
  if (circle.empty()) return;
  const std::string first = circle.substr(0, circle.find(" -> "));
  checker.error(fmt::format("packages.{}.depends_on", first), fmt::format("none of these could be built first: {}", circle));
}

Builds::Builds(const BuildsSpec& spec, std::uint64_t seed) : spec_(spec), seed_(seed), graph_(spec.packages) {
  for (const auto& [name, package] : spec.packages) {
    packages_.push_back(&package);
    weights_ += package.weight;
  }
}

const std::vector<std::string>& Builds::stage_names() {
  static const std::vector<std::string> names{"build", "test"};
  return names;
}

std::size_t Builds::package_of(std::uint64_t number) const {
  Random random(seed_, number, which_package);
  double left = random.uniform() * weights_;
  std::size_t package = 0;
  while (package + 1 < packages_.size() && left >= packages_[package]->weight) left -= packages_[package++]->weight;
  return package;
}

// Its build, then all tests at once: its own first, and those of its dependants in their order.
Plan Builds::plan(std::uint64_t number) const {
  const std::size_t changed = package_of(number);
  Plan plan;
  const TaskIndex built = plan.add({.stage = build, .work = packages_[changed]->build, .in = spec_.sources, .out = spec_.artifact});
  const auto add_tests = [&](std::size_t package) {
    plan.add({.stage = test, .work = packages_[package]->tests, .in = spec_.artifact}, {built});
  };
  add_tests(changed);
  if (spec_.tested == Tested::dependants) {
    for (const std::size_t package : graph_.dependants(changed)) add_tests(package);
  }
  return plan;
}

bool Builds::breaks(std::uint64_t number, std::size_t changed, std::size_t package) const {
  Random random(seed_, number, what_breaks + package);
  return random.chance((package == changed ? spec_.breaks_itself : spec_.breaks_dependant).value());
}

Builds::Faults Builds::faults(std::uint64_t number) const {
  const std::size_t changed = package_of(number);
  Faults faults{.in_itself = breaks(number, changed, changed), .in_dependants = false};
  for (const std::size_t package : graph_.dependants(changed)) faults.in_dependants |= breaks(number, changed, package);
  return faults;
}

Verdict Builds::verdict(std::uint64_t number, const Plan& plan, TaskIndex task, const std::vector<std::uint16_t>&) const {
  if (plan.tasks[task].stage != test) return {};
  const std::size_t changed = package_of(number);
  const std::size_t package = task == 1 ? changed : graph_.dependants(changed)[task - 2];
  Random random(seed_, number, what_tests_say + package);
  const bool flaked = random.chance(spec_.flaky.value());
  const bool found = random.chance(spec_.tests_find.value()) && breaks(number, changed, package);
  const bool failed = flaked || found;
  return {.again = {}, .failed = failed, .stop = failed && spec_.fail_fast};
}

}  // namespace streamtwin::work
