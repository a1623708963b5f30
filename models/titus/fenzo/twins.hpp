// Hosts that are alike in all numbers: for a task that does not tell hosts apart otherwise the first of them by name stands for all.
// In a fleet of few shapes most hosts are one of many twins until they get their first task.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace streamtwin::fenzo {

using Slot = std::uint32_t;

/// What two hosts must have in common to be alike.
struct Likeness {
  std::array<double, 12> amounts{};  ///< of each resource what is used, the total, and what runs
  int ports_used = 0, ports_total = 0;
  std::uint32_t other = 0;  ///< a number for scalars and sets

  bool operator==(const Likeness&) const = default;
};

class Twins {
 public:
  explicit Twins(Slot slots) : class_of_(slots, none) {}

  /// The first by name of each kind, in no particular order.
  const std::vector<Slot>& firsts() const { return firsts_; }
  /// The host is of this kind from now on. O(its kind) at worst, which moves numbers only.
  void join(Slot slot, const Likeness& likeness);
  /// Like no other.
  void part(Slot slot);
  /// Not to be looked at.
  void leave(Slot slot);

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Hash {
    std::size_t operator()(const Likeness& likeness) const;
  };
  struct Class {
    Likeness likeness;
    bool alone = false;
    std::vector<Slot> members;  ///< in order
    std::uint32_t place = 0;    ///< in `firsts_`
  };

  std::uint32_t make(const Likeness& likeness, bool alone);
  void add(Slot slot, std::uint32_t to);

  std::vector<Class> classes_;
  std::vector<std::uint32_t> free_;  ///< classes
  std::unordered_map<Likeness, std::uint32_t, Hash> known_;
  std::vector<std::uint32_t> class_of_;
  std::vector<Slot> firsts_;
  std::vector<std::uint32_t> class_at_;  ///< by place in `firsts_`
};

}  // namespace streamtwin::fenzo
