// uqSim's folders (zyqCSL/uqsim-power-management-beta): who runs where in graph.json, the ways of requests in path.json, the
// times of their stages, in nanoseconds, in microservice/<model>.json, and how many come in client.json.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/files/json_text.hpp"
#include "scenarios/import/graph_model.hpp"
#include "scenarios/import/json_look.hpp"

namespace streamtwin::import {

using nlohmann::json;

namespace {

constexpr double ns_of_ms = 1e6;

/// The number of a node or code path; -1 if there is none.
int number_of(const json& object, const char* key) { return static_cast<int>(std::clamp(number_at(object, key, -1), -1.0, 1e9)); }

/// A request's stay at a service, on the way back to its caller.
struct Stay {
  std::string service;
  int next_stage = 0;
};

/// A piece of the way of a request.
struct Piece {
  std::string service;
  int code_path = -1;
  double first_stage = 0, last_stage = -1;
  std::vector<int> next;
  int before = 0;           ///< pieces that lead here and have not been walked
  std::vector<Stay> stays;  ///< as the first of those leaves them
  bool reached = false;
};

class UqsimFolder {
 public:
  UqsimFolder(const std::filesystem::path& folder, Remarks& remarks) : folder_(folder), remarks_(remarks) { graph_.format = "uqSim"; }

  CallGraphFile read() {
    read_services(document("graph.json"));
    const json paths = document("path.json");
    if (!paths.is_array() || paths.empty()) refuse("path.json", "expected a list of ways, each with `entry`, `probability` and `nodes`");
    for (const json& path : paths) walk(path);
    for (const auto& [ends, calls] : calls_) {
      const auto& [caller, callee, stage] = ends;
      graph_.calls.push_back({caller, callee, calls / visits_[caller], stage});
    }
    for (auto& [service, model] : graph_.services) {
      if (visits_[service] > 0) model.own_ms = work_ns_[service] / visits_[service] / ns_of_ms;
    }
    read_client();
    tell();
    return std::move(graph_);
  }

 private:
  [[noreturn]] void refuse(const char* file, std::string_view what) const {
    throw ImportError(fmt::format("{}: {}", (folder_ / file).string(), what));
  }
  json document(const std::filesystem::path& file) const { return files::read_json(folder_ / file, "uqSim"); }

  void read_services(const json& graph) {
    if (!is_uqsim(graph)) refuse("graph.json", "expected uqSim's `microservices` and `edges`");
    for (const json& instance : list_at(graph, "microservices")) {
      const std::string service = text_at(instance, "service_name");
      if (service.empty()) refuse("graph.json", "a microservice without `service_name`");
      GraphService& model = graph_.services[service];
      model.instances = std::min(model.instances + 1, 1000);
      const std::size_t cores = list_at(member_at(instance, "scheduler"), "cores").size();
      model.cores = std::max(model.cores, static_cast<int>(std::min<std::size_t>(cores, 1000)));
      const std::string named = text_at(instance, "model_name");
      models_[service] = named.empty() ? service : named;
    }
    wire_ns_ = number_at(graph, "net_latency", 0);
  }

  /// The mean time of these stages of a code path, in ns; -1 runs to the last.
  double time_of(const Piece& piece) {
    if (piece.code_path < 0) return 0;
    const json& model = model_of(piece.service);
    for (const json& path : list_at(model, "paths")) {
      if (number_at(path, "code_path_id", -1) != piece.code_path) continue;
      double ns = 0;
      for (const json& stage : list_at(path, "stages")) {
        const double number = number_at(stage, "path_stage_id", 0);
        if (number < piece.first_stage || (piece.last_stage >= 0 && number > piece.last_stage)) continue;
        const double latency = number_at(member_at(stage, "recv_time_model"), "latency", 0);
        if (!(latency >= 0 && latency < 1e12)) refuse("path.json", fmt::format("{}: a stage of {} ns", piece.service, latency));
        const json& batching = member_at(stage, "batching");
        batches_ = batches_ || (batching.is_boolean() && batching.get<bool>());
        ns += latency;
      }
      return ns;
    }
    refuse("path.json", fmt::format("{} has no code path {}", piece.service, piece.code_path));
  }

  const json& model_of(const std::string& service) {
    const auto [model, fresh] = documents_.try_emplace(models_.at(service));
    if (!fresh) return model->second;
    if (model->first.find('/') != std::string::npos) refuse("graph.json", fmt::format("the model of {} is no name", service));
    model->second = document(std::filesystem::path("microservice") / (model->first + ".json"));
    scaled_ = scaled_ || number_at(model->second, "base_freq", 0) != number_at(model->second, "cur_freq", 0);
    return model->second;
  }

