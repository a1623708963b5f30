// A scenario for a call graph: YAML that a person can read and go on with.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <set>

#include "models/services/graph/call_rows.hpp"
#include "scenarios/import/graph_model.hpp"
#include "scenarios/import/yaml_text.hpp"

namespace streamtwin::import {
namespace {

/// Requests per second from outside: traces are samples and say none. Assumption.
constexpr double rate_of_all = 10;
/// The range of `stage`, and of how often a call is written out.
constexpr int stage_max = 100;
/// The range of `cost.median`, in milliseconds.
constexpr double cost_ms_min = 1e-4, cost_ms_max = 600e3;
/// Below this a call is of no request: `probability: 0`.
constexpr double calls_min = 1e-6;

/// Names as paths of parameters and KPIs have them.
class ServiceNames {
 public:
  explicit ServiceNames(const std::map<std::string, GraphService>& services) {
    std::set<std::string> taken;
    for (const auto& [name, service] : services) {
      std::string plain = name;
      std::replace_if(
          plain.begin(), plain.end(), [](unsigned char c) { return !std::isalnum(c) && c != '_' && c != '-'; }, '-');
      std::string free = plain;
      for (int number = 2; !taken.insert(free).second; ++number) free = fmt::format("{}-{}", plain, number);
      names_[name] = free;
    }
  }
  const std::string& operator[](const std::string& name) const { return names_.at(name); }

 private:
  std::map<std::string, std::string> names_;
};

/// Without loops: who is left out is remarked on.
void open_circles(CallGraphFile& graph, Remarks& remarks) {
  std::vector<services::CallRow> rows;
  for (std::size_t i = 0; i < graph.calls.size(); ++i) {
    const GraphCall& call = graph.calls[i];
    rows.push_back({call.caller, call.callee, call.calls, static_cast<int>(i), true, fmt::format("{:.3g} calls per request", call.calls)});
  }
  for (const std::string& sentence : services::take_out_loops(rows).sentences()) remarks.push_back("left out: " + sentence);
  std::vector<GraphCall> kept;
  for (const services::CallRow& row : rows) kept.push_back(graph.calls[static_cast<std::size_t>(row.stage)]);
  graph.calls = std::move(kept);
}

/// One line for each call, those of a stage together; the second and further calls of a request to the same service come
/// after the first, each in a stage of its own.
std::string calls_text(const std::string& caller, const CallGraphFile& graph, const ServiceNames& names, Remarks& remarks) {
  struct Line {
    int stage;
    std::string callee;
    double probability;
  };
  std::vector<Line> lines;
  for (const GraphCall& call : graph.calls) {
    if (call.caller != caller || call.calls < calls_min) continue;
    double left = call.calls;
    int stage = std::clamp(call.stage, 0, stage_max);
    for (; left >= calls_min && stage <= stage_max; ++stage, left -= 1) lines.push_back({stage, names[call.callee], std::min(1.0, left)});
    if (left >= calls_min)
      remarks.push_back(fmt::format("{} makes {:.3g} calls to {} in a request; written out are those up to stage {}", caller, call.calls,
                                    call.callee, stage_max));
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.stage < b.stage; });
  std::string text = lines.empty() ? "" : "    calls:\n";
  for (const Line& line : lines) {
    text += fmt::format("      - {{service: {}", yaml_scalar(line.callee));
    if (line.stage > 0) text += fmt::format(", stage: {}", line.stage);
    if (line.probability < 1) text += fmt::format(", probability: {:.6g}", line.probability);
    text += "}\n";
  }
  return text;
}

std::map<std::string, double> entries_of(const CallGraphFile& graph) {
  std::map<std::string, double> entries;
  for (const auto& [name, requests] : graph.entries)
    if (requests > 0) entries[name] = requests;
  if (!entries.empty()) return entries;
  std::set<std::string> called;
  for (const GraphCall& call : graph.calls) called.insert(call.callee);
  for (const auto& [name, service] : graph.services)
    if (!called.contains(name)) entries[name] = 1;
  return entries;
}

std::string service_text(const std::string& name, const GraphService& service, const CallGraphFile& graph, const ServiceNames& names,
                         Remarks& remarks) {
  std::string text = fmt::format("  {}:", yaml_scalar(names[name])), members;
  if (service.cores > 0) members += fmt::format("    cores: {}\n", service.cores);
  if (service.instances > 0) members += fmt::format("    instances_per_zone: {}\n", service.instances);
  if (service.own_ms > 0) members += fmt::format("    cost: {{median: {:.6g} ms}}\n", std::clamp(service.own_ms, cost_ms_min, cost_ms_max));
  members += calls_text(name, graph, names, remarks);
  return text + (members.empty() ? " {}" : "") + (names[name] == name ? "\n" : "  " + yaml_comment(name)) + members;
}

}  // namespace

std::string write_graph_scenario(const std::string& source, CallGraphFile graph, Remarks& remarks) {
  for (const GraphCall& call : graph.calls) graph.services[call.caller], graph.services[call.callee];
  open_circles(graph, remarks);
  const ServiceNames names(graph.services);
  std::string services;
  for (const auto& [name, service] : graph.services) services += service_text(name, service, graph, names, remarks);
  std::string text = yaml_comment(fmt::format("Made by `streamtwin import graph` from {}, {}.", source, graph.format));
  text += yaml_comment(fmt::format("Times at a service without its calls are taken as processor time{}",
                                   graph.requests_per_second > 0 ? "." : "; how many come in is an assumption."));
  for (const std::string& remark : remarks) text += yaml_comment("- " + remark);
  const std::string stem = std::filesystem::path(source).stem().string();
  text += fmt::format("streamtwin: 1\nname: {}\n", yaml_scalar(stem.empty() ? "graph" : stem));
  text += fmt::format("description: {}\n", yaml_scalar(fmt::format("The call graph of {}, {}.", source, graph.format)));
  text += "regions: [{name: here, latitude: 38.9, longitude: -77.4, zones: 1}]\nclock: {lasts: 10 min, warm_up: 1 min}\n";
  text += "services:\n" + services + "load:\n";
  const std::map<std::string, double> entries = entries_of(graph);
  double all = 0;
  for (const auto& [name, requests] : entries) all += requests;
  for (const auto& [name, requests] : entries)
    text += fmt::format("  {}: {{target: {}, rate: {:.6g} /s}}\n", yaml_scalar(names[name]), yaml_scalar(names[name]),
                        (graph.requests_per_second > 0 ? graph.requests_per_second : rate_of_all) * requests / all);
  return text;
}

}  // namespace streamtwin::import
