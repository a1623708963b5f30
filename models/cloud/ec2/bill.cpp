#include "models/cloud/ec2/bill.hpp"

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {

// Of one that was found serving nobody has said that it starts.
void Bill::started(rpc::Instance& instance) {
  if (!instance.launched_cold()) charge(instance, 1);
}

void Bill::charge(const rpc::Instance& instance, int instances) {
  const auto line = lines_.find(&instance.service);
  if (line != lines_.end()) line->second.cost->per_hour.add(now(), instances * line->second.usd_per_hour);
}

}  // namespace streamtwin::ec2
