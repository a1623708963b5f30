#include "models/chaos/monkey/monkeys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {
namespace {

std::string day_text(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string text_of(const LocalTime& time) {
  const int minutes = static_cast<int>(time.since_midnight / 1min);
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

}  // namespace

std::optional<Day> MonkeySpec::day_of(const std::string& date) {
  int year = 0;
  unsigned month = 0, day = 0;
  const char* const at = date.data();
  const auto number = [&](std::size_t from, std::size_t length, auto& into) {
    return date.size() == 10 && std::from_chars(at + from, at + from + length, into).ptr == at + from + length;
  };
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day) || date[4] != '-' || date[7] != '-') return std::nullopt;
  const std::chrono::year_month_day found{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  return found.ok() ? std::optional<Day>(found) : std::nullopt;
}

MonkeyMeasures::MonkeyMeasures(Recorder& recorder, const std::vector<std::string>& services)
    : kills(recorder.counter("chaos.kills")), spared(recorder.counter("chaos.spared")), exercises(recorder.counter("chaos.exercises")) {
  for (const std::string& service : services) of_service.emplace(service, recorder.counter(fmt::format("chaos.kills.{}", service)));
}

const KpiRow<MonkeyMeasures> monkey_kpis[3] = {
    {"chaos.kills", KpiKind::count, "Instances that Chaos Monkey has terminated, or made suffer in another way",
     [](const MonkeyMeasures& m) { return m.kills.measured(); }},
    {"chaos.spared", KpiKind::count, "Kills that it has drawn and not carried out: too soon after another one, or of nobody",
     [](const MonkeyMeasures& m) { return m.spared.measured(); }},
    {"chaos.exercises", KpiKind::count, "Instances that Latency Monkey has slowed, zones of Chaos Gorilla, regions of Chaos Kong",
     [](const MonkeyMeasures& m) { return m.exercises.measured(); }},
};

void add_service_kills(std::vector<Kpi>& kpis, const std::string& service, const MonkeyMeasures* measures) {
  Kpi& kpi = kpis.emplace_back();
  kpi.name = fmt::format("services.{}.kills", service);
  kpi.kind = KpiKind::count;
  kpi.doc = "Of these, instances of the service";
  kpi.value = measures == nullptr ? unknown : measures->of_service.at(service).measured();
}

LocalTime MonkeyClock::now() const { return after(at_zero, ::streamtwin::now() - Instant{}); }

Monkeys::Monkeys(const MonkeySpec& spec, MonkeyClock clock, Jungle jungle, Recorder& recorder, MonkeyMeasures& measures)
    : spec_(spec), clock_(clock), jungle_(std::move(jungle)), recorder_(recorder), measures_(measures) {}

void Monkeys::start() {
  if (spec_.version == MonkeyVersion::chaos_monkey_2) {
    scope_.spawn_service("Chaos Monkey", make_schedules());
  } else {
    scope_.spawn_service("Chaos Monkey", run_army());
  }
  if (spec_.latency_monkey) {
    const auto slow = [this](Random& random) { make_slow(random); };
    scope_.spawn_service("Latency Monkey", work_days("Latency Monkey", Fraction{1}, slow));
  }
  if (spec_.gorilla) {
    const auto take = [this](Random& random) { take_place(jungle_.zones, jungle_.take_zone, spec_.gorilla->lasts, random); };
    scope_.spawn_service("Chaos Gorilla", work_days("Chaos Gorilla", spec_.gorilla->probability, take));
  }
  if (spec_.kong) {
    const auto take = [this](Random& random) { take_place(jungle_.regions, jungle_.take_region, spec_.kong->lasts, random); };
    scope_.spawn_service("Chaos Kong", work_days("Chaos Kong", spec_.kong->probability, take));
  }
}

std::vector<Cluster> Monkeys::opted_in() const {
  std::vector<Cluster> clusters = jungle_.clusters();
  std::erase_if(clusters, [&](const Cluster& cluster) {
    return !spec_.services.empty() && std::find(spec_.services.begin(), spec_.services.end(), cluster.name) == spec_.services.end();
  });
  return clusters;
}

// By what does not move: other groups and other days change nothing.
Random Monkeys::stream(const std::string& of, const LocalTime& when) const {
  return Simulation::current().stream("chaos monkey", fmt::format("{} on {} {}", of, day_text(when.day), text_of(when)));
}

// The day on which a run begins has been drawn when the run begins; what has passed of it, has passed before.
Task<> Monkeys::make_schedules() {
  const int hour = hour_of_schedule(spec_.start_hour);
  for (Day day = clock_.at_zero.day;; day += std::chrono::days{1}) {
    co_await until(std::max(clock_.instant_of(hour_of(day, hour)), ::streamtwin::now()));
    if (is_weekday(day)) schedule(day);
  }
}

void Monkeys::schedule(Day day) {
  const std::vector<Cluster> clusters = opted_in();
  std::set<std::string> apps;
  for (const Cluster& cluster : clusters) apps.emplace(ClusterName(cluster.name).app);
  for (const std::string& app : apps) {
    const std::vector<InstanceGroup> groups = eligible_groups(clusters, app, spec_.grouping, spec_.regions_are_independent);
    const ScheduleRules rules{spec_.mean_time_between_kills, spec_.start_hour, spec_.end_hour};
    for (const ScheduledKill& kill : schedule_of(day, groups, rules, [&](const InstanceGroup& group) {
           return stream(group.text(), {day, Duration{0}});
         })) {
      if (clock_.instant_of(kill.at) > ::streamtwin::now()) scope_.spawn_service("a termination", terminate(kill));
    }
  }
}

// The instance is chosen first, and then it may be spared, as its own cluster and region decide on that.
Task<> Monkeys::terminate(ScheduledKill kill) {
  co_await until(clock_.instant_of(kill.at));
  std::vector<Jungle::Instance> instances;
  for (const Cluster& cluster : eligible_clusters(opted_in(), kill.group, spec_.exceptions)) {
    for (Jungle::Instance& one : jungle_.instances(cluster)) instances.push_back(std::move(one));
  }
  Random random = stream(kill.group.text(), kill.at);
  const Jungle::Instance* const chosen = instances.empty() ? nullptr : &instances[random.below(instances.size())];
  const LocalTime threshold = no_kills_since(spec_.min_time_between_kills, kill.at, spec_.end_hour);
  if (chosen == nullptr || !respects_min_time(kills_, chosen->cluster, threshold, spec_.grouping, spec_.regions_are_independent)) {
    ++measures_.spared;
    recorder_.event(::streamtwin::now(), "chaos_monkey", chosen == nullptr ? kill.group.text() : chosen->name,
                    chosen == nullptr ? "spared: nobody is there" : "spared: another kill of its group is too recent");
    co_return;
  }
  kills_.push_back({kill.at, chosen->cluster});
  this->kill(*chosen, ChaosType::shutdown_instance, fmt::format("drawn for {}: {}", text_of(kill.at), kill.group.text()));
}

// On the hour, whenever the run has begun.
Task<> Monkeys::run_army() {
  const Duration frequency = spec_.army.frequency;
  const Duration since = clock_.at_zero.since_midnight;
  for (double run = std::ceil(since / frequency);; ++run) {
    co_await until(clock_.instant_of(after({clock_.at_zero.day}, run * frequency)));
    if (is_monkey_time(clock_.now(), {spec_.start_hour, spec_.end_hour}, clock_.knows_date)) run_through_groups();
  }
}

void Monkeys::run_through_groups() {
  std::vector<Cluster> groups = opted_in();
  for (Cluster& group : jungle_.agents()) groups.push_back(std::move(group));
  for (const Cluster& group : groups) {
    Random random = stream(group.name + " in " + group.region, clock_.now());
    strike_group(group, random);
  }
}

int Monkeys::terminations(const Cluster& group, Duration back) const {
  const LocalTime now = clock_.now();
  return static_cast<int>(
      std::count_if(kills_.begin(), kills_.end(), [&](const PastKill& kill) { return kill.of == group && between(kill.at, now) < back; }));
}

void Monkeys::strike_group(const Cluster& group, Random& random) {
  const ArmySpec& army = spec_.army;
  const auto limit = termination_limit(army.terminations_max_per_day);
  const auto exceeded = [&] { return !limit || terminations(group, std::chrono::days{limit->days}) >= limit->count; };
  if (exceeded()) return;
  std::optional<MandatoryTermination> mandate;
  if (army.mandatory) mandate = MandatoryTermination{army.mandatory_window_days, army.mandatory_probability.value()};
  const Duration opted_in_ago = std::chrono::days{army.opted_in_days_before} + (::streamtwin::now() - Instant{});
  const double of_a_day =
      effective_probability(army.probability, mandate, opted_in_ago, terminations(group, std::chrono::days{army.mandatory_window_days}));
  const int runs = std::max(1, runs_per_day({spec_.start_hour, spec_.end_hour}, army.frequency));
  const std::vector<Jungle::Instance> instances = jungle_.instances(group);
  for (const std::size_t one : select_instances(instances.size(), of_a_day / runs, random)) {
    if (exceeded()) return;
    std::vector<ChaosType> applicable = army.types;
    std::erase_if(applicable, [&](ChaosType type) { return !jungle_.applies(instances[one], type); });
    const std::optional<ChaosType> type = pick_chaos_type(applicable, random);
    if (!type) continue;
    kills_.push_back({clock_.now(), group});
    kill(instances[one], *type, fmt::format("by a run at {}", text_of(clock_.now())));
  }
}

Task<> Monkeys::work_days(std::string who, Fraction probability, std::function<void(Random&)> exercise) {
  for (Day day = clock_.at_zero.day;; day += std::chrono::days{1}) {
    Random random = stream(who, {day, Duration{0}});
    const bool happens = random.chance(probability.value());
    const Instant at = clock_.instant_of({day, time_of_kill(spec_.start_hour, spec_.end_hour, random)});
    if (at < ::streamtwin::now() || !is_weekday(day) || !happens) {
      co_await until(std::max(clock_.instant_of({day + std::chrono::days{1}, Duration{0}}), ::streamtwin::now()));
      continue;
    }
    co_await until(at);
    exercise(random);
  }
}

// One instance of each service that the day has in store for it.
void Monkeys::make_slow(Random& random) {
  for (const Cluster& cluster : opted_in()) {
    const std::vector<Jungle::Instance> instances = jungle_.instances(cluster);
    const bool happens = random.chance(spec_.latency_monkey->probability.value());
    const std::uint64_t one = random.below(std::max<std::size_t>(instances.size(), 1));
    if (!happens || instances.empty()) continue;
    ++measures_.exercises;
    Blow blow = jungle_.slow(instances[one], *spec_.latency_monkey);
    scope_.spawn_service("what a monkey does", carry_out(std::move(blow), "Latency Monkey"));
  }
}

void Monkeys::take_place(const std::vector<std::string>& places, const std::function<Blow(const std::string&, Duration)>& take,
                         Duration lasts, Random& random) {
  ++measures_.exercises;
  Blow blow = take(places[random.below(places.size())], lasts);
  const std::string who = &places == &jungle_.zones ? "Chaos Gorilla" : "Chaos Kong";
  scope_.spawn_service("what a monkey does", carry_out(std::move(blow), who));
}

void Monkeys::kill(const Jungle::Instance& instance, ChaosType type, const std::string& why) {
  ++measures_.kills;
  const auto of_service = measures_.of_service.find(instance.cluster.name);
  if (of_service != measures_.of_service.end()) ++of_service->second;
  scope_.spawn_service("what a monkey does", carry_out(jungle_.harm(instance, type), "Chaos Monkey, " + why));
}

Task<> Monkeys::carry_out(Blow blow, std::string text) {
  const std::string effect = blow.effect.text ? blow.effect.text() : "";
  recorder_.event(::streamtwin::now(), blow.action, blow.target, fmt::format("{}: {}", text, effect));
  if (blow.effect.begin) blow.effect.begin();
  if (!blow.effect.end) co_return;
  co_await delay(blow.lasts);
  recorder_.event(::streamtwin::now(), "restored", blow.target, fmt::format("{} ends", blow.action));
  blow.effect.end();
}

}  // namespace streamtwin::chaos
