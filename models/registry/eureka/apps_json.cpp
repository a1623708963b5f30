#include "models/registry/eureka/apps_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "models/files/json_text.hpp"
#include "models/registry/eureka/known.hpp"

namespace streamtwin::eureka {
namespace {

using nlohmann::json, nlohmann::ordered_json;

/// Reads values of one file, of which messages tell the place: "apps.json: applications.application[0].instance[2]".
class Reading {
 public:
  Reading(const std::string& file, std::string place) : file_(file), place_(std::move(place)) {}
  Reading in(std::string_view further) const {
    return {file_, place_.empty() ? std::string(further) : fmt::format("{}.{}", place_, further)};
  }
  Reading nth(std::size_t i) const { return {file_, fmt::format("{}[{}]", place_, i)}; }

  [[noreturn]] void fail(std::string_view what) const { throw std::invalid_argument(fmt::format("{}: {}: {}", file_, place_, what)); }

  /// A list, or what stands for one with a single member, as old servers write it.
  std::vector<const json*> list(const json& object, const char* key) const {
    std::vector<const json*> items;
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return items;
    if (!found->is_array()) return {&*found};
    for (const json& item : *found) items.push_back(&item);
    return items;
  }
  std::string text(const json& object, const char* key) const {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) in(key).fail("expected a text");
    return found->get<std::string>();
  }
  InstanceStatus status(const json& object, const char* key, InstanceStatus otherwise) const {
    if (!object.contains(key)) return otherwise;
    const std::string written = text(object, key);
    std::string known;
    for (const EnumName<InstanceStatus>& status : enum_names<InstanceStatus>) {
      if (status.name == written) return status.value;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", status.name);
    }
    in(key).fail(fmt::format("`{}` is no status of Eureka: {}", written, known));
  }
  /// A number, which may be written as a text; `otherwise` if it is not there.
  double number(const json& object, const char* key, double otherwise, double least, double most) const {
    const auto found = object.find(key);
    if (found == object.end()) return otherwise;
    double value = std::nan("");
    if (found->is_number()) value = found->get<double>();
    if (found->is_string()) {
      const std::string& digits = found->get_ref<const std::string&>();
      if (!digits.empty() && digits.size() < 19 && digits.find_first_not_of("0123456789") == std::string::npos) value = std::stod(digits);
    }
    if (!(value >= least && value <= most)) in(key).fail(fmt::format("expected a number from {} to {}", least, most));
    return value;
  }

