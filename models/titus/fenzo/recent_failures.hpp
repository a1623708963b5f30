// Tasks that have found no host since any host changed: another one that asks for the same finds none either. Thousands that wait in
// vain then cost an iteration a look each.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "models/titus/fenzo/failure.hpp"

namespace streamtwin::fenzo {

class RecentFailures {
 public:
  /// `fitness`: of the scheduler.
  explicit RecentFailures(const Calculator& fitness);

  /// Why one like it has failed; null: none has, with hosts of this version, or there is no telling. O(1).
  const Causes* find(const TaskRequest& task, std::uint64_t version);
  /// It has failed just now.
  void remember(const Task& task, const Causes& causes, std::uint64_t version);

 private:
  struct Failed {
    Task task;
    Causes causes;
  };

  bool comparable(const TaskRequest& task) const;

  bool lasting_, plugged_in_;  ///< the fitness
  std::uint64_t version_ = 0;
  std::unordered_multimap<std::uint64_t, Failed> failed_;
  const Failed* last_ = nullptr;  ///< that was found
};

}  // namespace streamtwin::fenzo
