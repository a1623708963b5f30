#include "models/services/call_graph.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

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

CallGraph::CallGraph(const std::map<std::string, ServiceSpec>& services, Fraction cache_misses) {
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
    for (const CallSpec& call : spec.calls) {
      add(caller, call.service, call.probability.value() * (call.on_miss ? cache_misses.value() : 1), call.stage);
    }
    for (const GatewayOriginSpec& origin : spec.origins()) add(caller, origin.service, 1, 0);
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

namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

/// A tree that grows from its root, each node below one that is there: the lowest that two have above them in
/// logarithmic time (jump pointers after Myers, An applicative random-access stack, 1983).
class GrowingTree {
 public:
  explicit GrowingTree(std::size_t nodes) : above_(nodes, nobody), jump_(nodes, nobody), depth_(nodes, 0) {}
  void plant(std::size_t root) { jump_[root] = root; }
  void add(std::size_t node, std::size_t above) {
    above_[node] = above;
    depth_[node] = depth_[above] + 1;
    const std::size_t far = jump_[above];
    jump_[node] = depth_[above] - depth_[far] == depth_[far] - depth_[jump_[far]] ? jump_[far] : above;
  }
  bool holds(std::size_t node) const { return jump_[node] != nobody; }
  std::size_t above(std::size_t node) const { return above_[node]; }
  std::size_t shared(std::size_t a, std::size_t b) const {
    if (depth_[a] < depth_[b]) std::swap(a, b);
    while (depth_[a] > depth_[b]) a = depth_[jump_[a]] >= depth_[b] ? jump_[a] : above_[a];
    while (a != b) {
      const bool far = jump_[a] != jump_[b];
      a = far ? jump_[a] : above_[a];
      b = far ? jump_[b] : above_[b];
    }
    return a;
  }

 private:
  std::vector<std::size_t> above_, jump_, depth_;
};

}  // namespace

