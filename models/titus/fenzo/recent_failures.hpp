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
  /// Plug-ins may say something else from now on.
  void begin_iteration();

 private:
  struct Failed {
    Task task;
    Causes causes;
  };
  using Table = std::unordered_multimap<std::uint64_t, Failed>;

  bool comparable(const TaskRequest& task) const;
  const Failed* find_for_good(const TaskRequest& task) const;
  /// Of what plug-ins tell beforehand; 0: one of them does not, or there is none.
  std::uint64_t hash_for_good(const TaskRequest& task) const;
  bool same_for_good(const TaskRequest& a, const TaskRequest& b) const;

  const Fitness* fitness_ = nullptr;  ///< where it is a plug-in
  bool lasting_, plugged_in_;         ///< the fitness
  std::uint64_t version_ = 0;
  Table failed_;
  const Failed* last_ = nullptr;  ///< that was found
  Table for_good_;                ///< in this iteration, as plug-ins have it
};

}  // namespace streamtwin::fenzo
