// Kiali's graphs (kiali/kiali graph/config/cytoscape): rates of requests between workloads, as Istio measures them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/import/graph_model.hpp"
#include "scenarios/import/json_look.hpp"

namespace streamtwin::import {

using nlohmann::json;

namespace {

class KialiGraph {
 public:
  KialiGraph(const std::string& name, Remarks& remarks) : name_(name), remarks_(remarks) {}

  CallGraphFile read(const json& elements) {
    for (const json& node : list_at(elements, "nodes")) take_node(member_at(node, "data"));
    for (const json& edge : list_at(elements, "edges")) take_edge(member_at(edge, "data"));
    const std::set<std::string> called = callees();
    // TCP edges carry bytes, but no rate of requests. They are kept as one call each, or services with no other edge would vanish.
    CallGraphFile graph = graph_of_counts("graph of Kiali", counts_, remarks_);
    for (const auto& [caller, callee] : by_bytes_) {
      graph.services[caller];
      graph.services[callee];
      graph.calls.push_back({caller, callee, 1, 0});
    }
    for (const auto& [requested, requests] : graph.entries) graph.requests_per_second += requests;
    for (const auto& [callee, time] : response_ms_) {
      if (graph.services.contains(callee)) graph.services[callee].own_ms = own_ms(graph, callee);
    }
    tell(called.size());
    return graph;
  }

 private:
  /// "" is the outside.
  static std::string service_of(const json& node) {
    for (const char* key : {"service", "app", "workload"}) {
      if (const std::string text = text_at(node, key); !text.empty()) return text == "unknown" ? "" : text;
    }
    return "";
  }

  void take_node(const json& node) {
    const std::string id = text_at(node, "id");
    if (id.empty()) throw ImportError(fmt::format("{}: node {}: has no `id`", name_, services_.size() + boxes_.size()));
    const bool box = !text_at(node, "isGroup").empty() || !text_at(node, "isBox").empty() || text_at(node, "nodeType") == "box";
    if (box)
      boxes_.insert(id);
    else
      services_[id] = service_of(node);
  }

  const std::string& end_of(const json& edge, const char* key) const {
    const auto found = services_.find(text_at(edge, key));
    if (found == services_.end())
      throw ImportError(fmt::format("{}: an edge whose `{}` is `{}`, which is no node", name_, key, text_at(edge, key)));
    return found->second;
  }

  void take_edge(const json& edge) {
    const std::string &caller = end_of(edge, "source"), &callee = end_of(edge, "target");
    if (callee.empty()) return;  // what leaves the mesh for nobody knows where
    const json& traffic = member_at(edge, "traffic");
    const std::string protocol = text_at(traffic, "protocol");
    const double rate = number_at(member_at(traffic, "rates"), protocol.c_str(), -1);
    if (caller == callee) {
      ++within_;
      return;
    }
    if (protocol == "tcp") {
      if (!caller.empty()) by_bytes_.insert({caller, callee});
      return;
    }
    if (rate <= 0) {
      ++idle_;
      return;
    }
    counts_.push_back({caller, callee, rate});
    if (const double time = number_at(edge, "responseTime", -1); time > 0) {
      response_ms_[callee].sum += time * rate;
      response_ms_[callee].weight += rate;
    }
  }

  std::set<std::string> callees() const {
    std::set<std::string> called;
    for (const CountedCall& call : counts_) called.insert(call.callee);
    return called;
  }

  double response_ms(const std::string& service) const {
    const auto found = response_ms_.find(service);
    return found == response_ms_.end() ? 0 : found->second.sum / found->second.weight;
  }
  /// What is left when its calls have answered, one after the other.
  double own_ms(const CallGraphFile& graph, const std::string& service) const {
    double own = response_ms(service);
    for (const GraphCall& call : graph.calls) {
      if (call.caller == service) own -= call.calls * response_ms(call.callee);
    }
    return std::max(own, 0.0);
  }

  void tell(std::size_t called) const {
    if (within_ > 0)
      remarks_.push_back(
          fmt::format("{}: {} edges within a service (from it as a service to its workloads, or to itself): left out", name_, within_));
    if (!by_bytes_.empty())
      remarks_.push_back(
          fmt::format("{}: {} edges of TCP tell bytes and no requests: taken as one call of each request", name_, by_bytes_.size()));
    if (idle_ > 0) remarks_.push_back(fmt::format("{}: {} edges without requests: left out", name_, idle_));
    if (called > 0 && !response_ms_.empty())
      remarks_.push_back(
          fmt::format("{}: times of services are those of their answers less those of their calls, one after the other", name_));
  }

  struct Mean {
    double sum = 0, weight = 0;
  };
  const std::string& name_;
  Remarks& remarks_;
  std::map<std::string, std::string> services_;  ///< by id
  std::set<std::string> boxes_;
  std::vector<CountedCall> counts_;
  std::set<std::pair<std::string, std::string>> by_bytes_;
  std::map<std::string, Mean> response_ms_;
  std::size_t within_ = 0, idle_ = 0;
};

}  // namespace

bool is_kiali(const json& document) { return !list_at(member_at(document, "elements"), "nodes").empty(); }

CallGraphFile graph_of_kiali(const json& document, const std::string& name, Remarks& remarks) {
  return KialiGraph(name, remarks).read(member_at(document, "elements"));
}

}  // namespace streamtwin::import
