// Hosts that are alike in all numbers: for a task that does not tell hosts apart otherwise the first of them by name stands for all.
// In a fleet of few shapes most hosts are one of many twins until they get their first task.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace streamtwin::fenzo {

using Slot = std::uint32_t;

class Twins {
 public:
  /// What two hosts must have in common to be alike, by slot; empty: like no other.
  explicit Twins(const std::vector<std::string>& likeness);

  /// The first of each, in order of slots. O(1).
  const std::vector<Slot>& distinct() const { return distinct_; }
  /// The host is like no other any more. O(distinct).
  void part(Slot slot);

 private:
  static constexpr std::uint32_t alone = UINT32_MAX;

  struct Class {
    std::vector<Slot> members;  ///< some of which have parted
    std::size_t first = 0;
  };

  void add(Slot slot);

  std::vector<Class> classes_;
  std::vector<std::uint32_t> class_of_;
  std::vector<Slot> distinct_;
};

}  // namespace streamtwin::fenzo
