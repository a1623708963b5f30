// Amounts as Fenzo counts them: cores, megabytes and megabits per second. The units stay its own since the queue's shares compare
// bare numbers of different resources where a tier has no capacity.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::fenzo {

struct CoresTag {};
struct MegabytesTag {};
struct MegabitsTag {};
using Cores = Quantity<CoresTag>;
using Megabytes = Quantity<MegabytesTag>;
using Megabits = Quantity<MegabitsTag>;  ///< per second

struct Resources {
  Cores cpus;
  Megabytes memory;
  Megabits network;
  Megabytes disk;

  bool operator==(const Resources&) const = default;
  Resources& operator+=(const Resources& other) {
    cpus += other.cpus;
    memory += other.memory;
    network += other.network;
    disk += other.disk;
    return *this;
  }
  Resources& operator-=(const Resources& other) {
    cpus -= other.cpus;
    memory -= other.memory;
    network -= other.network;
    disk -= other.disk;
    return *this;
  }
  friend Resources operator+(Resources a, const Resources& b) { return a += b; }
  friend Resources operator-(Resources a, const Resources& b) { return a -= b; }
  friend Resources operator*(int count, const Resources& each) {
    return {count * each.cpus, count * each.memory, count * each.network, count * each.disk};
  }
};

/// No more of anything than the limit has.
inline bool within(const Resources& amount, const Resources& limit) {
  return amount.cpus <= limit.cpus && amount.memory <= limit.memory && amount.network <= limit.network && amount.disk <= limit.disk;
}

inline Resources larger_of_each(const Resources& a, const Resources& b) {
  return {std::max(a.cpus, b.cpus), std::max(a.memory, b.memory), std::max(a.network, b.network), std::max(a.disk, b.disk)};
}

/// Other countable things of a host, such as GPUs, by name.
using Scalars = std::map<std::string, double>;

/// Both ends belong to it.
struct PortRange {
  int first = 0, last = 0;

  int size() const { return last - first + 1; }
  bool operator==(const PortRange&) const = default;
};

}  // namespace streamtwin::fenzo
