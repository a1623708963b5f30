#include "models/services/graph/graph_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "models/files/json_text.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"
#include "models/services/graph/call_rows.hpp"

namespace streamtwin::services {
namespace {

using nlohmann::json;
using Services = std::map<std::string, ServiceSpec>;

[[noreturn]] void refuse(const std::string& place, const std::string& message) {
  throw std::invalid_argument(fmt::format("{}: {}", place, message));
}

/// What is wrong, row by row, told together.
class Faults {
 public:
  template <class Row>
  void look_at(const Row& row) {
    try {
      row();
    } catch (const std::invalid_argument& error) {
      found_.emplace_back(error.what());
    }
  }
  void throw_any() const {
    if (!found_.empty()) throw std::invalid_argument(listed(found_));
  }

 private:
  std::vector<std::string> found_;
};

void require_ends(const CallRow& row, const std::string& place, std::string_view more = "") {
  if (row.caller.empty() || row.callee.empty()) refuse(place, fmt::format("a call needs a caller and a callee{}", more));
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

bool truth(std::string_view text, const std::string& place) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  refuse(place, fmt::format("expected true or false, found `{}`", files::shown(text)));
}

/// Where what other tools export is read.
std::string elsewhere(std::string_view text) {
  for (const std::string_view sign : {"\"traceID\"", "\"traceId\"", "\"callCount\"", "\"resourceSpans\"", "external_services", "<graphml",
                                      "graph [", "\"elements\"", "micro_service_path_id", "MockServiceGraph", "rpcid", "rpc_id"}) {
    if (text.substr(0, 4096).find(sign) != std::string_view::npos)
      return "; what tracing and other tools export is taken over by `streamtwin import graph FILE`";
  }
  return "";
}

constexpr std::string_view columns_known[] = {"caller", "callee", "probability", "stage", "critical"};

/// A call graph in CSV.
class CallTable {
 public:
  CallTable(const std::string& name, std::string_view text) : table_(name, std::string(text), files::Table::Header::always) {
    for (const std::string& column : table_.header()) {
      if (!known(column)) {
        refuse(fmt::format("{}:{}", name, table_.header_line()),
               fmt::format("expected a header of caller, callee, probability, stage and critical, found `{}`{}", files::shown(column),
                           elsewhere(text)));
      }
    }
  }

  std::vector<CallRow> rows() const {
    std::vector<CallRow> rows;
    Faults faults;
    for (std::size_t i = 0; i < table_.rows(); ++i) faults.look_at([&] { rows.push_back(row(table_[i])); });
    faults.throw_any();
    return rows;
  }

 private:
  static bool known(const std::string& column) {
    return std::any_of(std::begin(columns_known), std::end(columns_known), [&](std::string_view name) {
      return std::equal(name.begin(), name.end(), column.begin(), column.end(),
                        [](unsigned char a, unsigned char b) { return a == std::tolower(b); });
    });
  }

  CallRow row(const files::Table::Row& cells) const {
    const std::string place = fmt::format("{}:{}", table_.name(), cells.line());
    const std::size_t columns = table_.header().size();
    CallRow row;
    row.caller = cell(cells, "caller");
    row.callee = cell(cells, "callee");
    row.place = fmt::format("line {}", cells.line());
    require_ends(row, place, fmt::format(": expected {} cells as in the header, found {}", columns, cells.size()));
    if (cells.size() > columns) refuse(place, fmt::format("expected {} cells as in the header, found {}", columns, cells.size()));
    if (const auto number = number_of(cells, "probability", place))
      row.probability = within(field_of<CallSpec>("probability"), *number, "probability", place);
    if (const auto number = number_of(cells, "stage", place))
      row.stage = whole_within(field_of<CallSpec>("stage"), *number, "stage", place);
    if (const std::string critical = cell(cells, "critical"); !critical.empty()) row.critical = truth(critical, place);
    return row;
  }

  std::string cell(const files::Table::Row& cells, std::string_view column) const {
    const auto found = table_.column(column);
    return found ? std::string(cells[*found]) : "";
  }

  std::optional<double> number_of(const files::Table::Row& cells, std::string_view column, const std::string& place) const {
    const auto found = table_.column(column);
    if (!found || cells[*found].empty()) return std::nullopt;
    const auto number = cells.number(*found);
    if (!number) refuse(place, fmt::format("`{}`: expected a number, found `{}`", column, files::shown(cells[*found])));
    return number;
  }