// Without a cycle all callers of a service are placed before it: what dominates it is the lowest that dominates them all.
std::vector<std::size_t> CallGraph::dominators(std::size_t root) const {
  std::vector<std::vector<std::size_t>> callers(names_.size());
  for (std::size_t caller = 0; caller < names_.size(); ++caller) {
    for (const Call& call : calls_[caller]) callers[call.callee].push_back(caller);
  }
  GrowingTree tree(names_.size());
  tree.plant(root);
  for (const std::size_t service : callers_first()) {
    if (service == root) continue;
    std::size_t lowest = nobody;
    for (const std::size_t caller : callers[service]) {
      if (tree.holds(caller)) lowest = lowest == nobody ? caller : tree.shared(lowest, caller);
    }
    if (lowest != nobody) tree.add(service, lowest);
  }
  std::vector<std::size_t> result;
  for (std::size_t service = 0; service < names_.size(); ++service) result.push_back(tree.above(service));
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
  if (start == index_.end() || cycle()) return {};
  const std::vector<std::size_t> dominator = dominators(start->second), order = callers_first();
  std::vector<std::size_t> below(names_.size(), 0);
  std::map<std::string, std::size_t> sizes;
  for (auto service = order.rbegin(); service != order.rend(); ++service) {
    if (below[*service] > 0) sizes[names_[*service]] = below[*service];
    if (dominator[*service] != nobody) below[dominator[*service]] += below[*service] + 1;
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

std::vector<std::string> CallGraph::in_order() const {
  std::vector<std::string> result;
  for (const std::size_t service : callers_first()) result.push_back(names_[service]);
  return result;
}

std::vector<std::string> CallGraph::blast_radius(const std::string& service) const {
  const auto start = index_.find(service);
  if (start == index_.end()) return {};
  std::vector<std::vector<std::size_t>> callers(names_.size());
  for (std::size_t caller = 0; caller < names_.size(); ++caller) {
    for (const Call& call : calls_[caller]) callers[call.callee].push_back(caller);
  }
  std::vector<bool> hit(names_.size(), false);
  std::vector<std::size_t> open{start->second};
  while (!open.empty()) {
    const std::size_t callee = open.back();
    open.pop_back();
    for (const std::size_t caller : callers[callee]) {
      if (hit[caller]) continue;
      hit[caller] = true;
      open.push_back(caller);
    }
  }
  std::vector<std::string> result;
  for (std::size_t v = 0; v < names_.size(); ++v) {
    if (hit[v]) result.push_back(names_[v]);
  }
  return result;
}

// Sixty-four services at a time: each caller unites the sets of those of them that its callees lead to.
std::map<std::string, std::size_t> CallGraph::blast_radii() const {
  if (cycle()) return {};
  constexpr std::size_t at_a_time = 64;
  const std::vector<std::size_t> order = callers_first();
  std::map<std::string, std::size_t> result;
  std::vector<std::uint64_t> leads_to(names_.size());
  for (std::size_t first = 0; first < names_.size(); first += at_a_time) {
    const auto itself = [&](std::size_t service) {
      return service >= first && service < first + at_a_time ? std::uint64_t{1} << (service - first) : 0;
    };
    std::array<std::size_t, at_a_time> callers{};
    for (auto service = order.rbegin(); service != order.rend(); ++service) {
      std::uint64_t reached = 0;
      for (const Call& call : calls_[*service]) reached |= leads_to[call.callee] | itself(call.callee);
      leads_to[*service] = reached;
      for (; reached != 0; reached &= reached - 1) ++callers[static_cast<std::size_t>(std::countr_zero(reached))];
    }
    for (std::size_t i = 0; i < at_a_time && first + i < names_.size(); ++i) result[names_[first + i]] = callers[i];
  }
  return result;
}

// Stages follow each other; of the calls of a stage the longest counts.
std::vector<std::size_t> CallGraph::slowest_of_stages(std::size_t service, const std::vector<Duration>& costs) const {
  std::map<int, std::size_t> slowest;
  for (const Call& call : calls_[service]) {
    const auto [stage, first] = slowest.try_emplace(call.stage, call.callee);
    if (!first && costs[call.callee] > costs[stage->second]) stage->second = call.callee;
  }
  std::vector<std::size_t> result;
  for (const auto& [stage, callee] : slowest) result.push_back(callee);
  return result;
}

CallGraph::Paths CallGraph::paths() const {
  Paths paths{std::vector<Duration>(names_.size()), std::vector<double>(names_.size())};
  const std::vector<std::size_t> order = callers_first();
  for (auto service = order.rbegin(); service != order.rend(); ++service) {
    Duration cost = cost_[*service];
    double services = 1;
    for (const std::size_t callee : slowest_of_stages(*service, paths.costs)) {
      cost += paths.costs[callee];
      services += paths.services[callee];
    }
    paths.costs[*service] = cost;
    paths.services[*service] = services;
  }
  return paths;
}

std::map<std::string, Duration> CallGraph::idle_times() const {
  if (cycle()) return {};
  const Paths all = paths();
  std::map<std::string, Duration> result;
  for (std::size_t service = 0; service < names_.size(); ++service) result[names_[service]] = all.costs[service];
  return result;
}

CallGraph::Path CallGraph::critical_path(const std::string& root, std::size_t names_max) const {
  const auto start = index_.find(root);
  if (start == index_.end() || cycle()) return {};
  const Paths all = paths();
  Path path{all.costs[start->second], {}, all.services[start->second]};
  std::vector<std::size_t> open{start->second};
  while (!open.empty() && path.services.size() < names_max) {
    const std::size_t service = open.back();
    open.pop_back();
    path.services.push_back(names_[service]);
    const std::vector<std::size_t> next = slowest_of_stages(service, all.costs);
    open.insert(open.end(), next.rbegin(), next.rend());
  }
  return path;
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
