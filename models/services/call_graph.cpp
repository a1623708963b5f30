#include "models/services/call_graph.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/dominator_tree.hpp>

#include <algorithm>
#include <functional>

namespace streamtwin::services {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;

template <class Calls>
Graph graph_of(const Calls& calls) {
  Graph graph(calls.size());
  for (std::size_t caller = 0; caller < calls.size(); ++caller) {
    for (const auto& call : calls[caller]) boost::add_edge(caller, call.callee, graph);
  }
  return graph;
}

// Stops at the first back edge, whose ends close a cycle along the search's path.
struct FoundCycle {
  Vertex from, to;
};
struct CycleFinder : boost::dfs_visitor<> {
  explicit CycleFinder(std::vector<Vertex>& parent) : parents(parent) {}
  void tree_edge(boost::graph_traits<Graph>::edge_descriptor edge, const Graph& graph) {
    parents[boost::target(edge, graph)] = boost::source(edge, graph);
  }
  void back_edge(boost::graph_traits<Graph>::edge_descriptor edge, const Graph& graph) {
    throw FoundCycle{boost::source(edge, graph), boost::target(edge, graph)};
  }
  std::vector<Vertex>& parents;
};

}  // namespace

CallGraph::CallGraph(const std::map<std::string, ServiceSpec>& services) {
  for (const auto& [name, spec] : services) {
    index_[name] = names_.size();
    names_.push_back(name);
    cost_.push_back(spec.cost.mean());
  }
  calls_.resize(names_.size());
  const auto add = [&](std::size_t caller, const std::string& callee, double times, int stage) {
    if (const auto found = index_.find(callee); found != index_.end()) calls_[caller].push_back({found->second, times, stage});
  };
  for (const auto& [name, spec] : services) {
    const std::size_t caller = index_[name];
    if (spec.data) {
      add(caller, spec.data->cache, 1, -2);
      add(caller, spec.data->store, spec.data->writes.value(), -1);
    }
    for (const CallSpec& call : spec.calls) add(caller, call.service, call.probability.value(), call.stage);
  }
}

std::optional<std::string> CallGraph::cycle() const {
  const Graph graph = graph_of(calls_);
  std::vector<Vertex> parents(names_.size());
  try {
    boost::depth_first_search(graph, boost::visitor(CycleFinder(parents)));
  } catch (const FoundCycle& found) {
    std::string text = names_[found.to];
    for (Vertex v = found.from; v != found.to; v = parents[v]) text = names_[v] + " -> " + text;
    return names_[found.to] + " -> " + text;
  }
  return std::nullopt;
}

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

// By service, the one that dominates it immediately.
std::vector<std::size_t> CallGraph::dominators(std::size_t root) const {
  const Graph graph = graph_of(calls_);
  std::vector<Vertex> dominator(names_.size(), boost::graph_traits<Graph>::null_vertex());
  auto map = boost::make_iterator_property_map(dominator.begin(), boost::get(boost::vertex_index, graph));
  boost::lengauer_tarjan_dominator_tree(graph, root, map);
  std::vector<std::size_t> result;
  for (const Vertex v : dominator) result.push_back(v == boost::graph_traits<Graph>::null_vertex() ? nobody : v);
  return result;
}

std::vector<std::string> CallGraph::single_points_of_failure(const std::string& root) const {
  std::vector<std::string> result;
  for (const auto& [name, services] : dominated(root)) {
    if (services > 0) result.push_back(name);
  }
  return result;
}

std::map<std::string, std::size_t> CallGraph::dominated(const std::string& root) const {
  const auto start = index_.find(root);
  if (start == index_.end()) return {};
  const std::vector<std::size_t> dominator = dominators(start->second);
  std::map<std::string, std::size_t> sizes;
  for (std::size_t service = 0; service < names_.size(); ++service) {
    for (std::size_t above = dominator[service]; above != nobody; above = dominator[above]) ++sizes[names_[above]];
  }
  return sizes;
}

std::vector<std::size_t> CallGraph::callers_first() const {
  std::vector<std::size_t> callers(names_.size(), 0), order;
  for (const auto& calls : calls_) {
    for (const Call& call : calls) ++callers[call.callee];
  }
  for (std::size_t service = 0; service < names_.size(); ++service) {
    if (callers[service] == 0) order.push_back(service);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const Call& call : calls_[order[next]]) {
      if (--callers[call.callee] == 0) order.push_back(call.callee);
    }
  }
  return order;
}

int CallGraph::depth(const std::string& root) const {
  const auto start = index_.find(root);
  if (start == index_.end() || cycle()) return 0;
  std::vector<int> depth(names_.size(), 0);
  depth[start->second] = 1;
  for (const std::size_t caller : callers_first()) {
    if (depth[caller] == 0) continue;  // not reached
    for (const Call& call : calls_[caller]) depth[call.callee] = std::max(depth[call.callee], depth[caller] + 1);
  }
  return *std::max_element(depth.begin(), depth.end());
}

std::vector<std::string> CallGraph::blast_radius(const std::string& service) const {
  const auto start = index_.find(service);
  if (start == index_.end()) return {};
  std::vector<bool> hit(names_.size(), false);
  std::vector<std::size_t> open{start->second};
  while (!open.empty()) {
    const std::size_t callee = open.back();
    open.pop_back();
    for (std::size_t caller = 0; caller < names_.size(); ++caller) {
      const bool calls = std::any_of(calls_[caller].begin(), calls_[caller].end(), [&](const Call& c) { return c.callee == callee; });
      if (calls && !hit[caller]) {
        hit[caller] = true;
        open.push_back(caller);
      }
    }
  }
  std::vector<std::string> result;
  for (std::size_t v = 0; v < names_.size(); ++v) {
    if (hit[v]) result.push_back(names_[v]);
  }
  return result;
}

CallGraph::Path CallGraph::critical_path(const std::string& root) const {
  const auto start = index_.find(root);
  if (start == index_.end() || cycle()) return {};
  std::vector<std::optional<Path>> known(names_.size());
  // Stages follow each other; of the calls of a stage the longest counts.
  std::function<const Path&(std::size_t)> longest = [&](std::size_t service) -> const Path& {
    if (known[service]) return *known[service];
    Path path{cost_[service], {names_[service]}};
    std::map<int, const Path*> slowest;
    for (const Call& call : calls_[service]) {
      const Path& below = longest(call.callee);
      const Path*& stage = slowest[call.stage];
      if (stage == nullptr || below.cost > stage->cost) stage = &below;
    }
    for (const auto& [stage, below] : slowest) {
      path.cost += below->cost;
      path.services.insert(path.services.end(), below->services.begin(), below->services.end());
    }
    return known[service].emplace(std::move(path));
  };
  return longest(start->second);
}

std::map<std::string, double> CallGraph::visits(const std::string& root) const {
  const auto start = index_.find(root);
  if (start == index_.end() || cycle()) return {};
  std::vector<double> times(names_.size(), 0.0);
  times[start->second] = 1;
  for (const std::size_t caller : callers_first()) {
    for (const Call& call : calls_[caller]) times[call.callee] += times[caller] * call.times;
  }
  std::map<std::string, double> result;
  for (std::size_t v = 0; v < names_.size(); ++v) result[names_[v]] = times[v];
  return result;
}

}  // namespace streamtwin::services
