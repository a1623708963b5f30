// The processors of an agent, shared by its containers and their executors. Where they want more than there is, each gets the same
// part of what it wants: Netflix/titus-executor docker.go gives a container a hundred CPU shares for each processor that it has asked
// for, by which Linux divides them.
#pragma once

#include <functional>

#include "models/titus/fenzo/resources.hpp"
#include "sim-core/outcome.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::titus {

struct ProcessorMeasures {
  ProcessorMeasures() = default;
  /// `name`: "titus.us-east-1".
  ProcessorMeasures(Recorder& recorder, const std::string& name);

  Gauge agents, oversubscribed;  ///< agents that are there, and those whose containers want more than they have
  Gauge there, wanted, lacking;  ///< processors: of agents; that are wanted of them, executors' included; of those that nobody gets
  Gauge overhead;                ///< processors that executors want
  Gauge memory_there, memory_overhead;
  void count_up_to_now(Instant now);
};

/// What an executor takes of its agent for each container, beside what that has asked for.
struct Overhead {
  fenzo::Cores cpus;
  fenzo::Megabytes memory;
};

/// Of one agent, which it outlives.
class Processors {
 public:
  /// `slowed` hears when containers get another part of what they want.
  Processors(const fenzo::Resources& there, ProcessorMeasures& measures, std::function<void()> slowed = {});
  ~Processors();
  Processors(const Processors&) = delete;
  Processors& operator=(const Processors&) = delete;

  /// So much is wanted as long as it lives.
  class Use {
   public:
    Use(Processors& of, fenzo::Cores wanted);
    /// Of an executor.
    Use(Processors& of, const Overhead& overhead);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();

   private:
    Processors& of_;
    fenzo::Cores wanted_;
    Overhead overhead_;
  };

  /// Which part of what it wants everybody gets.
  Fraction pace() const { return pace_; }
  /// How long they have worked, at full pace: of a minute at half of it, half a minute.
  Duration attained() const;

 private:
  void want(fenzo::Cores more, const Overhead& overhead, int sign);

  const fenzo::Resources there_;
  ProcessorMeasures& measures_;
  const std::function<void()> slowed_;
  fenzo::Cores wanted_;
  Fraction pace_{1};
  Duration attained_{0};
  Instant since_;  ///< of this pace
};

/// A task that lacks less than this of its time is done.
inline constexpr Duration negligible_work{1e-3};

/// Does `work`, which takes so long at full pace, at the one that there is. Each round takes what is left at full pace, which is
/// never too long. Ends with the first round that does not finish.
template <class Work>
Task<Outcome> at_pace(const Processors& processors, Duration alone, Work work) {
  const Duration end = processors.attained() + alone;
  Duration left = alone;
  do {
    const Outcome outcome = co_await work(left);
    if (outcome != Outcome::finished) co_return outcome;
    left = end - processors.attained();
  } while (left > negligible_work);
  co_return Outcome::finished;
}

/// As titus.<stack>.<row>.
inline constexpr KpiRow<ProcessorMeasures> processor_kpis[] = {
    {"agents.oversubscribed", KpiKind::share,
     "Part of the agents' time in which their containers and executors wanted more processors than there were",
     [](const ProcessorMeasures& m) { return record::ratio(m.oversubscribed.measured_area(), m.agents.measured_area()); }},
    {"agents.processors_lacking", KpiKind::share, "Part of the processors that containers and executors wanted and did not get",
     [](const ProcessorMeasures& m) { return record::ratio(m.lacking.measured_area(), m.wanted.measured_area()); }},
    {"overhead.cpus", KpiKind::share, "Part of the agents' processors that executors take",
     [](const ProcessorMeasures& m) { return record::ratio(m.overhead.measured_area(), m.there.measured_area()); }},
    {"overhead.memory", KpiKind::share, "Part of the agents' memory that executors take",
     [](const ProcessorMeasures& m) { return record::ratio(m.memory_overhead.measured_area(), m.memory_there.measured_area()); }},
};

}  // namespace streamtwin::titus
