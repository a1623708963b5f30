// A twin: the whole platform of a scenario, composed and ready to run. It owns the simulation, everything that lives in
// it, and what is recorded of it; it hands back one plain result.
#pragma once

#include <memory>

#include "scenarios/composition/twin/policies.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "scenarios/results/result.hpp"
#include "scenarios/runner/runnable.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin {

class Twin {
 public:
  /// `scenario_digest` names the scenario in the result. Throws std::invalid_argument for what only the composition
  /// can find out (a country without appliances, a trace that cannot be read, a policy for what the scenario does not have).
  Twin(const Scenario& scenario, const RunPlan& plan, std::string scenario_digest = {}, Policies policies = {});
  ~Twin();
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  void run_until(Instant time);
  /// From now on the run of a branch, as if it had been from the start: before its time, and once. Its own digest names it.
  void take(const std::string& branch);
  /// One event; false at the end.
  bool step();
  Instant now() const;
  Instant end() const;
  bool finished() const;
  /// What has been measured up to now.
  RunResult result();

  Simulation& simulation();
  Recorder& recorder();
  const Scenario& scenario() const;
  /// Every zone, host and link of the SimGrid platform, as `describe` prints it.
  std::string describe_platform() const;

  struct Parts;
  Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace streamtwin
