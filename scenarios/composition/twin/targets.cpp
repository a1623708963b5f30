#include "scenarios/composition/twin/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

/// "play-api/eu-west-1a/3" in its parts, of which the first or all others may be missing. A service's name may hold a `/`.
struct InstancePlace {
  std::string_view service;  ///< empty: of all services
  std::string_view place;    ///< a zone or a region; empty: all
  std::string_view number;   ///< as it is written; empty: all
};

/// What a name can mean.
class Names {
 public:
  explicit Names(const Scenario& scenario) : scenario_(scenario), zones_(zone_names(scenario)), regions_(region_names(scenario)) {}
  bool is_service(std::string_view name) const { return streamtwin::is_service(scenario_, std::string{name}); }
  bool is_zone(std::string_view name) const { return std::find(zones_.begin(), zones_.end(), name) != zones_.end(); }
  bool is_region(std::string_view name) const { return std::find(regions_.begin(), regions_.end(), name) != regions_.end(); }
  const std::vector<std::string>& zones() const { return zones_; }
  std::vector<std::string> places() const {
    std::vector<std::string> all = regions_;
    all.insert(all.end(), zones_.begin(), zones_.end());
    return all;
  }

  InstancePlace parts_of(std::string_view text) const {
    if (is_service(text)) return {.service = text, .place = {}, .number = {}};
    if (is_zone(text) || is_region(text)) return {.service = {}, .place = text, .number = {}};
    const std::size_t last = text.rfind('/');
    if (last == std::string_view::npos) return {.service = text, .place = {}, .number = {}};
    const std::string_view end = text.substr(last + 1);
    const std::optional<InstanceName> instance = parts_of_instance(text);
    if (!instance || is_zone(end) || is_region(end) || is_service(text.substr(0, last)))
      return {.service = text.substr(0, last), .place = end, .number = {}};
    return {.service = instance->service, .place = instance->zone, .number = instance->number};
  }

 private:
  const Scenario& scenario_;
  std::vector<std::string> zones_, regions_;
};

/// How many there are when the run begins; more than one can count where nobody knows.
std::optional<int> number_of(const Scenario& scenario, const InstancePlace& place) {
  if (place.service.empty() || !place.number.empty()) return std::nullopt;
  const auto spec = scenario.services.find(std::string{place.service});
  if (spec != scenario.services.end() && spec->second.scaling) return std::nullopt;
  return instances_in(scenario, std::string{place.service}, std::string{place.place});
}

void check_selection(const StepCheck& on, const chaos::Selection& selection, const InstancePlace& place) {
  if (selection.kind == chaos::Selection::Kind::all) return;
  on.require(place.number.empty(), "target", "an instance is one: there is nothing to choose");
  if (selection.kind != chaos::Selection::Kind::count) return;
  const std::optional<int> there = number_of(on.scenario, place);
  on.require(!there || selection.count < static_cast<std::size_t>(*there), "target",
             fmt::format("{} of {} that there are: that is everybody; without a number all are meant", selection.count, there.value_or(0)));
}

/// Whether an instance is one of those.
struct Belongs {
  const rpc::Service* service;  ///< null: any
  std::optional<RegionIndex> region;
  std::optional<ZoneIndex> zone;
  std::optional<int> number;
  std::string machine;  ///< instead of all these
  const places::Geography& geography;

  bool operator()(const rpc::Instance& instance) const {
    if (!machine.empty()) return instance.machine.name() == machine;
    return (service == nullptr || &instance.service == service) && (!region || geography.region_of(instance.zone) == *region) &&
           (!zone || instance.zone == *zone) && (!number || instance.number == *number);
  }
};