  // Piece by piece, each when all that lead to it have been walked. Who stands among the stays of a request is returned to;
  // who does not is called.
  void walk(const json& path) {
    std::map<int, Piece> pieces = pieces_of(path);
    const double share = number_at(path, "probability", 100);
    if (!(share >= 0 && share <= 100)) refuse("path.json", fmt::format("a probability of {}; expected 0 to 100", share));
    const int entry = number_of(path, "entry");
    if (!pieces.contains(entry)) refuse("path.json", fmt::format("its entry {} is none of its nodes", entry));
    Piece& first = pieces.at(entry);
    if (first.before > 0) refuse("path.json", fmt::format("a way leads back to its entry {}", entry));
    first.stays = {{first.service}};
    first.reached = true;
    graph_.entries[first.service] += share;
    visits_[first.service] += share;
    std::vector<int> ready{entry};
    std::size_t walked = 0;
    for (; walked < ready.size(); ++walked) go_on(pieces, ready, walked, share);
    if (walked != pieces.size())
      refuse("path.json", fmt::format("{} of {} nodes of a way are reached from its entry", walked, pieces.size()));
  }

  void go_on(std::map<int, Piece>& pieces, std::vector<int>& ready, std::size_t walked, double share) {
    const Piece& piece = pieces.at(ready[walked]);
    if (piece.service != "client") work_ns_[piece.service] += share * time_of(piece);
    for (const int next : piece.next) {
      Piece& after = pieces.at(next);
      std::vector<Stay> stays = piece.stays;
      step(stays, after.service, share, after.reached);
      if (!after.reached) after.stays = std::move(stays);
      after.reached = true;
      if (--after.before == 0) ready.push_back(next);
    }
  }

  /// `again`: of several that lead to the same piece, all but the first.
  void step(std::vector<Stay>& stays, const std::string& to, double share, bool again) {
    if (to == "client") return;
    const auto back = std::find_if(stays.rbegin(), stays.rend(), [&](const Stay& stay) { return stay.service == to; });
    if (back != stays.rend()) {
      stays.erase(back.base(), stays.end());
      return;
    }
    if (again) return;
    calls_[{stays.back().service, to, stays.back().next_stage}] += share;
    visits_[to] += share;
    ++stays.back().next_stage;
    stays.push_back({to});
  }

  std::map<int, Piece> pieces_of(const json& path) const {
    std::map<int, Piece> pieces;
    for (const json& node : list_at(path, "nodes")) {
      Piece& piece = pieces[number_of(node, "node_id")];
      piece.service = text_at(node, "service_name");
      if (piece.service != "client" && !graph_.services.contains(piece.service))
        refuse("path.json", fmt::format("`{}` of a way is not in graph.json", piece.service));
      piece.code_path = number_of(node, "code_path");
      piece.first_stage = number_at(node, "start_stage", 0);
      piece.last_stage = number_at(node, "end_stage", -1);
      for (const json& child : list_at(node, "childs")) {
        if (!child.is_number_integer()) refuse("path.json", "`childs` are numbers of nodes");
        piece.next.push_back(child.get<int>());
      }
    }
    for (auto& [id, piece] : pieces) {
      for (const int next : piece.next) {
        if (!pieces.contains(next)) refuse("path.json", fmt::format("node {} leads to {}, which is none of its way", id, next));
        ++pieces.at(next).before;
      }
    }
    return pieces;
  }

  void read_client() {
    std::error_code error;
    if (!std::filesystem::is_regular_file(folder_ / "client.json", error)) return;
    const json client = document("client.json");
    const json &rates = list_at(client, "epoch_qps"), &ends = list_at(client, "epoch_end_sec");
    double requests = 0, begin = 0;
    for (std::size_t i = 0; i < std::min(rates.size(), ends.size()); ++i) {
      if (!rates[i].is_number() || !ends[i].is_number()) refuse("client.json", "`epoch_qps` and `epoch_end_sec` are numbers");
      requests += rates[i].get<double>() * std::max(0.0, ends[i].get<double>() - begin);
      begin = ends[i].get<double>();
    }
    if (begin > 0) graph_.requests_per_second = requests / begin;
    if (rates.size() > 1) remarks_.push_back(fmt::format("uqSim: {} epochs of load: their mean is taken", rates.size()));
  }

  void tell() const {
    if (batches_) remarks_.push_back("uqSim: stages that batch are taken as paid by each request");
    if (scaled_) remarks_.push_back("uqSim: `base_freq` and `cur_freq` differ: times are those of the base, frequency scaling is left out");
    if (wire_ns_ > 0) remarks_.push_back(fmt::format("uqSim: {:g} ms on the wire for each hop are left out", wire_ns_ / ns_of_ms));
  }

  const std::filesystem::path folder_;
  Remarks& remarks_;
  CallGraphFile graph_;
  std::map<std::string, std::string> models_;
  std::map<std::string, json> documents_;
  std::map<std::tuple<std::string, std::string, int>, double> calls_;
  std::map<std::string, double> visits_, work_ns_;
  double wire_ns_ = 0;
  bool batches_ = false, scaled_ = false;
};

}  // namespace

bool is_uqsim(const json& document) {
  const json& instances = list_at(document, "microservices");
  return !instances.empty() && document.contains("edges") && instances.front().is_object() && instances.front().contains("service_name");
}

CallGraphFile read_uqsim(const std::filesystem::path& folder, Remarks& remarks) { return UqsimFolder(folder, remarks).read(); }

}  // namespace streamtwin::import
