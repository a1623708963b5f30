#include "scenarios/composition/kpis/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "models/chaos/spread.hpp"
#include "models/places/zone_name.hpp"
#include "scenarios/composition/kpis/watched.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

/// Notices of one kind that follow each other: what goes on is said again when the silence is over.
struct Burst {
  NoticeKind kind;
  Instant first, last;
  std::set<std::string> targets, services, zones, by;

  void take(const Notice& notice) {
    const std::optional<InstanceName> instance = parts_of_instance(notice.target);
    targets.insert(notice.target);
    services.insert(instance ? std::string{instance->service} : notice.target);
    if (instance) zones.insert(std::string{instance->zone});
    by.insert(notice.by);
    last = notice.time;
  }
  std::string target() const {
    if (targets.size() == 1) return *targets.begin();
    if (services.size() == 1) return zones.size() == 1 ? fmt::format("{}/{}", *services.begin(), *zones.begin()) : *services.begin();
    return zones.size() == 1 ? *zones.begin() : fmt::format("{} services", services.size());
  }
  std::string text() const {
    std::string said = targets.size() == 1 ? "" : fmt::format("{} {}, ", targets.size(), zones.empty() ? "names" : "instances");
    if (last > first) said += fmt::format("within {:.3g} s, ", in_seconds(last - first));
    return said + (by.size() == 1 ? fmt::format("by {}", *by.begin()) : fmt::format("by {} and {} more", *by.begin(), by.size() - 1));
  }
};

std::vector<double> quotients(const SeriesResult& part, const SeriesResult& whole) {
  std::vector<double> shares;
  for (std::size_t i = 0; i < part.values.size(); ++i) shares.push_back(record::ratio(part.values[i], whole.values[i]));
  return shares;
}

/// Tiers with the windows that end after `begin`.
std::vector<chaos::WatchedTier> tiers_of(const RunResult& result, Instant begin) {
  std::set<std::string> names;
  for (const CallResult& call : result.calls) names.insert({call.caller, call.callee});
  for (const TierResult& tier : result.tiers) names.insert(tier.name);
  std::vector<chaos::WatchedTier> tiers;
  for (const std::string& name : names) {
    const std::string prefix = "service." + name;
    const SeriesResult* const rate = series_named(result, prefix + ".rps");
    const SeriesResult* const failures = series_named(result, prefix + ".failures");
    const SeriesResult* const latency = series_named(result, prefix + ".latency.p99");
    if (rate == nullptr || failures == nullptr || latency == nullptr) continue;
    const auto skipped = std::upper_bound(rate->times.begin(), rate->times.end(), begin) - rate->times.begin();
    chaos::WatchedTier tier{name, quotients(*failures, *rate), latency->values, rate->values};
    for (auto* values : {&tier.failed, &tier.latency, &tier.rate}) values->erase(values->begin(), values->begin() + skipped);
    tiers.push_back(std::move(tier));
  }
  return tiers;
}

std::vector<chaos::TierCall> calls_of(const RunResult& result, const std::vector<chaos::WatchedTier>& tiers) {
  std::map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < tiers.size(); ++i) position[tiers[i].name] = i;
  std::vector<chaos::TierCall> calls;
  for (const CallResult& call : result.calls) {
    const auto caller = position.find(call.caller), callee = position.find(call.callee);
    if (caller != position.end() && callee != position.end()) calls.emplace_back(caller->second, callee->second);
  }
  return calls;
}

/// The first window that ends after an instant.
std::size_t window_after(const chaos::Watch& watch, Instant time) {
  return static_cast<std::size_t>(std::upper_bound(watch.ends.begin(), watch.ends.end(), time) - watch.ends.begin());
}

/// A scenario that says how far an availability falls means that it breaks there.
chaos::WatchedObjective as_objective(chaos::WatchedObjective objective, const std::string& kpi) {
  const bool more_is_better = kpi.starts_with("availability.") || kpi.ends_with(".availability") || kpi.ends_with(".goodput");
  if (more_is_better && objective.at_most && !objective.at_least) objective.at_least = std::exchange(objective.at_most, {});
  return objective;
}

/// The window in which an objective breaks that held in all before: nothing if it never does.
std::optional<std::size_t> breaks_in(const chaos::WatchedObjective& objective) {
  for (std::size_t i = 0; i < objective.values.size(); ++i) {
    if (!objective.holds(i)) return i;
  }
  return std::nullopt;
}

/// The latest step of the method that has begun when a window ends.
std::optional<std::size_t> step_before(const Scenario& scenario, Instant end) {
  std::optional<std::size_t> latest;
  for (std::size_t i = 0; i < scenario.method.size(); ++i) {
    const Duration at_time = scenario.method[i].at;
    if (at(scenario.clock.warm_up) + at_time < end && (!latest || at_time > scenario.method[*latest].at)) latest = i;
  }
  return latest;
}

}  // namespace