Belongs belongs_to(Twin::Parts& parts, std::string_view text) {
  const Names names(parts.scenario);
  Belongs belongs{.service = nullptr, .region = {}, .zone = {}, .number = {}, .machine = {}, .geography = parts.geography};
  const std::string whole{text};
  const InstancePlace place = names.parts_of(text);
  if (!place.service.empty()) {
    if (!names.is_service(place.service)) {
      if (parts.platform.find_host(whole) == nullptr) unknown_target("service, place or machine", whole, names.places());
      belongs.machine = whole;
      return belongs;
    }
    belongs.service = &parts.mesh.service(std::string{place.service});
  }
  if (names.is_region(place.place)) belongs.region = parts.geography.region(std::string{place.place});
  const std::vector<std::string>& zones = names.zones();
  const auto zone = std::find(zones.begin(), zones.end(), place.place);
  if (zone != zones.end()) belongs.zone = static_cast<ZoneIndex>(zone - zones.begin());
  if (!place.place.empty() && !belongs.region && !belongs.zone) unknown_target("zone or region", std::string{place.place}, names.places());
  if (!place.number.empty()) belongs.number = whole_number(place.number).value_or(-1);
  return belongs;
}

void check_place_of_instances(const StepCheck& on, std::string_view text) {
  const Names names(on.scenario);
  const InstancePlace place = names.parts_of(text);
  if (!place.number.empty()) {
    const std::optional<int> instances = instances_in(on.scenario, std::string{place.service}, std::string{place.place});
    if (!instances) return on.name("target", place.service, "service");
    on.one_of("target", std::string{place.place}, "zone", names.zones());
    if (!names.is_zone(place.place)) return;
    const std::optional<int> number = whole_number(place.number);
    return on.require(number && *number >= 0 && *number < *instances, "target",
                      fmt::format("found the instance `{}` of {}; {} in each zone, numbered from 0", place.number, place.service,
                                  *instances == 1 ? "there is one" : fmt::format("there are {}", *instances)));
  }
  if (!place.service.empty()) on.name("target", place.service, "service");
  if (!place.place.empty()) on.one_of("target", std::string{place.place}, "zone or region", names.places());
}

void check_end(const StepCheck& on, std::string_view text) {
  const chaos::Target target = chaos::parse_target(text);
  check_place_of_instances(on, target.place);
  const Names names(on.scenario);
  check_selection(on, target.selection, names.parts_of(target.place));
}

/// Services that one calls, with its caches and stores.
std::vector<std::string> called_by(const services::ServiceSpec& service) {
  std::vector<std::string> callees;
  for (const services::CallSpec& call : services::calls_of(service)) callees.push_back(call.service);
  if (service.data && !service.data->cache.empty()) callees.push_back(service.data->cache);
  if (service.data && !service.data->store.empty()) callees.push_back(service.data->store);
  return callees;
}

// A fault of a call that nobody makes would be one that does not happen.
void check_call_is_made(const StepCheck& on, const chaos::CallEnds& ends) {
  const Names names(on.scenario);
  const std::string caller{names.parts_of(chaos::parse_target(ends.caller).place).service};
  const std::string callee{names.parts_of(chaos::parse_target(ends.callee).place).service};
  const auto found = on.scenario.services.find(caller);
  if (found == on.scenario.services.end() || !on.scenario.services.contains(callee)) return;
  const std::vector<std::string> callees = called_by(found->second);
  using stores::StoreKind;
  const auto& store = found->second.store;
  if (caller == callee && store && store->kind != StoreKind::mysql && store->kind != StoreKind::dynamodb) return;  // nodes ask each other
  std::string list;
  for (const std::string& name : callees) list += (list.empty() ? "" : ", ") + name;
  on.require(std::find(callees.begin(), callees.end(), callee) != callees.end(), "target",
             fmt::format("{} does not call {}; it calls {}", caller, callee, list.empty() ? "nobody" : list));
}

Random stream_at(Twin::Parts& parts, std::string_view target, Duration at) {
  return parts.simulation.stream("method", fmt::format("{} at {:g}", target, in_seconds(at)));
}

}  // namespace

