#include "models/services/graph/graph_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "models/services/call_graph.hpp"

namespace streamtwin::services {
namespace {

using nlohmann::json;
using Services = std::map<std::string, ServiceSpec>;

[[noreturn]] void refuse(const std::string& place, const std::string& message) {
  throw std::invalid_argument(fmt::format("{}: {}", place, message));
}

struct Edge {
  std::string caller, callee;
  double probability = 1;
  int stage = 0;
  bool critical = true;
};

void add(const Edge& edge, const std::string& place, Services& services) {
  if (edge.caller.empty() || edge.callee.empty()) refuse(place, "a call needs a caller and a callee");
  services[edge.callee];
  CallSpec& call = services[edge.caller].calls.emplace_back();
  call.service = edge.callee;
  call.probability = Fraction{edge.probability};
  call.stage = edge.stage;
  if (!edge.critical) call.fallback = Fallback::fixed_answer;
}

/// What a struct says of one of its fields.
template <class Struct>
Field field_of(std::string_view name) {
  Struct defaults;
  Field found;
  auto look = [&](auto&, const Field& field) {
    if (field.name == name) found = field;
  };
  Struct::describe(defaults, look);
  return found;
}

/// The number, if it lies in the range of the field, which is told in the unit of the file.
double within(const Field& field, double value, std::string_view key, const std::string& place, double units = 1) {
  if (value >= field.min * units && value <= field.max * units) return value;
  refuse(place, fmt::format("`{}` is {}; expected {:g} to {:g}", key, value, field.min * units, field.max * units));
}

int whole_within(const Field& field, double value, std::string_view key, const std::string& place) {
  within(field, value, key, place);
  if (value != std::floor(value)) refuse(place, fmt::format("`{}` is {}; expected a whole number", key, value));
  return static_cast<int>(value);
}

double number(std::string_view text, const std::string& place) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    refuse(place, fmt::format("expected a number, found `{}`", text.substr(0, 40)));
  return value;
}

bool truth(std::string_view text, const std::string& place) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  refuse(place, fmt::format("expected true or false, found `{}`", text.substr(0, 40)));
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t end = std::min(line.find(',', start), line.size());
    std::string_view cell = line.substr(start, end - start);
    while (!cell.empty() && std::string_view(" \t\r\"").find(cell.front()) != std::string_view::npos) cell.remove_prefix(1);
    while (!cell.empty() && std::string_view(" \t\r\"").find(cell.back()) != std::string_view::npos) cell.remove_suffix(1);
    cells.emplace_back(cell);
    start = end + 1;
  }
  return cells;
}

Services parse_csv(const std::string& name, std::string_view text) {
  Services services;
  std::vector<std::string> columns;
  std::size_t line_number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::vector<std::string> cells = cells_of(text.substr(start, end - start));
    start = end + 1;
    const std::string place = fmt::format("{}:{}", name, ++line_number);
    if (cells.size() == 1 && (cells[0].empty() || cells[0][0] == '#')) continue;
    if (columns.empty()) {
      columns = cells;
      for (const std::string& column : columns) {
        if (column != "caller" && column != "callee" && column != "probability" && column != "stage" && column != "critical") {
          refuse(place, fmt::format("expected a header of caller, callee, probability, stage and critical, found `{}`", column));
        }
      }
      continue;
    }
    if (cells.size() != columns.size())
      refuse(place, fmt::format("expected {} cells as in the header, found {}", columns.size(), cells.size()));
    Edge edge;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (columns[i] == "caller") edge.caller = cells[i];
      if (columns[i] == "callee") edge.callee = cells[i];
      if (columns[i] == "probability")
        edge.probability = within(field_of<CallSpec>("probability"), number(cells[i], place), columns[i], place);
      if (columns[i] == "stage") edge.stage = whole_within(field_of<CallSpec>("stage"), number(cells[i], place), columns[i], place);
      if (columns[i] == "critical") edge.critical = truth(cells[i], place);
    }
    add(edge, place, services);
  }
  return services;
}