namespace {

std::vector<std::string> zones_of(const Scenario& scenario, const std::string& name) {
  std::vector<std::string> zones;
  for (const places::RegionSpec& region : scenario.regions) {
    for (int zone = 0; region.name == name && zone < region.zones; ++zone) zones.push_back(places::name_of_zone(name, zone));
  }
  return zones;
}

/// Of those that a strike hit, names of a region or of a service. A service's own name is a region's where the strike hit it nowhere else.
std::vector<std::string> belonging(const Scenario& scenario, const std::vector<std::string>& hit, const std::string& subject) {
  const std::size_t dot = subject.find('.');
  const std::string of = subject.substr(0, dot), name = subject.substr(dot + 1);
  const auto in_region = [&, zones = zones_of(scenario, name)](std::string_view place) {
    return place == name || std::find(zones.begin(), zones.end(), place) != zones.end();
  };
  const auto is_elsewhere = [&](const std::string& service, const std::string& other) {
    const std::optional<InstanceName> instance = parts_of_instance(other);
    return instance && instance->service == service && !in_region(instance->zone);
  };
  std::vector<std::string> found;
  for (const std::string& one : hit) {
    const std::optional<InstanceName> instance = parts_of_instance(one);
    if (of == "services") {
      if (one == name || (instance && instance->service == name)) found.push_back(one);
      continue;
    }
    const bool whole_service = scenario.services.contains(one) &&
                               std::none_of(hit.begin(), hit.end(), [&](const std::string& other) { return is_elsewhere(one, other); });
    if (whole_service || in_region(instance ? instance->zone : std::string_view{one})) found.push_back(one);
  }
  return found;
}

}  // namespace

void add_findings(const Scenario& scenario, const std::vector<chaos::Strike>& strikes, const std::vector<Notice>& notices,
                  RunResult& result) {
  result.findings.clear();
  result.struck.assign(scenario.method.size(), 0);
  result.detections.clear();
  const std::vector<std::string> subjects = watched_subjects(watched_tolerances(scenario));
  std::set<std::size_t> seen;
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    const std::size_t step = strikes[i].step;
    if (!seen.insert(step).second) continue;
    result.struck[step] = static_cast<int>(strikes[i].targets.size());
    for (const chaos::Detection& detection : chaos::detections(strikes, i, notices)) {
      result.findings.push_back({static_cast<int>(step), std::string{scenario.method[step].action.name}, scenario.method[step].target,
                                 std::string{name_of(detection.what)}, detection.after, detection.last, static_cast<int>(detection.targets),
                                 detection.first, detection.by});
    }
    for (const std::string& subject : subjects) {
      std::vector<chaos::Strike> there = strikes;
      there[i].targets = belonging(scenario, strikes[i].targets, subject);
      if (there[i].targets.empty()) continue;
      result.detections.push_back({static_cast<int>(step), subject, chaos::time_to_detect(chaos::detections(there, i, notices))});
    }
  }
}

void add_spreads(const Scenario& scenario, RunResult& result) {
  result.spreads.clear();
  if (scenario.method.empty()) return;
  const std::vector<Tolerance> tolerances = watched_tolerances(scenario);
  const chaos::Watch watch = watch_over(scenario, result, tolerances);
  if (tolerances.empty()) return;
  const std::vector<chaos::WatchedTier> tiers = tiers_of(result, watch.begins);
  const std::vector<chaos::TierCall> calls = calls_of(result, tiers);
  std::set<std::string> told;
  for (std::size_t i = 0; i < tolerances.size(); ++i) {
    const std::optional<std::size_t> broken = breaks_in(as_objective(watch.objectives[i], tolerances[i].kpi));
    const std::optional<std::size_t> step = broken ? step_before(scenario, watch.ends[*broken]) : std::nullopt;
    if (!step || !told.insert(tolerances[i].kpi).second) continue;
    const Instant struck = watch.begins + scenario.method[*step].at;
    const std::size_t first = window_after(watch, struck);
    if (first == 0) continue;  // nobody knows what is usual
    const std::vector<chaos::Affected> affected = chaos::spread(tiers, calls, first, *broken);
    for (std::size_t place = 0; place < affected.size(); ++place) {
      const chaos::Affected& tier = affected[place];
      result.spreads.push_back({static_cast<int>(*step), tolerances[i].kpi, static_cast<int>(place) + 1, tiers[tier.tier].name,
                                watch.ends[tier.window] - struck, std::string{name_of(tier.sign)},
                                tier.through ? tiers[affected[*tier.through].tier].name : ""});
    }
  }
}

void add_marks(const std::vector<Notice>& notices, std::vector<TimelineEvent>& timeline) {
  std::vector<Burst> bursts;
  for (const Notice& notice : notices) {
    const auto open = std::find_if(bursts.rbegin(), bursts.rend(), [&](const Burst& burst) { return burst.kind == notice.kind; });
    const bool goes_on = open != bursts.rend() && notice.time - open->last <= 2 * Notices::silence;
    Burst& burst = goes_on ? *open : bursts.emplace_back(Burst{notice.kind, notice.time, notice.time, {}, {}, {}, {}});
    burst.take(notice);
  }
  for (const Burst& burst : bursts) {
    if (burst.kind == NoticeKind::dns) continue;  // an event of its own
    timeline.push_back({burst.first, std::string{name_of(burst.kind)}, burst.target(), burst.text()});
  }
  std::stable_sort(timeline.begin(), timeline.end(), [](const TimelineEvent& a, const TimelineEvent& b) { return a.time < b.time; });
}

}  // namespace streamtwin
