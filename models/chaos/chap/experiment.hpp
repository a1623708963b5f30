// An experiment on members from its order to its end: two clusters come up, members are sent to them, and both groups are compared until
// the time is over or the rule of stop_rule.hpp says stop. What clusters and routes are, knows who owns the platform.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "models/chaos/chap/stop_rule.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::chaos {

/// How an experiment lays hands on a platform.
struct Bench {
  std::function<void()> launch;   ///< both clusters
  std::function<bool()> are_up;   ///< asked again and again
  std::function<void()> open;     ///< members are sent there, and the failure begins
  std::function<void()> close;    ///< as before
  std::function<void()> dispose;  ///< of the clusters
};

/// Both groups as a look found them.
struct ExperimentLook {
  Instant time{};
  GroupPlays experiment, control;
  Conclusion conclusion = Conclusion::runs;
};

struct ExperimentMeasures {
  GroupPlays experiment, control;  ///< of members who asked while it ran
  std::set<std::uint32_t> harmed;  ///< members of the experiment who had a play that failed
  std::optional<Instant> opened, closed;
  Conclusion conclusion = Conclusion::runs;
  std::vector<ExperimentLook> looks;
};
/// As chap.<experiment>.<row>.
extern const std::vector<KpiRow<ExperimentMeasures>> experiment_kpis;

class Experiment {
 public:
  /// All of these must outlive it. `closes`: when nobody is at work any more.
  Experiment(std::string name, const ExperimentSpec& spec, const ChapSpec& common, Bench bench, Instant closes, Recorder& recorder,
             ExperimentMeasures& measures);
  /// Ordered at this instant.
  void start(Instant ordered);

  /// A member's play has ended who was sent to one of the clusters.
  void play_ended(bool in_experiment, std::uint32_t member, bool started);

 private:
  Task<> run(Instant ordered);
  Task<bool> come_up();
  Task<> compare();
  Conclusion look(bool last);
  void tell(const std::string& text);

  const std::string name_;
  const ExperimentSpec& spec_;
  const ChapSpec& common_;
  const Bench bench_;
  const Instant closes_;
  Recorder& recorder_;
  ExperimentMeasures& measures_;
  Scope scope_;
};

}  // namespace streamtwin::chaos
