// What EC2 charges for instances: by the second, from the launch to the end, on demand. Facts: Amazon EC2 On-Demand Pricing
// (per-second billing of Linux instances).
#pragma once

#include <map>
#include <string>

#include "models/cloud/ec2/instance_types.hpp"
#include "models/rpc/life.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::ec2 {

/// Of one service. A gauge of dollars an hour.
struct Cost {
  Cost() = default;
  Cost(Recorder& recorder, const std::string& service) : per_hour(recorder.gauge("service." + service + ".cost_per_hour", "USD/h")) {
    recorder.mean_series("service." + service + ".cost_per_hour", per_hour);
  }

  Gauge per_hour;
};

/// As services.<name>.<row>.
inline constexpr KpiRow<Cost> cost_kpis[] = {
    {"cost", KpiKind::money, "What its instances cost on demand, those of its warm pools included",
     [](const Cost& cost) { return cost.per_hour.measured_area() / in_seconds(Duration{1h}); }},
};

/// Keeps the costs of services whose machines have a type.
class Bill final : private rpc::LifeObserver {
 public:
  explicit Bill(rpc::Lives& lives) : lives_(lives) {}
  void add(const rpc::Service& service, const InstanceType& type, Cost& cost) { lines_[&service] = {type.usd_per_hour, &cost}; }
  /// After the last service has been added. Those that run already count from now on.
  void start() { lives_subscription_ = lives_.subscribe(*this); }

 private:
  struct Line {
    double usd_per_hour;
    Cost* cost;
  };
  void starting(rpc::Instance& instance) override { charge(instance, 1); }
  void started(rpc::Instance& instance) override;
  void stopped(rpc::Instance& instance) override { charge(instance, -1); }
  void charge(const rpc::Instance& instance, int instances);

  rpc::Lives& lives_;
  std::map<const rpc::Service*, Line> lines_;  ///< looked up only: an order of addresses decides nothing
  Subscription lives_subscription_;
};

}  // namespace streamtwin::ec2
