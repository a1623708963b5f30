// Call graphs that are no JSON: GraphML, isotope's YAML, CSV of Alibaba's traces.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "models/files/table.hpp"
#include "models/files/text_file.hpp"
#include "models/files/xml_text.hpp"
#include "scenarios/import/graph_model.hpp"
#include "scenarios/language/quantity.hpp"

namespace streamtwin::import {
namespace {

using files::without_namespace;
using files::XmlElement;

std::string attribute_of(const XmlElement& element, const char* name) { return files::xml_attribute(element, name).value_or(""); }

/// Keys of GraphML by what they are called.
struct GraphmlKeys {
  std::set<std::string> names, weights;
  std::string weight_otherwise;  ///< the <default> of the weights
};

std::string data_of(const XmlElement& element, const std::set<std::string>& keys) {
  for (const auto& [tag, child] : element) {
    if (without_namespace(tag) == "data" && keys.contains(attribute_of(child, "key"))) return child.data();
  }
  return "";
}

class GraphmlGraph {
 public:
  GraphmlGraph(const std::string& name, Remarks& remarks) : name_(name), remarks_(remarks) { graph_.format = "GraphML"; }

  CallGraphFile read(const XmlElement& root) {
    const XmlElement* graph = nullptr;
    for (const auto& [tag, child] : root) {
      const std::string_view element = without_namespace(tag);
      const std::string called = attribute_of(child, "attr.name");
      if (element == "key" && (called == "name" || called == "label")) keys_.names.insert(attribute_of(child, "id"));
      if (element == "key" && (called == "calls" || called == "probability" || called == "weight")) {
        keys_.weights.insert(attribute_of(child, "id"));
        for (const XmlElement* otherwise : files::xml_children(child, "default")) keys_.weight_otherwise = otherwise->data();
      }
      if (element == "graph" && graph == nullptr) graph = &child;
    }
    if (graph == nullptr) refuse("there is no <graph> in it");
    if (attribute_of(*graph, "edgedefault") == "undirected")
      refuse("its edges have no direction; who calls whom is told by edgedefault=\"directed\"");
    for (const auto& [tag, child] : *graph) {
      const std::string_view element = without_namespace(tag);
      if (element == "hyperedge" || element == "port" || element == "graph")
        refuse(fmt::format("<{}> is no call between two services", element));
      if (element == "node") node(child);
    }
    for (const auto& [tag, child] : *graph) {
      if (without_namespace(tag) == "edge") edge(child);
    }
    if (above_one_) remarks_.push_back(fmt::format("{}: weights above 1 are taken as calls per request", name_));
    return std::move(graph_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw ImportError(fmt::format("{}: {}", name_, what)); }

  void node(const XmlElement& element) {
    const std::string id = attribute_of(element, "id");
    for (const auto& [tag, child] : element) {
      if (without_namespace(tag) == "graph")
        refuse(fmt::format("the node {} holds a graph of its own; only flat ones can be taken over", id));
      if (without_namespace(tag) == "port") refuse(fmt::format("the node {} has a <port>, which is no service", id));
    }
    const std::string called = data_of(element, keys_.names);
    std::string& service = by_id_[id];
    service = called.empty() || graph_.services.contains(called) ? id : called;
    graph_.services[service];
  }

  void edge(const XmlElement& element) {
    const auto source = by_id_.find(attribute_of(element, "source")), target = by_id_.find(attribute_of(element, "target"));
    if (source == by_id_.end() || target == by_id_.end())
      refuse(fmt::format("an edge from `{}` to `{}`, which are not both nodes", attribute_of(element, "source"),
                         attribute_of(element, "target")));
    if (attribute_of(element, "directed") == "false")
      refuse(fmt::format("the edge between {} and {} has no direction: who calls whom?", source->second, target->second));
    GraphCall call{source->second, target->second, 1, 0};
    const std::string said = data_of(element, keys_.weights), weight = said.empty() ? keys_.weight_otherwise : said;
    if (!weight.empty()) {
      const auto number = files::number_in(files::trimmed(weight));
      if (!number || *number < 0)
        refuse(
            fmt::format("the edge from {} to {}: expected calls per request, found `{}`", call.caller, call.callee, files::shown(weight)));
      call.calls = *number;
      above_one_ = above_one_ || *number > 1;
    }
    graph_.calls.push_back(std::move(call));
  }

  const std::string& name_;
  Remarks& remarks_;
  CallGraphFile graph_;
  GraphmlKeys keys_;
  std::map<std::string, std::string> by_id_;
  bool above_one_ = false;
};

/// istio/tools isotope: a script's steps run one after the other, those of an inner list at once.
class IsotopeGraph {
 public:
  IsotopeGraph(const std::string& name, Remarks& remarks) : name_(name), remarks_(remarks) { graph_.format = "service graph of isotope"; }