/// The members of an object, each taken once; one that nobody takes is an error.
class Members {
 public:
  Members(const json& object, std::string place) : place_(std::move(place)) {
    if (!object.is_object()) refuse(place_, "expected an object");
    for (const auto& [key, value] : object.items()) left_[key] = &value;
  }
  template <class T>
  void take(const char* key, T& into) {
    const auto found = left_.find(key);
    if (found == left_.end()) return;
    try {
      into = found->second->template get<T>();
    } catch (const json::exception&) {
      refuse(place_, fmt::format("`{}` is of the wrong kind", key));
    }
    left_.erase(found);
  }
  /// A number in the file's unit, of which there are so many to one of the field's.
  void take(const char* key, const Field& field, double& into, double units = 1) {
    if (const auto number = number_at(key)) into = within(field, *number, key, place_, units);
  }
  void take(const char* key, const Field& field, int& into) {
    if (const auto number = number_at(key)) into = whole_within(field, *number, key, place_);
  }
  void done() const {
    if (!left_.empty()) refuse(place_, fmt::format("unknown key `{}`", left_.begin()->first));
  }

 private:
  std::optional<double> number_at(const char* key) {
    const auto found = left_.find(key);
    if (found == left_.end()) return std::nullopt;
    if (!found->second->is_number()) refuse(place_, fmt::format("`{}` is of the wrong kind", key));
    const double number = found->second->get<double>();
    left_.erase(found);
    return number;
  }

  std::string place_;
  std::map<std::string, const json*> left_;
};

/// A mistyped name would become a service of its own.
void require_listed(const std::string& service, const Services& services, const std::string& place, const NameHint& hint) {
  if (service.empty() || services.contains(service)) return;
  std::vector<std::string_view> known;
  for (const auto& [name, spec] : services) known.push_back(name);
  refuse(place, fmt::format("found `{}`, which `services` does not list{}", service, hint ? hint(service, known) : ""));
}

Services parse_json(const std::string& name, std::string_view text, const NameHint& hint) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    refuse(name, error.what());
  }
  json service_list = json::array(), call_list = json::array();
  Members members(document, name);
  members.take("services", service_list);
  members.take("calls", call_list);
  members.done();
  if (!service_list.is_array() || !call_list.is_array()) refuse(name, "`services` and `calls` are lists");
  Services services;
  for (std::size_t i = 0; i < service_list.size(); ++i) {
    const std::string place = fmt::format("{}: services[{}]", name, i);
    Members service(service_list[i], place);
    std::string service_name;
    ServiceSpec spec;
    double cost_ms = in_milliseconds(spec.cost.median);
    service.take("name", service_name);
    service.take("cost_ms", field_of<Cost>("median"), cost_ms, 1e3);
    service.take("cores", field_of<ServiceSpec>("cores"), spec.cores);
    service.take("instances_per_zone", field_of<ServiceSpec>("instances_per_zone"), spec.instances_per_zone);
    service.done();
    if (service_name.empty()) refuse(place, "a service needs a name");
    spec.cost.median = Duration{cost_ms / 1e3};
    if (!services.emplace(service_name, spec).second) refuse(place, fmt::format("the service `{}` stands there twice", service_name));
  }
  for (std::size_t i = 0; i < call_list.size(); ++i) {
    const std::string place = fmt::format("{}: calls[{}]", name, i);
    Members call(call_list[i], place);
    Edge edge;
    call.take("caller", edge.caller);
    call.take("callee", edge.callee);
    call.take("probability", field_of<CallSpec>("probability"), edge.probability);
    call.take("stage", field_of<CallSpec>("stage"), edge.stage);
    call.take("critical", edge.critical);
    call.done();
    if (!service_list.empty()) {
      require_listed(edge.caller, services, place, hint);
      require_listed(edge.callee, services, place, hint);
    }
    add(edge, place, services);
  }
  return services;
}

}  // namespace

std::map<std::string, ServiceSpec> parse_graph(const std::string& name, std::string_view text, const NameHint& hint) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && text[first] == '{';
  Services services = is_json ? parse_json(name, text, hint) : parse_csv(name, text);
  if (services.empty()) refuse(name, "holds no services");
  if (const auto cycle = CallGraph(services).cycle()) refuse(name, fmt::format("services call each other in a circle: {}", *cycle));
  // Calls of one stage follow each other in the list, stage after stage.
  for (auto& [service, spec] : services) {
    std::stable_sort(spec.calls.begin(), spec.calls.end(), [](const CallSpec& a, const CallSpec& b) { return a.stage < b.stage; });
  }
  return services;
}

std::map<std::string, ServiceSpec> read_graph(const std::filesystem::path& file, const NameHint& hint) {
  if (!std::filesystem::is_regular_file(file)) refuse(file.string(), "cannot be read as a call graph: no regular file");
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) refuse(file.string(), "cannot be read as a call graph");
  if (text.empty()) refuse(file.string(), "is empty; expected a call graph");
  return parse_graph(file.string(), text, hint);
}

}  // namespace streamtwin::services
