// What a scenario says of the monkeys that are let loose on its platform.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/chaos/monkey/army.hpp"
#include "models/chaos/monkey/groups.hpp"
#include "sim-core/check.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::chaos {

enum class MonkeyVersion : std::uint8_t { chaos_monkey_2, simian_army };

/// Chaos Monkey of the Simian Army. Defaults are those of BasicChaosMonkey.java and of its chaos.properties.
struct ArmySpec {
  double probability = 1;
  Duration frequency = 1h;
  double terminations_max_per_day = 1;
  std::vector<ChaosType> types{ChaosType::shutdown_instance};
  std::vector<std::string> agents;
  bool mandatory = false;
  int mandatory_window_days = 32;
  Fraction mandatory_probability{0.5};
  int opted_in_days_before = 0;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.probability,
          {.name = "probability",
           .doc = "Instances that a group loses on a day, on average and before any limit; it is shared out over the runs of the day",
           .source = "Netflix/SimianArmy BasicChaosMonkey.java",
           .min = 0,
           .max = 1000});
    visit(self.frequency, {.name = "frequency",
                           .doc = "Time between two runs",
                           .source = "Netflix/SimianArmy simianarmy.scheduler.frequency",
                           .min = 60,
                           .max = 21600});
    visit(self.terminations_max_per_day, {.name = "terminations_max_per_day",
                                          .doc = "Most instances that a group loses in a day; below 1 one in so many days, at 0 none",
                                          .source = "Netflix/SimianArmy BasicChaosMonkey.java",
                                          .min = 0,
                                          .max = 1000});
    visit(self.types,
          {.name = "types",
           .doc = "In which ways instances may be lost; one of those that apply to an instance is drawn. Nodes of stores have disks, "
                  "and agents of Titus, which read images from S3 besides; each must apply to somebody who has opted in",
           .source = "Netflix/SimianArmy chaos.properties"});
    visit(self.agents, {.name = "agents",
                        .doc = "Groups of agents of Titus that have opted in, too, written stack/group: they are auto scaling groups"});
    visit(self.mandatory, {.name = "mandatory",
                           .doc = "A group that has lost nobody for a window is likelier to",
                           .source = "Netflix/SimianArmy chaos.properties"});
    visit(self.mandatory_window_days, {.name = "mandatory_window_days",
                                       .doc = "Days of that window",
                                       .source = "Netflix/SimianArmy chaos.properties",
                                       .min = 1,
                                       .max = 1000});
    visit(self.mandatory_probability, {.name = "mandatory_probability",
                                       .doc = "Its probability of a day then",
                                       .source = "Netflix/SimianArmy BasicChaosMonkey.java",
                                       .min = 0,
                                       .max = 1});
    visit(self.opted_in_days_before, {.name = "opted_in_days_before",
                                      .doc = "How many days before the run its services have opted in",
                                      .source = assumption,
                                      .min = 0,
                                      .max = 10000});
  }
};

/// Nothing of it is published but what it was for: "What if a service is slow?"
struct LatencyMonkeySpec {
  Fraction probability{0.2};
  Duration latency = 1s;
  Duration deviation{0};
  Fraction errors{0};
  Duration lasts = 10min;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.probability, {.name = "probability",
                             .doc = "Of each service on each work day, that one of its instances is slow for a while",
                             .source = assumption,
                             .min = 0,
                             .max = 1});
    visit(self.latency,
          {.name = "latency", .doc = "How much longer each request waits there, on average", .source = assumption, .min = 0, .max = 600});
    visit(self.deviation, {.name = "deviation", .doc = "Standard deviation of that", .source = assumption, .min = 0, .max = 600});
    visit(self.errors, {.name = "errors", .doc = "Share of its requests that fail besides", .source = assumption, .min = 0, .max = 1});
    visit(self.lasts, {.name = "lasts", .doc = "How long it is slow", .source = assumption, .min = 1, .max = 86400});
  }
};

/// Chaos Gorilla takes a zone, Chaos Kong a region.
struct BigMonkeySpec {
  Fraction probability{0.05};
  Duration lasts = 30min;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.probability, {.name = "probability",
                             .doc = "Of an exercise on each work day, at a minute within the hours",
                             .source = assumption,
                             .min = 0,
                             .max = 1});
    visit(self.lasts, {.name = "lasts", .doc = "How long an exercise takes", .source = assumption, .min = 1, .max = 86400});
  }
};

