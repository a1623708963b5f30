// Puts what services run on machines of a type into the ledger: each instance from its launch to its end.
#pragma once

#include <map>

#include "models/cloud/ec2/ledger.hpp"
#include "models/rpc/life.hpp"

namespace streamtwin::ec2 {

/// Keeps the costs of services whose machines have a type.
class Bill final : private rpc::LifeObserver {
 public:
  Bill(rpc::Lives& lives, Ledger& ledger) : lives_(lives), ledger_(ledger) {}
  void add(const rpc::Service& service, const InstanceType& type, const Cost& cost) { accounts_[&service] = {&type, cost, {}}; }
  /// After the last service has been added. Those that run already count from now on.
  void start() { lives_subscription_ = lives_.subscribe(*this); }

 private:
  struct Account {
    const InstanceType* type;
    Cost cost;
    std::map<ZoneIndex, Ledger::Meter> meters;
  };
  void starting(rpc::Instance& instance) override { charge(instance, 1); }
  void started(rpc::Instance& instance) override;
  void stopped(rpc::Instance& instance) override { charge(instance, -1); }
  void charge(const rpc::Instance& instance, int instances);

  rpc::Lives& lives_;
  Ledger& ledger_;
  std::map<const rpc::Service*, Account> accounts_;  ///< looked up only: an order of addresses decides nothing
  Subscription lives_subscription_;
};

}  // namespace streamtwin::ec2
