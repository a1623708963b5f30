#include "scenarios/composition/text/call_graph_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/services/call_graph.hpp"

namespace streamtwin {
namespace {

constexpr std::size_t shown_max = 10;

std::string text_of(const services::CallGraph::Path& path) {
  std::string text;
  for (std::size_t i = 0; i < path.services.size(); ++i) text += (i > 0 ? " > " : "") + path.services[i];
  const double left = path.length - static_cast<double>(path.services.size());
  return left > 0 ? fmt::format("{} > ... {} more", text, left) : text;
}

template <class Count>
std::vector<std::pair<std::string, Count>> largest(const std::map<std::string, Count>& counts) {
  std::vector<std::pair<std::string, Count>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  sorted.resize(std::min(sorted.size(), shown_max));
  return sorted;
}

std::string text_from(const std::string& root, const services::CallGraph& graph) {
  const std::map<std::string, double> visits = graph.visits(root);
  double requests = -1;  // the one at the root is no call
  std::size_t reached = 0;
  for (const auto& [name, times] : visits) {
    requests += times;
    reached += times > 0 ? 1 : 0;
  }
  const services::CallGraph::Path path = graph.critical_path(root, 2 * shown_max);
  std::string text =
      fmt::format("\n  a request at {}\n    reaches {} services in {} calls, {} deep\n    critical path {:.3g} ms: {}\n", root, reached,
                  fmt::format("{:.1f}", requests), graph.depth(root), in_milliseconds(path.cost), text_of(path));
  text += "    single points of failure, and what only they lead to:";
  for (const auto& [name, services] : largest(graph.dominated(root))) {
    if (name != root) text += fmt::format(" {} ({})", name, services);
  }
  text += "\n    asked most often:";
  for (const auto& [name, times] : largest(visits)) text += fmt::format(" {} ({:.2g})", name, times);
  return text + "\n";
}

}  // namespace

std::vector<std::string> roots_of(const Scenario& scenario) {
  std::vector<std::string> roots;
  if (scenario.members) roots.push_back(scenario.services.at(scenario.edge.gateway).origins().front().service);
  for (const auto& [name, workload] : scenario.load) {
    if (std::find(roots.begin(), roots.end(), workload.target) == roots.end()) roots.push_back(workload.target);
  }
  return roots;
}

std::string call_graph_text(const Scenario& scenario) {
  if (scenario.services.empty()) return "";
  const services::CallGraph graph(scenario.services);
  std::size_t calls = 0;
  for (const auto& [name, service] : scenario.services) calls += service.calls.size() + service.origins().size();
  std::string text = fmt::format("Call graph: {} services, {} calls\n", scenario.services.size(), calls);
  for (const std::string& root : roots_of(scenario)) text += text_from(root, graph);
  text += "\n  blast radius, the services that call it directly or not:";
  for (const auto& [name, services] : largest(graph.blast_radii())) text += fmt::format(" {} ({})", name, services);
  return text + "\n";
}

}  // namespace streamtwin
