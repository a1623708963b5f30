// The monkeys at work during a run: Chaos Monkey, of either version, and those of the army that take more than an instance. Whom they
// strike and when is decided in schedule.hpp, army.hpp and calendar.hpp; what a blow is, by whoever owns the platform.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/chaos/effect.hpp"
#include "models/chaos/monkey/monkey_spec.hpp"
#include "models/chaos/monkey/schedule.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::chaos {

struct MonkeyMeasures {
  MonkeyMeasures() = default;
  /// `services`: those that may be struck.
  MonkeyMeasures(Recorder& recorder, const std::vector<std::string>& services);
  Counter kills, spared, exercises;
  std::map<std::string, Counter> of_service;  ///< none of a group of agents
};
extern const KpiRow<MonkeyMeasures> monkey_kpis[3];
void add_service_kills(std::vector<Kpi>& kpis, const std::string& service, const MonkeyMeasures* measures);

/// A blow, which ends after a while if it `lasts`.
struct Blow {
  std::string action, target;
  Effect effect;
  Duration lasts{0};
};

/// What the monkeys see of a platform, and how they lay hands on it.
struct Jungle {
  struct Instance {
    Cluster cluster;
    std::string name;
  };
  std::function<std::vector<Cluster>()> clusters;
  std::function<std::vector<Instance>(const Cluster&)> instances;  ///< those that serve
  std::function<std::vector<Cluster>()> agents;                    ///< groups of Titus' agents, whom only the Simian Army strikes
  std::function<bool(const Instance&, ChaosType)> applies;
  std::function<Blow(const Instance&, ChaosType)> harm;
  std::function<Blow(const Instance&, const LatencyMonkeySpec&)> slow;
  std::vector<std::string> zones, regions;
  std::function<Blow(const std::string& zone, Duration lasts)> take_zone;
  std::function<Blow(const std::string& region, Duration lasts)> take_region;
};

/// When a run begins, by the clock that the monkeys go by.
struct MonkeyClock {
  LocalTime at_zero;
  bool knows_date = false;
  LocalTime now() const;
  Instant instant_of(const LocalTime& time) const { return Instant{} + between(at_zero, time); }
};

class Monkeys {
 public:
  Monkeys(const MonkeySpec& spec, MonkeyClock clock, Jungle jungle, Recorder& recorder, MonkeyMeasures& measures);
  void start();

 private:
  std::vector<Cluster> opted_in() const;
  Task<> make_schedules();
  void schedule(Day day);
  Task<> terminate(ScheduledKill kill);
  Task<> run_army();
  void run_through_groups();
  void strike_group(const Cluster& group, Random& random);
  int terminations(const Cluster& group, Duration back) const;
  Task<> work_days(std::string who, Fraction probability, std::function<void(Random&)> exercise);
  void make_slow(Random& random);
  void take_place(const std::vector<std::string>& places, const std::function<Blow(const std::string&, Duration)>& take, Duration lasts,
                  Random& random);
  void kill(const Jungle::Instance& instance, ChaosType type, const std::string& why);
  Task<> carry_out(Blow blow, std::string text);
  Random stream(const std::string& of, const LocalTime& when) const;

  const MonkeySpec spec_;
  const MonkeyClock clock_;
  const Jungle jungle_;
  Recorder& recorder_;
  MonkeyMeasures& measures_;
  std::vector<PastKill> kills_;
  Scope scope_;
};

}  // namespace streamtwin::chaos