struct MonkeySpec {
  MonkeyVersion version = MonkeyVersion::chaos_monkey_2;
  std::vector<std::string> services;
  int mean_time_between_kills = 5;
  int min_time_between_kills = 1;
  Grouping grouping = Grouping::cluster;
  bool regions_are_independent = true;
  std::vector<MonkeyExceptionSpec> exceptions;
  int start_hour = 9;
  int end_hour = 15;
  Duration zone_ahead{0};
  std::string date;
  Duration machine_back = 10min;
  Duration effect_lasts = 30min;
  ArmySpec army;
  std::optional<LatencyMonkeySpec> latency_monkey;
  std::optional<BigMonkeySpec> gorilla;
  std::optional<BigMonkeySpec> kong;

  void check(Checker& checker) const {
    checker.require(start_hour < end_hour, "end_hour", "the hours end after they have begun");
    checker.require(date.empty() || day_of(date).has_value(), "date", "expected a day of the calendar, like 2026-11-30");
  }
  /// None for what is no date.
  static std::optional<Day> day_of(const std::string& date);

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.version, {.name = "version", .doc = "Which Chaos Monkey", .source = assumption});
    visit(self.services, {.name = "services", .doc = "Services that have opted in; all if absent", .names = "service"});
    visit(self.mean_time_between_kills,
          {.name = "mean_time_between_kills",
           .doc = "chaos_monkey_2: work days between two kills of a group, on average and before any minimum; a group is killed on a day "
                  "with one over this",
           .source = "Netflix/chaosmonkey NewAppConfig",
           .min = 1,
           .max = 1000});
    visit(self.min_time_between_kills,
          {.name = "min_time_between_kills",
           .doc = "chaos_monkey_2: work days between two kills of a group, at least; 0: several on a day. The mean is not corrected for it",
           .source = "spinnaker/deck chaosMonkey: 1, which its users are offered; Netflix/chaosmonkey NewAppConfig leaves it at 0",
           .min = 0,
           .max = 1000});
    visit(self.grouping, {.name = "grouping",
                          .doc = "chaos_monkey_2: which services are one group. A service's name is a cluster's, app-stack-detail",
                          .source = "Netflix/chaosmonkey NewAppConfig"});
    visit(self.regions_are_independent, {.name = "regions_are_independent",
                                         .doc = "chaos_monkey_2: whether a group is of one region",
                                         .source = "Netflix/chaosmonkey NewAppConfig"});
    visit(self.exceptions, {.name = "exceptions", .doc = "chaos_monkey_2: what is never killed; nor are canaries and baselines"});
    visit(self.start_hour, {.name = "start_hour",
                            .doc = "Hour of a work day at which kills begin; chaos_monkey_2 draws them two hours earlier",
                            .source = "Netflix/chaosmonkey config/monkey.go",
                            .min = 0,
                            .max = 23});
    visit(self.end_hour, {.name = "end_hour",
                          .doc = "Hour at which they end; simian_army is at work in the hour that begins with it, too",
                          .source = "Netflix/chaosmonkey config/monkey.go",
                          .min = 1,
                          .max = 23});
    visit(self.zone_ahead,
          {.name = "zone_ahead",
           .doc = "How far the clock of those who watch over the monkeys is ahead of the scenario's; there is no summer time",
           .source = assumption,
           .min = -86400,
           .max = 86400});
    visit(self.date, {.name = "date",
                      .doc = "Day on which the run begins, `2026-11-30`, for the holidays that simian_army observes; without it there are "
                             "none. chaos_monkey_2 knows no holidays"});
    visit(self.machine_back,
          {.name = "machine_back",
           .doc = "After this EC2 has another machine for one that was taken; its instance is replaced on a spare one before",
           .source = assumption,
           .min = 1,
           .max = 1e6});
    visit(self.effect_lasts, {.name = "effect_lasts",
                              .doc = "simian_army: how long an instance suffers that is not shut down",
                              .source = assumption,
                              .min = 1,
                              .max = 1e6});
    visit(self.army, {.name = "army", .doc = "What simian_army goes by, in place of means, minima and groups"});
    visit(self.latency_monkey,
          {.name = "latency_monkey", .doc = "Latency Monkey: instances that are slow for a while; absent: there is none"});
    visit(self.gorilla, {.name = "gorilla", .doc = "Chaos Gorilla: a zone is turned off; absent: there is none"});
    visit(self.kong,
          {.name = "kong", .doc = "Chaos Kong: a region is evacuated, where there is a gateway, and turned off; absent: there is none"});
  }
};

}  // namespace streamtwin::chaos

namespace streamtwin {
template <>
inline constexpr auto enum_names<chaos::MonkeyVersion> = std::to_array<EnumName<chaos::MonkeyVersion>>({
    {chaos::MonkeyVersion::chaos_monkey_2, "chaos_monkey_2", "Netflix/chaosmonkey: kills are drawn on the morning of a work day"},
    {chaos::MonkeyVersion::simian_army, "simian_army", "Netflix/SimianArmy: each hour each group may lose somebody, in several ways"},
});
}  // namespace streamtwin
