// How good an agent is for a container, from 0 to 1. Replays Netflix/titus-control-plane TitusFitnessCalculator and the calculators
// that it weighs. Nothing is allocated or looked up by name.
#pragma once

#include "models/titus/fenzo/plug_in.hpp"
#include "models/titus/placement/scheduler_spec.hpp"
#include "models/titus/placement/tally.hpp"

namespace streamtwin::titus {

/// The scores that are weighed. `host` must be numbered as in the tally.
class Scores {
 public:
  Scores(const PlacementTally& tally, bool job_spreading_counts_all) : tally_(tally), counts_all_(job_spreading_counts_all) {}

  double agent_management(const fenzo::Host& host) const;
  double cached_image(const ContainerRequest& task, const fenzo::Host& host) const;
  double cached_security_groups(const ContainerRequest& task, const fenzo::Host& host) const;
  double image_spreading(const ContainerRequest& task, const fenzo::Host& host) const;
  double security_group_spreading(const ContainerRequest& task, const fenzo::Host& host) const;
  /// Titus compares the job with itself, so that it prefers agents with few tasks of any job. With `job_spreading_counts_all` off it
  /// counts what it means to; that needs jobs that are counted.
  double job_spreading(const ContainerRequest& task, const fenzo::Host& host) const;
  double job_type(const ContainerRequest& task, const fenzo::Host& host) const;
  /// Fenzo's cpuMemBinPacker.
  static double cpu_mem_packing(const ContainerRequest& task, const fenzo::Host& host);

 private:
  const PlacementTally& tally_;
  bool counts_all_;
};

/// How good an agent is, as a program says that runs a scenario. What Titus weighs is there to be weighed otherwise.
class PluggedFitness {
 public:
  virtual ~PluggedFitness() = default;
  /// From 0 to 1; exactly 0 refuses the agent.
  virtual double score(const ContainerRequest& task, const fenzo::Host& host, const Scores& scores) = 0;
};

/// The same as Fenzo asks for it. What it refuses may be another agent each time it is asked.
class FitnessOfPlug final : public fenzo::Fitness {
 public:
  FitnessOfPlug(const PlacementTally& tally, const SchedulerSpec& spec, std::unique_ptr<PluggedFitness> plugged)
      : scores_(tally, spec.job_spreading_counts_all), plugged_(std::move(plugged)) {}

  std::string name() const override { return "plugged in"; }
  double score(const fenzo::TaskRequest& task, const fenzo::Host& host, const fenzo::TaskTracker&) const override {
    return plugged_->score(container(task), host, scores_);
  }

 private:
  Scores scores_;
  std::unique_ptr<PluggedFitness> plugged_;
};

class TitusFitness final : public fenzo::Fitness {
 public:
  TitusFitness(const PlacementTally& tally, const SchedulerSpec& spec)
      : scores_(tally, spec.job_spreading_counts_all),
        spreads_services_(spec.critical_service_spreading),
        spreads_tier_(spec.critical_tier_spreading) {}

  std::string name() const override { return "TitusFitnessCalculator"; }
  double score(const fenzo::TaskRequest& task, const fenzo::Host& host, const fenzo::TaskTracker& tasks) const override;
  /// It refuses none that needs anything.
  std::uint64_t refuses_for_good(const fenzo::TaskRequest& task) const override {
    return task.needs.cpus.value() > 0 || task.needs.memory.value() > 0 ? 1 : 0;
  }

  const Scores& scores() const { return scores_; }

 private:
  double spread(const ContainerRequest& task, const fenzo::Host& host) const;
  double pack_critical(const ContainerRequest& task, const fenzo::Host& host) const;
  double pack(const ContainerRequest& task, const fenzo::Host& host) const;

  Scores scores_;
  bool spreads_services_, spreads_tier_;
};

}  // namespace streamtwin::titus
