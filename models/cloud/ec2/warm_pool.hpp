// The warm pool of an auto scaling group: instances that have booted once and wait, spread over its zones, for the group to launch
// them. One that leaves it is replaced when there are to be more. Facts: Amazon EC2 Auto Scaling User Guide, "Warm pools for
// applications with long boot times".
#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/cloud/auto_scaling/warm_pool_spec.hpp"
#include "models/cloud/ec2/fleet.hpp"
#include "models/cloud/ec2/ledger.hpp"
#include "models/cloud/ec2/pool_measures.hpp"

namespace streamtwin::ec2 {

/// What instances of a pool are charged to. Nobody is for a service whose machines have no type.
struct PoolPrices {
  Ledger* ledger = nullptr;
  Cost cost;
};

class WarmPool final : public MachineKeeper {
 public:
  struct Subject {
    Image image;
    std::string name;  ///< of the group
    std::vector<ZoneIndex> zones;
  };
  WarmPool(Fleet& fleet, Subject subject, const auto_scaling::WarmPoolSpec& spec, const PoolPrices& prices, PoolMeasures& measures);

  /// When the run begins: they have been waiting.
  void find_waiting(int desired, int max);
  /// Makes it as large as is wanted beside the desired ones.
  void settle(int desired, int max);
  /// With its group, whoever waits or gets ready.
  void close();
  /// Whether one waits in a zone.
  bool has(ZoneIndex zone) const;
  /// One that waits there leaves the pool.
  Prepared take(ZoneIndex zone);
  /// Null where instances do not come back.
  MachineKeeper* keeper() { return spec_.reuse ? this : nullptr; }
  /// One that the group has given up will come back.
  void expect_one() { ++expected_; }
  bool keep(ZoneIndex zone, Host& machine) override;

  int size() const { return static_cast<int>(members_.size()); }

 private:
  struct Member {
    Host* machine;
    ZoneIndex zone;
    bool waits;
  };

  void charge(const Member& member, int instances);
  double disk_price() const;
  Member& add(ZoneIndex zone, Host& machine, bool waits);
  void remove(std::list<Member>::iterator member);
  Host* find_machine(ZoneIndex& zone);
  bool give_up_one();
  int size_in(ZoneIndex zone) const;
  Task<> prepare(Member& member);

  Fleet& fleet_;
  const Subject subject_;
  const auto_scaling::WarmPoolSpec spec_;
  const PoolPrices prices_;
  PoolMeasures& measures_;
  std::map<ZoneIndex, Ledger::Meter> meters_;
  std::list<Member> members_;
  int wanted_ = 0;
  int expected_ = 0;            ///< that come back
  std::uint64_t prepared_ = 0;  ///< so far
  Scope scope_;
};

}  // namespace streamtwin::ec2
