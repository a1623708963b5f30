// A scheduling problem as a file has it: hosts, tasks, and rounds in which tasks come and end and hosts are offered.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/titus/fenzo/autoscaler.hpp"
#include "models/titus/fenzo/lease.hpp"
#include "models/titus/fenzo/scheduler.hpp"
#include "models/titus/fenzo/tier.hpp"

namespace streamtwin::fenzo {

/// A problem cannot be read; the message says what, where and what to do.
class ProblemError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Mode { plain, queue, autoscale };

struct RoundOfProblem {
  std::vector<std::string> finish;
  std::optional<std::vector<std::string>> offer;  ///< hosts; absent: all
  std::vector<std::string> arrive;
  Duration time{0};  ///< since the scheduler was made
};

struct QueueOfProblem {
  int tiers = 1;
  std::optional<std::map<int, TierGuarantees>> guarantees;
};

struct ScalingOfProblem {
  std::string attribute;
  AutoscalerProperties properties;
  std::map<std::string, Lease> templates;  ///< of a rule's new hosts
  bool grow = false;
};

struct Problem {
  int id = 0;
  Mode mode = Mode::plain;
  Calculator fitness = BuiltIn::none;
  std::optional<std::size_t> batch;
  std::optional<double> good_enough;
  std::vector<Lease> hosts;  ///< each as it is when nothing runs on it
  std::map<std::string, Task> tasks;
  std::map<std::string, Resources> group_limits;
  std::vector<RoundOfProblem> rounds;
  QueueOfProblem queue;
  ScalingOfProblem scaling;
  std::vector<std::string> remarks;  ///< demands that nothing can meet, with their places
};

/// A problem, and what somebody else answered, if that was given.
struct Case {
  Problem problem;
  nlohmann::json answer;  ///< null: none
};

/// One problem, or a file of cases. Throws ProblemError.
std::vector<Case> read_problems(const std::filesystem::path& file);
/// `name` begins the messages.
std::vector<Case> problems_of(const std::string& name, const std::string& text);

}  // namespace streamtwin::fenzo