Random stream_of(Twin::Parts& parts, const FaultSpec& step) { return stream_at(parts, step.target, step.at); }

bool means_instances(const Scenario& scenario, std::string_view place) {
  const Names names(scenario);
  const InstancePlace parts = names.parts_of(place);
  const bool there = parts.place.empty() || names.is_zone(parts.place) || names.is_region(parts.place);
  return there && (parts.service.empty() ? !parts.place.empty() : names.is_service(parts.service));
}

bool names_instances(const Scenario& scenario, std::string_view target) {
  const Names names(scenario);
  const InstancePlace place = names.parts_of(target);
  return target.find(" of ") != std::string_view::npos || !place.number.empty() || place.service.empty() || names.is_service(place.service);
}

void check_instances(const StepCheck& on) {
  try {
    check_end(on, on.step.target);
  } catch (const std::invalid_argument& error) {
    on.error("target", error.what());
  }
}

void check_instances_or_call(const StepCheck& on) {
  try {
    const std::optional<chaos::CallEnds> ends = chaos::parse_call(on.step.target);
    if (!ends) return check_instances(on);
    check_end(on, ends->caller);
    check_end(on, ends->callee);
    check_call_is_made(on, *ends);
  } catch (const std::invalid_argument& error) {
    on.error("target", error.what());
  }
}

std::vector<std::string> services_meant(const Scenario& scenario, const std::string& target) {
  std::vector<std::string> meant;
  try {
    const std::string_view named = Names(scenario).parts_of(chaos::parse_target(target).place).service;
    for (const auto& [name, service] : scenario.services) {
      if (named.empty() || named == name) meant.push_back(name);
    }
  } catch (const std::invalid_argument&) {  // an error that has been said
  }
  return meant;
}

namespace {

rpc::Group group_of(Twin::Parts& parts, std::string_view text, Duration at) {
  const chaos::Target target = chaos::parse_target(text);
  const Belongs belongs = belongs_to(parts, target.place);
  const bool whole = target.selection.kind == chaos::Selection::Kind::all && !belongs.number && belongs.machine.empty();
  rpc::Group group;
  group.present = [&parts, belongs, selection = target.selection, random = stream_at(parts, text, at)] {
    std::vector<rpc::Instance*> found;
    for (services::Service& service : parts.mesh.services()) {
      for (rpc::Instance& instance : service.instances()) {
        if (!instance.dead() && belongs(instance)) found.push_back(&instance);
      }
    }
    Random draws = random;
    std::vector<rpc::Instance*> chosen;
    for (const std::size_t position : selection.choose(found.size(), draws)) chosen.push_back(found[position]);
    return chosen;
  };
  if (whole) group.takes_in = belongs;
  return group;
}

}  // namespace

rpc::Group instances_of(Twin::Parts& parts, const FaultSpec& step) { return group_of(parts, step.target, step.at); }

std::optional<CallGroups> call_of(Twin::Parts& parts, const FaultSpec& step) {
  const std::optional<chaos::CallEnds> ends = chaos::parse_call(step.target);
  if (!ends) return std::nullopt;
  return CallGroups{group_of(parts, ends->caller, step.at), group_of(parts, ends->callee, step.at)};
}

std::function<std::vector<Host*>()> machines_of(rpc::Group group) {
  return [present = std::move(group.present)] {
    std::vector<Host*> machines;
    for (const rpc::Instance* instance : present()) {
      if (std::find(machines.begin(), machines.end(), &instance->machine) == machines.end()) machines.push_back(&instance->machine);
    }
    return machines;
  };
}

std::string names_of(const std::vector<rpc::Instance*>& instances) {
  constexpr std::size_t few = 3;
  if (instances.empty()) return "nobody";
  if (instances.size() > few) return fmt::format("{} instances", instances.size());
  std::string names;
  for (const rpc::Instance* instance : instances) names += (names.empty() ? "" : ", ") + instance->name;
  return names;
}

}  // namespace streamtwin
