// µBench's files (mSvcBench/muBench): work models, and traces of single requests.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/files/json_text.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"
#include "scenarios/import/graph_model.hpp"
#include "scenarios/import/json_look.hpp"

namespace streamtwin::import {

using nlohmann::json;

namespace {

/// Of a request: who calls whom, how often and after how many calls.
class Trace {
 public:
  Trace(std::string name, Remarks& remarks) : name_(std::move(name)), remarks_(remarks) {}

  CallGraphFile read(const nlohmann::ordered_json& root) {
    CallGraphFile graph;
    graph.format = "trace of µBench";
    for (const auto& [called, groups] : root.items()) {
      ++graph.entries[service_of(called)];
      visit(service_of(called), groups, 0);
    }
    for (const auto& [service, requests] : requests_) graph.services[service];
    for (const auto& [ends, calls] : calls_)
      graph.calls.push_back(
          {ends.first, ends.second, calls.count / requests_[ends.first], static_cast<int>(calls.stage_sum / calls.count)});
    if (self_calls_ > 0)
      remarks_.push_back(fmt::format("{}: {} calls of services to themselves are their own work: left out", name_, self_calls_));
    remarks_.push_back(fmt::format("{}: one request; how long services work is not in it: say it as `cost`", name_));
    return graph;
  }

 private:
  struct Calls {
    double count = 0, stage_sum = 0;
  };

  std::string service_of(const std::string& called) const { return called.substr(0, called.find("__")); }

  // Groups go beside each other, calls of a group one after the other.
  void visit(const std::string& service, const nlohmann::ordered_json& groups, int first_stage, bool itself = false) {
    if (!itself) ++requests_[service];
    if (!groups.is_array()) throw ImportError(fmt::format("{}: {}: expected a list of calls", name_, service));
    for (const auto& group : groups) {
      if (!group.is_object()) throw ImportError(fmt::format("{}: {}: expected calls in {{}}", name_, service));
      int stage = first_stage;
      for (const auto& [called, below] : group.items()) {
        const std::string callee = service_of(called);
        if (callee == service) {
          ++self_calls_;
          visit(service, below, stage++, true);
          continue;
        }
        Calls& calls = calls_[{service, callee}];
        ++calls.count;
        calls.stage_sum += stage++;
        visit(callee, below, 0);
      }
    }
  }

  const std::string name_;
  Remarks& remarks_;
  std::map<std::string, double> requests_;
  std::map<std::pair<std::string, std::string>, Calls> calls_;
  std::size_t self_calls_ = 0;
};

/// Whole ones for `cpu-limits`, as Kubernetes has them: "1000m" is one. 0 if there are none.
int cores_of(const json& service) {
  constexpr double most = 1000;
  const std::string limit = text_at(service, "cpu-limits");
  const bool thousandths = limit.ends_with('m');
  const auto number = files::number_in(std::string_view(limit).substr(0, limit.size() - (thousandths ? 1 : 0)));
  return number ? static_cast<int>(std::clamp(std::ceil(thousandths ? *number / 1e3 : *number), 0.0, most)) : 0;
}

}  // namespace

/// µBench (mSvcBench/muBench, ServiceCell/ExternalServiceExecutor): groups run beside each other, services of a group one
/// after the other, `seq_len` of them drawn.
CallGraphFile graph_of_work_model(const json& document, const std::string& name, Remarks& remarks) {
  CallGraphFile graph;
  graph.format = "work model of µBench";
  bool threads = false;
  for (const auto& [service, said] : document.items()) {
    GraphService& model = graph.services[service];
    model.instances = static_cast<int>(std::clamp(number_at(said, "replicas", 0), 0.0, 1000.0));
    model.cores = cores_of(said);
    threads = threads || said.contains("threads") || said.contains("workers");
    for (const json& group : list_at(said, "external_services")) {
      const json& callees = list_at(group, "services");
      const double drawn = number_at(group, "seq_len", static_cast<double>(callees.size()));
      const double chosen = callees.empty() ? 0 : std::clamp(drawn / static_cast<double>(callees.size()), 0.0, 1.0);
      int stage = 0;
      for (const json& callee : callees) {
        if (!callee.is_string()) throw ImportError(fmt::format("{}: {}: `services` of a group are names", name, service));
        const double probability = std::clamp(number_at(member_at(group, "probabilities"), callee.get<std::string>().c_str(), 1), 0.0, 1.0);
        graph.calls.push_back({service, callee.get<std::string>(), chosen * probability, stage++});
      }
    }
  }
  for (const GraphCall& call : graph.calls) {
    if (!graph.services.contains(call.callee))
      throw ImportError(fmt::format("{}: {} calls `{}`, which the model does not list", name, call.caller, files::shown(call.callee)));
  }
  if (graph.services.contains("s0")) graph.entries["s0"] = 1;
  if (threads)
    remarks.push_back(fmt::format("{}: `workers` and `threads` are left out; `execution.threads` of a service says how many", name));
  remarks.push_back(fmt::format("{}: how long a request works is only implied by `internal_service`: say it as `cost`", name));
  return graph;
}

bool is_work_model(const json& document) {
  if (!document.is_object() || document.empty()) return false;
  return std::all_of(document.begin(), document.end(),
                     [](const json& service) { return service.is_object() && service.contains("external_services"); });
}

bool is_mubench_trace(const json& document) {
  if (!document.is_object() || document.empty()) return false;
  for (const auto& [called, groups] : document.items()) {
    if (called.find("__") == std::string::npos || !groups.is_array()) return false;
  }
  return true;
}

// Read anew, in the order of the file, which is the order of the calls.
CallGraphFile graph_of_mubench_trace(const std::string& name, std::string_view text, Remarks& remarks) {
  return Trace(name, remarks).read(files::json_of<nlohmann::ordered_json>(name, text));
}

}  // namespace streamtwin::import
