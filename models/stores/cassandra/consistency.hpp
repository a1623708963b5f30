// Consistency levels (apache/cassandra db/ConsistencyLevel, locator/ReplicaPlans, service/DatacenterWriteResponseHandler): how many
// replicas must have answered, of which datacenters, and whether so many can.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sim-core/description.hpp"

namespace streamtwin::cassandra {

enum class Consistency : std::uint8_t { one, local_one, quorum, local_quorum, each_quorum, all, serial, local_serial };

inline constexpr std::size_t datacenters_max = 16;

/// A number for each datacenter.
class ByDatacenter {
 public:
  ByDatacenter() = default;
  explicit ByDatacenter(std::span<const int> values);
  int& operator[](std::size_t datacenter) { return values_[datacenter]; }
  int operator[](std::size_t datacenter) const { return values_[datacenter]; }
  std::size_t size() const { return datacenters_max; }
  int sum() const;

 private:
  std::array<int, datacenters_max> values_{};
};

constexpr int quorum_of(int copies) { return copies / 2 + 1; }
/// Whether only replicas of the coordinator's own datacenter count.
constexpr bool is_local(Consistency level) {
  return level == Consistency::local_one || level == Consistency::local_quorum || level == Consistency::local_serial;
}
/// Whether replicas agree on it by Paxos.
constexpr bool is_serial(Consistency level) { return level == Consistency::serial || level == Consistency::local_serial; }

/// What a request waits for: each answer counts once, if it is one of a datacenter that lacks some.
class Needed {
 public:
  /// `copies`: of an item, by datacenter; `pending`: nodes besides those that are being filled with what they will own, which are
  /// written to as well. None for a read.
  Needed(Consistency level, const ByDatacenter& copies, std::size_t own, const ByDatacenter& pending = {});
  /// Answers of so many replicas, by datacenter, are enough. Of replicas that are alive: whether a request can be served at all.
  bool met_by(const ByDatacenter& answers) const;
  /// After these, one more of the datacenter would bring it nearer.
  bool lacks(const ByDatacenter& answers, std::size_t datacenter) const;
  /// How many answers are enough at least.
  int answers() const { return level_ == Consistency::each_quorum ? each_.sum() : together_; }

 private:
  int counted(const ByDatacenter& answers) const { return is_local(level_) ? answers[own_] : answers.sum(); }

  Consistency level_;
  std::size_t own_;
  int together_ = 0;   ///< no matter of which datacenter that counts
  ByDatacenter each_;  ///< at EACH_QUORUM
};

}  // namespace streamtwin::cassandra

namespace streamtwin {
template <>
inline constexpr auto enum_names<cassandra::Consistency> = std::to_array<EnumName<cassandra::Consistency>>({
    {cassandra::Consistency::one, "one", "one replica, of any region"},
    {cassandra::Consistency::local_one, "local_one", "one replica of the coordinator's region"},
    {cassandra::Consistency::quorum, "quorum", "more than half of the replicas of all regions"},
    {cassandra::Consistency::local_quorum, "local_quorum", "more than half of the replicas in the coordinator's region"},
    {cassandra::Consistency::each_quorum, "each_quorum", "more than half of the replicas in each region"},
    {cassandra::Consistency::all, "all", "all replicas of all regions"},
    {cassandra::Consistency::serial, "serial",
     "what more than half of the replicas of all regions agree on, after whatever is in progress"},
    {cassandra::Consistency::local_serial, "local_serial", "the same of the replicas in the coordinator's region"},
});
}  // namespace streamtwin
