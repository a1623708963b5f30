// When jobs of a stream come: a Poisson process whose rate follows the hour of the day.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "models/titus/stack/job_keeper.hpp"
#include "models/titus/stack/workload_spec.hpp"
#include "sim-core/random.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::titus {

/// The rate over the day: straight lines between the hours.
class DailyRate {
 public:
  /// `weights`: 24, or none for a rate that stays. `clock`: local time of day when the run begins.
  DailyRate(Rate mean, const std::vector<double>& weights, Duration clock);
  Rate at(Duration since_start) const;
  Rate peak() const { return peak_; }

 private:
  Rate mean_, peak_;
  std::array<double, 24> weights_{};
  Duration clock_;
};

class Arrivals {
 public:
  /// `name`: of the jobs, for their random numbers.
  Arrivals(std::string name, const BatchJobSpec& spec, Duration clock);

  /// Jobs that came before the run and of which something may be left: an exact draw of what would run if nobody ever had to wait.
  void look_back(const std::function<void(int tasks, Duration ago, std::uint64_t number)>& find) const;
  Task<> come(std::function<void(int tasks)> submit) const;

 private:
  int size(Random& random) const;

  const std::string name_;
  const BatchJobSpec& spec_;
  DailyRate rate_;
};

/// What is drawn of a batch container, and of a service's.
std::function<std::pair<Duration, ReasonCode>(Random&)> life_of(const BatchJobSpec& spec);
std::function<std::pair<Duration, ReasonCode>(Random&)> life_of(const ServiceJobSpec& spec);

}  // namespace streamtwin::titus
