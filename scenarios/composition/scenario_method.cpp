#include "scenarios/composition/scenario_method.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/chaos/action_keys.hpp"
#include "scenarios/composition/scenario_places.hpp"

namespace streamtwin {
namespace {

using chaos::Action;

std::string in_words(const std::vector<std::string_view>& keys) {
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) text += fmt::format("{}`{}`", i == 0 ? "" : i + 1 < keys.size() ? ", " : " and ", keys[i]);
  return text;
}

/// A number as names have it: without leading zeros.
std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || fmt::format("{}", number) != text) return std::nullopt;
  return number;
}

class StepCheck {
 public:
  StepCheck(const Scenario& scenario, const openconnect::Topology* delivery, std::size_t i, Checker& checker)
      : scenario_(scenario), delivery_(delivery), step_(scenario.method[i]), i_(i), at_(fmt::format("method[{}]", i)), checker_(checker) {}

  void check() {
    check_keys();
    if (!step_.target.empty()) check_target();
    checker_.require(step_.at <= scenario_.clock.lasts, at_ + ".at",
                     fmt::format("the run ends before this, {:g} s after the warm-up", in_seconds(scenario_.clock.lasts)));
    if (step_.action == Action::proxy_region) check_proxy();
  }

 private:
  void check_keys() {
    const chaos::ActionKeys& keys = chaos::keys_of(step_.action);
    const std::string_view action = chaos::name_of(step_.action);
    std::vector<std::string_view> known = keys.needs;
    known.insert(known.end(), keys.reads.begin(), keys.reads.end());
    const std::vector<std::string_view> written = chaos::written_keys(step_);
    for (const std::string_view key : written) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      checker_.error(fmt::format("{}.{}", at_, key), fmt::format("{} does not read `{}`; it reads {}", action, key, in_words(known)));
    }
    for (const std::string_view key : keys.needs) {
      if (std::find(written.begin(), written.end(), key) != written.end()) continue;
      checker_.error(at_, fmt::format("{} needs `{}`", action, key));
    }
    checker_.require(!step_.latency || *step_.latency > Duration{0}, at_ + ".latency", "expected a latency above zero");
    checker_.require(!step_.errors || step_.errors->value() > 0, at_ + ".errors", "expected errors above zero");
  }

  void check_target() {
    switch (step_.action) {
      case Action::kill_instance: return check_machine();
      case Action::kill_zone: return check_zone();
      case Action::kill_region:
      case Action::proxy_region: return checker_.name(target(), step_.target, "region");
      case Action::add_latency:
      case Action::add_errors:
      case Action::slow_processors:
      case Action::kill_instances:
      case Action::start_instances:
      case Action::delay_calls: return checker_.name(target(), step_.target, "service");
      case Action::set_load: return checker_.name(target(), step_.target, "workload");
      case Action::kill_appliance:
      case Action::kill_site:
      case Action::release_title: return check_delivery();
    }
  }

  std::string target() const { return at_ + ".target"; }
  bool is_region(const std::string& name) const {
    const auto& regions = scenario_.regions;
    return std::any_of(regions.begin(), regions.end(), [&](const places::RegionSpec& region) { return region.name == name; });
  }

  void check_zone() {
    if (is_region(step_.target)) {
      return checker_.error(target(), fmt::format("`{}` is a region and no zone; did you mean `kill_region`?", step_.target));
    }
    checker_.one_of(target(), step_.target, "zone", zone_names(scenario_));
  }

  // "play-api/eu-west-1a/0", "play-api-0/eu-west-1a" or "eureka/eu-west-1a"
  void check_machine() {
    const std::vector<std::string> zones = zone_names(scenario_);
    const std::size_t last = step_.target.rfind('/');
    const std::size_t before = last == std::string::npos || last == 0 ? std::string::npos : step_.target.rfind('/', last - 1);
    const std::string end = last == std::string::npos ? "" : step_.target.substr(last + 1);
    if (before != std::string::npos && std::find(zones.begin(), zones.end(), end) == zones.end()) {
      const std::string service = step_.target.substr(0, before);
      const std::string zone = step_.target.substr(before + 1, last - before - 1);
      if (!scenario_.services.contains(service)) return checker_.name(target(), service, "service");
      checker_.one_of(target(), zone, "zone", zones);
      return check_number(service, end);
    }
    const std::vector<std::string> others = machine_names(scenario_);
    if (std::find(others.begin(), others.end(), step_.target) != others.end() || is_instance_machine(end, last, zones)) return;
    checker_.one_of(target(), step_.target, "machine (an instance is called service/zone/number)", others);
  }

  void check_number(const std::string& service, const std::string& text) {
    const int instances = scenario_.services.at(service).instances_per_zone;
    const std::optional<int> number = whole_number(text);
    checker_.require(number && *number >= 0 && *number < instances, target(),
                     fmt::format("found the instance `{}` of {}; {} in each zone, numbered from 0", text, service,
                                 instances == 1 ? "there is one" : fmt::format("there are {}", instances)));
  }

  bool is_instance_machine(const std::string& zone, std::size_t slash, const std::vector<std::string>& zones) const {
    if (slash == std::string::npos || std::find(zones.begin(), zones.end(), zone) == zones.end()) return false;
    const std::string machine = step_.target.substr(0, slash);
    const std::size_t dash = machine.rfind('-');
    if (dash == std::string::npos) return false;
    const auto service = scenario_.services.find(machine.substr(0, dash));
    const std::optional<int> number = whole_number(std::string_view{machine}.substr(dash + 1));
    return service != scenario_.services.end() && number && *number >= 0 && *number < service->second.instances_per_zone;
  }

  void check_delivery() {
    if (!scenario_.open_connect) {
      return checker_.error(at_ + ".action", "the scenario has no `open_connect` that this could happen to");
    }
    if (step_.action == Action::release_title) {
      const int titles = scenario_.open_connect->titles;
      return checker_.require(title_of(step_.target, titles).has_value(), target(),
                              fmt::format("found `{}`; expected a title's rank, 0 to {}", step_.target, titles - 1));
    }
    if (delivery_ == nullptr) return;
    std::vector<std::string> names;
    if (step_.action == Action::kill_site) {
      for (const openconnect::Site& site : delivery_->sites) names.push_back(site.name);
    } else {
      for (const openconnect::Appliance& appliance : delivery_->appliances) names.push_back(appliance.name);
    }
    checker_.one_of(target(), step_.target, step_.action == Action::kill_site ? "site" : "appliance", names);
  }

  void check_proxy() {
    checker_.require(scenario_.has_edge(), at_ + ".action", "the scenario has no gateways that could proxy");
    checker_.require(scenario_.regions.size() > 1, at_ + ".action", "there is no other region to proxy to");
    checker_.require(step_.to != step_.target || step_.to.empty(), at_ + ".to", "a region cannot be proxied to itself");
    for (std::size_t other = 0; other < i_; ++other) {
      const chaos::FaultSpec& earlier = scenario_.method[other];
      if (earlier.action != Action::proxy_region || earlier.target != step_.target) continue;
      const bool over =
          (earlier.lasts && earlier.at + *earlier.lasts <= step_.at) || (step_.lasts && step_.at + *step_.lasts <= earlier.at);
      checker_.require(over, at_ + ".at",
                       fmt::format("the requests of {} are proxied by method[{}] at the same time; let one end before the other begins",
                                   step_.target, other));
    }
  }

  const Scenario& scenario_;
  const openconnect::Topology* delivery_;
  const chaos::FaultSpec& step_;
  const std::size_t i_;
  const std::string at_;
  Checker& checker_;
};

}  // namespace

void check_method(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker) {
  for (std::size_t i = 0; i < scenario.method.size(); ++i) StepCheck(scenario, delivery, i, checker).check();
}

std::optional<openconnect::ContentId> title_of(const std::string& target, int titles) {
  const std::optional<int> rank = whole_number(target);
  if (!rank || *rank < 0 || *rank >= titles) return std::nullopt;
  return static_cast<openconnect::ContentId>(*rank);
}

}  // namespace streamtwin
