#include "models/services/call_graph.hpp"

#include <Eigen/Dense>
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

std::vector<std::string> CallGraph::single_points_of_failure(const std::string& root) const {
  const auto start = index_.find(root);
  if (start == index_.end()) return {};
  const Graph graph = graph_of(calls_);
  std::vector<Vertex> dominator(names_.size(), boost::graph_traits<Graph>::null_vertex());
  auto map = boost::make_iterator_property_map(dominator.begin(), boost::get(boost::vertex_index, graph));
  boost::lengauer_tarjan_dominator_tree(graph, start->second, map);
  std::vector<bool> dominates(names_.size(), false);
  for (Vertex v : dominator) {
    if (v != boost::graph_traits<Graph>::null_vertex()) dominates[v] = true;
  }
  std::vector<std::string> result;
  for (std::size_t v = 0; v < names_.size(); ++v) {
    if (dominates[v]) result.push_back(names_[v]);
  }
  return result;
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
  const auto n = static_cast<Eigen::Index>(names_.size());
  Eigen::MatrixXd balance = Eigen::MatrixXd::Identity(n, n);
  for (std::size_t caller = 0; caller < names_.size(); ++caller) {
    for (const Call& call : calls_[caller]) balance(static_cast<Eigen::Index>(call.callee), static_cast<Eigen::Index>(caller)) -= call.times;
  }
  Eigen::VectorXd arrivals = Eigen::VectorXd::Zero(n);
  arrivals(static_cast<Eigen::Index>(start->second)) = 1;
  const Eigen::VectorXd solution = balance.partialPivLu().solve(arrivals);
  std::map<std::string, double> result;
  for (std::size_t v = 0; v < names_.size(); ++v) result[names_[v]] = solution(static_cast<Eigen::Index>(v));
  return result;
}

}  // namespace streamtwin::services