  files::Table table_;
};

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
  void done() const { done({}); }
  /// `known`: what the object may hold.
  void done(std::string_view known) const {
    if (!left_.empty()) refuse(place_, fmt::format("unknown key `{}`{}", files::shown(left_.begin()->first), known));
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

struct Listed {
  Services services;
  std::vector<CallRow> calls;
};

Services services_of(const std::string& name, const json& list) {
  Services services;
  Faults faults;
  for (std::size_t i = 0; i < list.size(); ++i) {
    faults.look_at([&] {
      const std::string place = fmt::format("{}: services[{}]", name, i);
      Members service(list[i], place);
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
    });
  }
  faults.throw_any();
  return services;
}

std::vector<CallRow> calls_of(const std::string& name, const json& list, const Services& services, const NameHint& hint) {
  std::vector<CallRow> rows;
  Faults faults;
  for (std::size_t i = 0; i < list.size(); ++i) {
    faults.look_at([&] {
      CallRow row;
      row.place = fmt::format("calls[{}]", i);
      const std::string place = fmt::format("{}: {}", name, row.place);
      Members call(list[i], place);
      call.take("caller", row.caller);
      call.take("callee", row.callee);
      call.take("probability", field_of<CallSpec>("probability"), row.probability);
      call.take("stage", field_of<CallSpec>("stage"), row.stage);
      call.take("critical", row.critical);
      call.done("; a call has caller, callee, probability, stage and critical");
      if (!services.empty()) {
        require_listed(row.caller, services, place, hint);
        require_listed(row.callee, services, place, hint);
      }
      require_ends(row, place);
      rows.push_back(row);
    });
  }
  faults.throw_any();
  return rows;
}

Listed parse_json(const std::string& name, std::string_view text, const NameHint& hint) {
  const json document = files::json_of(name, text);
  if (document.is_array()) return {{}, calls_of(name, document, {}, hint)};
  json service_list = json::array(), call_list = json::array();
  Members members(document, name);
  members.take("services", service_list);
  members.take("calls", call_list);
  members.done("; a call graph has `services` and `calls`" + elsewhere(text));
  if (!service_list.is_array() || !call_list.is_array()) refuse(name, "`services` and `calls` are lists");
  Services services = services_of(name, service_list);
  std::vector<CallRow> calls = calls_of(name, call_list, services, hint);
  return {std::move(services), std::move(calls)};
}

Listed parse(const std::string& name, std::string_view text, const NameHint& hint) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) refuse(name, "holds no services");
  if (text[first] == '{' || text[first] == '[') return parse_json(name, text, hint);
  if (text[first] == '<') refuse(name, fmt::format("expected CSV or JSON, found XML{}", elsewhere(text)));
  return {{}, CallTable(name, text).rows()};
}

void add(const CallRow& row, Services& services) {
  services[row.callee];
  CallSpec& call = services[row.caller].calls.emplace_back();
  call.service = row.callee;
  call.probability = Fraction{row.probability};
  call.stage = row.stage;
  if (!row.critical) call.fallback = Fallback::fixed_answer;
}

}  // namespace

std::map<std::string, ServiceSpec> parse_graph(const std::string& name, std::string_view text, const GraphReading& how) {
  auto [services, calls] = parse(name, files::without_byte_order_mark(name, text), how.hint);
  for (const CallRow& row : calls) {
    services[row.caller];
    services[row.callee];
  }
  if (services.empty()) refuse(name, "holds no services");
  const LeftOut left_out = take_out_loops(calls);
  if (left_out.any() && how.loops == Loops::refuse)
    refuse(name, fmt::format("{}; take them out of the file, or leave that to `loops: drop`", fmt::join(left_out.sentences(), "; ")));
  for (const std::string& sentence : left_out.sentences()) {
    if (how.warnings != nullptr) how.warnings->push_back(fmt::format("{}: left out: {}", name, sentence));
  }
  for (const CallRow& row : calls) add(row, services);
  // Calls of one stage follow each other in the list, stage after stage.
  for (auto& [service, spec] : services) {
    std::stable_sort(spec.calls.begin(), spec.calls.end(), [](const CallSpec& a, const CallSpec& b) { return a.stage < b.stage; });
  }
  return services;
}

std::map<std::string, ServiceSpec> read_graph(const std::filesystem::path& file, const GraphReading& how) {
  return parse_graph(file.string(), files::text_of(file, "calls between services"), how);
}

}  // namespace streamtwin::services
