// What requests take of a table's capacity, and how many partitions a table has to begin with (Amazon DynamoDB developer guide).
#pragma once

#include <algorithm>
#include <cmath>

#include "sim-core/units.hpp"

namespace streamtwin::dynamodb {

/// Of each partition, a second.
inline constexpr double partition_read_units = 3000, partition_write_units = 1000;
inline constexpr Bytes partition_size{10e9};

/// A unit reads 4 KiB, or twice as much where the newest is not asked for.
inline double read_units(Bytes item, bool strong, bool transaction) {
  return std::max(1.0, std::ceil(item.value() / 4096)) * (transaction ? 2 : strong ? 1 : 0.5);
}
/// A unit writes 1 KiB.
inline double write_units(Bytes item, bool transaction) { return std::max(1.0, std::ceil(item.value() / 1024)) * (transaction ? 2 : 1); }

inline int first_partitions(double read, double write, Bytes size) {
  const double by_traffic = std::ceil(read / partition_read_units + write / partition_write_units);
  return static_cast<int>(std::max({1.0, by_traffic, std::ceil(size / partition_size)}));
}

}  // namespace streamtwin::dynamodb