 private:
  const std::string& file_;
  std::string place_;
};

const json& object_at(const json& object, const char* key) {
  static const json none = json::object();
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : none;
}

ListedInstance listed_instance_of(const json& object, const std::string& app, const Reading& at) {
  if (!object.is_object()) at.fail("expected an instance");
  constexpr double no_time = 0, year_2200 = 7.3e12;
  ListedInstance instance;
  instance.app = app;
  instance.id = object.contains("instanceId") ? at.text(object, "instanceId") : at.text(object, "hostName");
  const json& metadata = object_at(object_at(object, "dataCenterInfo"), "metadata");
  if (metadata.contains("availability-zone")) instance.zone = at.in("dataCenterInfo.metadata").text(metadata, "availability-zone");
  instance.status = at.status(object, "status", InstanceStatus::unknown);
  instance.overridden =
      at.status(object, object.contains("overriddenStatus") ? "overriddenStatus" : "overriddenstatus", InstanceStatus::unknown);
  const json& lease = object_at(object, "leaseInfo");
  const Reading of_lease = at.in("leaseInfo");
  instance.lease_duration = Duration{of_lease.number(lease, "durationInSecs", 90, 1, 86400)};
  instance.renewal_interval = Duration{of_lease.number(lease, "renewalIntervalInSecs", 30, 1, 86400)};
  instance.registered = Instant{Duration{of_lease.number(lease, "registrationTimestamp", 0, no_time, year_2200) / 1000}};
  instance.renewed = Instant{Duration{of_lease.number(lease, "lastRenewalTimestamp", 0, no_time, year_2200) / 1000}};
  return instance;
}

std::string_view written(InstanceStatus status) { return enum_names<InstanceStatus>[static_cast<std::size_t>(status)].name; }

/// In the order in which servers write it: clients want an application's name before its instances.
ordered_json json_of_instance(const ListedInstance& instance) {
  const auto milliseconds = [](Instant time) { return static_cast<std::int64_t>(std::llround(in_seconds(time) * 1000)); };
  const std::string vip = instance.app;
  ordered_json data_center{{"@class", "com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"}, {"name", "MyOwn"}};
  if (!instance.zone.empty()) {
    data_center = {{"@class", "com.netflix.appinfo.AmazonInfo"},
                   {"name", "Amazon"},
                   {"metadata", {{"availability-zone", instance.zone}, {"instance-id", instance.id}}}};
  }
  return {{"instanceId", instance.id},
          {"hostName", instance.id},
          {"app", instance.app},
          {"ipAddr", "0.0.0.0"},
          {"status", written(instance.status)},
          {"overriddenStatus", written(instance.overridden)},
          {"port", {{"$", 80}, {"@enabled", "true"}}},
          {"securePort", {{"$", 443}, {"@enabled", "false"}}},
          {"countryId", 1},
          {"dataCenterInfo", std::move(data_center)},
          {"leaseInfo",
           {{"renewalIntervalInSecs", std::llround(in_seconds(instance.renewal_interval))},
            {"durationInSecs", std::llround(in_seconds(instance.lease_duration))},
            {"registrationTimestamp", milliseconds(instance.registered)},
            {"lastRenewalTimestamp", milliseconds(instance.renewed)},
            {"evictionTimestamp", 0},
            {"serviceUpTimestamp", milliseconds(instance.registered)}}},
          {"metadata", {{"@class", "java.util.Collections$EmptyMap"}}},
          {"vipAddress", vip},
          {"secureVipAddress", vip},
          {"isCoordinatingDiscoveryServer", "false"},
          {"lastUpdatedTimestamp", std::to_string(milliseconds(instance.registered))},
          {"lastDirtyTimestamp", std::to_string(milliseconds(instance.registered))},
          {"actionType", "ADDED"}};
}

}  // namespace

std::vector<ListedInstance> apps_of_json(const std::string& name, std::string_view text) {
  const json whole = files::json_of(name, text);
  const Reading root(name, "applications");
  if (!whole.is_object() || !whole.contains("applications") || !whole["applications"].is_object())
    root.fail("expected the JSON of /eureka/apps");
  std::vector<ListedInstance> all;
  std::set<std::pair<std::string, std::string>> ids;
  const auto apps = root.list(whole["applications"], "application");
  for (std::size_t a = 0; a < apps.size(); ++a) {
    const Reading at = root.in("application").nth(a);
    if (!apps[a]->is_object()) at.fail("expected an application");
    const std::string app = at.text(*apps[a], "name");
    const auto instances = at.list(*apps[a], "instance");
    for (std::size_t i = 0; i < instances.size(); ++i) {
      const Reading there = at.in("instance").nth(i);
      all.push_back(listed_instance_of(*instances[i], app, there));
      if (!ids.emplace(app, all.back().id).second) there.fail(fmt::format("{} has an instance `{}` already", app, all.back().id));
    }
  }
  return all;
}

std::string json_of_apps(const std::vector<ListedInstance>& all) {
  ordered_json apps = ordered_json::array();
  StatusCounts counts;
  for (const ListedInstance& instance : all) {
    if (apps.empty() || apps.back()["name"] != instance.app) apps.push_back({{"name", instance.app}, {"instance", ordered_json::array()}});
    apps.back()["instance"].push_back(json_of_instance(instance));
    counts.add(instance.status, +1);
  }
  const ordered_json whole{
      {"applications", {{"versions__delta", "1"}, {"apps__hashcode", counts.text()}, {"application", std::move(apps)}}}};
  return whole.dump(1) + "\n";
}

}  // namespace streamtwin::eureka
