#include "models/cloud/ec2/bill.hpp"

namespace streamtwin::ec2 {

// Of one that was found serving nobody has said that it starts.
void Bill::started(rpc::Instance& instance) {
  if (!instance.launched_cold()) charge(instance, 1);
}

void Bill::charge(const rpc::Instance& instance, int instances) {
  const auto found = accounts_.find(&instance.service);
  if (found == accounts_.end()) return;
  Account& account = found->second;
  const auto meter = account.meters.find(instance.zone);
  const bool first = meter == account.meters.end();
  const Ledger::Meter its = first ? ledger_.meter(*account.type, instance.zone, {account.cost}) : meter->second;
  if (first) account.meters[instance.zone] = its;
  its.run(instances);
}

}  // namespace streamtwin::ec2