  CallGraphFile read(const YAML::Node& root) {
    const YAML::Node defaults = root["defaults"] ? root["defaults"] : root["default"];  // the README's table and the code differ
    const YAML::Node services = root["services"];
    if (!services || !services.IsSequence()) refuse("`services` is a list");
    for (const YAML::Node& said : services) graph_.services[text(said, "name")];
    for (const YAML::Node& said : services) service(said, defaults);
    if (errors_) remarks_.push_back(fmt::format("{}: `errorRate` is left out; `add_errors` in `method` says the same", name_));
    if (sizes_) remarks_.push_back(fmt::format("{}: sizes of requests and answers are left out", name_));
    if (sleeps_) remarks_.push_back(fmt::format("{}: `sleep` is taken as processor time of the service", name_));
    return std::move(graph_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw ImportError(fmt::format("{}: {}", name_, what)); }
  std::string text(const YAML::Node& of, const char* key) const {
    if (!of.IsMap() || !of[key] || !of[key].IsScalar()) refuse(fmt::format("expected a text `{}`", key));
    return of[key].Scalar();
  }

  void service(const YAML::Node& said, const YAML::Node& defaults) {
    const auto value = [&](const char* key) {
      return said[key] ? said[key] : defaults && defaults.IsMap() ? defaults[key] : YAML::Node(YAML::NodeType::Undefined);
    };
    const std::string name = text(said, "name");
    GraphService& model = graph_.services[name];
    if (const YAML::Node replicas = value("numReplicas"); replicas) model.instances = std::clamp(replicas.as<int>(0), 0, 1000);
    if (said["isEntrypoint"] && said["isEntrypoint"].as<bool>(false)) graph_.entries[name] = 1;
    errors_ = errors_ || value("errorRate");
    sizes_ = sizes_ || value("requestSize") || value("responseSize");
    const YAML::Node script = value("script");
    if (!script) return;
    if (!script.IsSequence()) refuse(fmt::format("the `script` of {} is a list", name));
    int stage = 0;
    for (const YAML::Node& step : script) {
      if (step.IsSequence()) {
        for (const YAML::Node& beside : step) command(name, beside, stage, model);
      } else {
        command(name, step, stage, model);
      }
      ++stage;
    }
  }

  void command(const std::string& caller, const YAML::Node& step, int stage, GraphService& model) {
    if (!step.IsMap()) refuse(fmt::format("a step of {} is neither `call` nor `sleep`", caller));
    if (step["sleep"]) {
      const auto read = language::read_quantity(text(step, "sleep"), unit_names<Duration>);
      if (read.fault != language::QuantityFault::none)
        refuse(fmt::format("{} sleeps for `{}`; expected a time as 10ms", caller, files::shown(text(step, "sleep"))));
      model.own_ms += read.value * 1e3;
      sleeps_ = true;
      return;
    }
    const YAML::Node call = step["call"];
    if (!call) refuse(fmt::format("a step of {} is neither `call` nor `sleep`", caller));
    const std::string callee = call.IsScalar() ? call.Scalar() : text(call, "service");
    if (!graph_.services.contains(callee)) refuse(fmt::format("{} calls {}, which `services` does not list", caller, callee));
    const double percent = call.IsMap() && call["probability"] ? call["probability"].as<double>(100) : 100;
    graph_.calls.push_back({caller, callee, std::clamp(percent, 0.0, 100.0) / 100, stage});
  }

  const std::string& name_;
  Remarks& remarks_;
  CallGraphFile graph_;
  bool errors_ = false, sleeps_ = false, sizes_ = false;
};

/// A row of Alibaba's MSCallGraph (alibaba/clusterdata).
struct AlibabaCall {
  std::string rpcid, um, dm, interface, kind;
  double at_ms = 0, took_ms = 0;
};

bool is_nobody(std::string_view name) { return name.empty() || name == "NAN" || name == "nan" || name == "(?)" || name == "USER"; }
std::string above(const std::string& rpcid) { return rpcid.substr(0, rpcid.rfind('.') == std::string::npos ? 0 : rpcid.rfind('.')); }

/// A call is written down by its caller and by its callee; those to memory, stores and queues once.
std::vector<AlibabaCall> calls_of_trace(const std::vector<AlibabaCall>& rows) {
  std::map<std::tuple<std::string, std::string, std::string, std::string, std::size_t>, AlibabaCall> calls;
  std::map<std::string, const AlibabaCall*> known;  // of one rpcid, the row that names both
  for (const AlibabaCall& row : rows) {
    if (!is_nobody(row.um) && !is_nobody(row.dm)) known.try_emplace(row.rpcid, &row);
  }
  std::size_t reported_once = 0;
  for (AlibabaCall row : rows) {
    const auto twin = known.find(row.rpcid), parent = known.find(above(row.rpcid));
    if (is_nobody(row.um)) row.um = twin != known.end() ? twin->second->um : parent != known.end() ? parent->second->dm : "";
    if (is_nobody(row.dm)) row.dm = twin != known.end() ? twin->second->dm : "";
    if (row.dm.empty()) continue;
    // Threads that lost their context write several calls under one rpcid, mostly to memory (alibaba/clusterdata issue 121).
    const bool once = row.kind == "mc" || row.kind == "db" || row.kind == "mq";
    const auto [call, fresh] = calls.try_emplace({row.rpcid, row.um, row.dm, row.interface, once ? ++reported_once : 0}, row);
    call->second.took_ms = std::max(call->second.took_ms, std::abs(row.took_ms));
    if (!fresh) call->second.at_ms = std::min(call->second.at_ms, row.at_ms);
  }
  std::vector<AlibabaCall> list;
  for (auto& [key, call] : calls) list.push_back(std::move(call));
  return list;
}

void add_spans_of(const std::string& trace, const std::vector<AlibabaCall>& calls, std::vector<Span>& spans) {
  std::map<std::string, std::string> served;  // who answers a rpcid
  for (const AlibabaCall& call : calls) served.try_emplace(call.rpcid, call.dm);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const AlibabaCall& call = calls[i];
    Span span;
    span.trace = trace;
    span.id = call.rpcid;
    span.service = call.dm;
    span.start_us = call.at_ms * 1e3;
    span.duration_us = std::abs(call.took_ms) * 1e3;
    span.waited_for = call.kind != "mq";
    span.kind = Span::Kind::unknown;
    const auto caller = served.find(above(call.rpcid));
    span.parent = above(call.rpcid);
    // Who calls stands in the row, even where the row above it is missing or says otherwise.
    if (!call.um.empty() && (caller == served.end() || caller->second != call.um)) {
      Span missing;
      missing.trace = trace;
      missing.id = span.parent = fmt::format("{} of {}", above(call.rpcid), call.um);
      missing.service = call.um;
      if (std::none_of(spans.rbegin(), spans.rend(), [&](const Span& one) { return one.trace == trace && one.id == missing.id; }))
        spans.push_back(missing);
    }
    spans.push_back(std::move(span));
  }
}

}  // namespace

CallGraphFile read_graphml(const std::string& name, const std::string& text, Remarks& remarks) {
  return GraphmlGraph(name, remarks).read(files::xml_of(name, text, "graphml"));
}

CallGraphFile read_isotope(const std::string& name, const std::string& text, Remarks& remarks) {
  try {
    return IsotopeGraph(name, remarks).read(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    throw ImportError(fmt::format("{}: {}", name, error.what()));
  }
}

CallGraphFile read_alibaba(const std::string& name, const std::string& text, Remarks& remarks) {
  const files::Table table(name, text, files::Table::Header::always);
  const auto column = [&](std::initializer_list<std::string_view> names) {
    const auto found = table.column(std::span(names.begin(), names.size()));
    if (!found) throw ImportError(fmt::format("{}:{}: there is no column `{}`", name, table.header_line(), *names.begin()));
    return *found;
  };
  const std::size_t trace = column({"traceid", "trace_id"}), rpcid = column({"rpcid", "rpc_id"}), um = column({"um"}), dm = column({"dm"}),
                    rt = column({"rt"}), at = column({"timestamp"});
  const auto kind = table.column("rpctype"), interface = table.column("interface");
  std::map<std::string, std::vector<AlibabaCall>> traces;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const files::Table::Row row = table[i];
    AlibabaCall call{std::string(row[rpcid]),
                     std::string(row[um]),
                     std::string(row[dm]),
                     interface ? std::string(row[*interface]) : "",
                     kind ? std::string(row[*kind]) : "",
                     row.number(at).value_or(0),
                     row.number(rt).value_or(0)};
    if (row[trace].empty() || call.rpcid.empty()) table.refuse(row.line(), "expected a call with `traceid` and `rpcid`");
    traces[std::string(row[trace])].push_back(std::move(call));
  }
  std::vector<Span> spans;
  std::size_t self_calls = 0;
  for (const auto& [id, rows] : traces) {
    std::vector<AlibabaCall> calls = calls_of_trace(rows);
    self_calls +=
        static_cast<std::size_t>(std::count_if(calls.begin(), calls.end(), [](const AlibabaCall& call) { return call.um == call.dm; }));
    add_spans_of(id, calls, spans);
  }
  if (self_calls > 0)
    remarks.push_back(fmt::format("{}: {} calls of services to themselves are their own work: left out", name, self_calls));
  return graph_of_spans("call graphs of Alibaba's traces", std::move(spans), remarks);
}

}  // namespace streamtwin::import
