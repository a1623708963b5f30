#include "models/chaos/action_keys.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::chaos {
namespace {

const std::vector<ActionKeys>& table() {
  static const std::vector<ActionKeys> rows{
      {Action::kill_instance, {"target"}, {"lasts"}},
      {Action::kill_zone, {"target"}, {"lasts"}},
      {Action::kill_region, {"target"}, {"lasts"}},
      {Action::kill_appliance, {"target"}, {"lasts"}},
      {Action::kill_site, {"target"}, {"lasts"}},
      {Action::add_latency, {"target", "latency"}, {"lasts"}},
      {Action::add_errors, {"target", "errors"}, {"lasts"}},
      {Action::slow_processors, {"target", "speed"}, {"lasts"}},
      {Action::set_load, {"load"}, {"target", "lasts"}},
      {Action::release_title, {"target"}, {}},
      {Action::kill_instances, {"target"}, {"instances"}},
      {Action::start_instances, {"target", "instances"}, {}},
      {Action::delay_calls, {"target", "latency"}, {"deviation", "operation", "callee", "lasts"}},
      {Action::proxy_region, {"target"}, {"to", "lasts"}},
  };
  return rows;
}

struct WrittenKeys {
  std::vector<std::string_view> names;

  template <class T>
  void operator()(const std::optional<T>& value, const Field& field) {
    if (value) names.push_back(field.name);
  }
  void operator()(const std::string& value, const Field& field) {
    if (!value.empty()) names.push_back(field.name);
  }
  void operator()(const Duration&, const Field&) {}  // at
  void operator()(const Action&, const Field&) {}
};

}  // namespace

const ActionKeys& keys_of(Action action) {
  const auto row = std::find_if(table().begin(), table().end(), [&](const ActionKeys& keys) { return keys.action == action; });
  check(row != table().end(), "every action has its keys");
  return *row;
}

std::string_view name_of(Action action) {
  for (const auto& entry : enum_names<Action>) {
    if (entry.value == action) return entry.name;
  }
  return "";
}

std::vector<std::string_view> written_keys(const FaultSpec& step) {
  WrittenKeys written;
  FaultSpec::describe(step, written);
  return written.names;
}

}  // namespace streamtwin::chaos
