// How many instances a service is to have in a region. Once a period CloudWatch has a data point of them, whoever carries them;
// policies, forecasts and scheduled actions move the desired capacity, which a carrier is told until it has as many. Facts: Amazon
// EC2 Auto Scaling User Guide; Application Auto Scaling follows the same policies.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cloud/auto_scaling/carrier.hpp"
#include "models/cloud/auto_scaling/measures.hpp"
#include "models/cloud/auto_scaling/policies.hpp"
#include "models/cloud/auto_scaling/predictive.hpp"
#include "models/rpc/life.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::auto_scaling {

class Scaler final : private rpc::LifeObserver {
 public:
  struct Subject {
    rpc::Service& service;
    std::string name;                         ///< "play-api us-east-1", as events name it
    std::vector<ZoneIndex> zones;             ///< of its region
    int desired;                              ///< when the run begins
    LoadHistory history;                      ///< for predictive scaling, where it has that
    const rpc::ServerGroup* group = nullptr;  ///< whose instances alone are its; null: all of the service's
  };
  /// `clock`: the local time of day at the beginning of the run. A plugged decision takes the place of target tracking and steps.
  Scaler(rpc::Lives& lives, std::unique_ptr<Carrier> carrier, Subject subject, const ScalingSpec& spec, Duration clock, Recorder& recorder,
         ScalingMeasures& measures, ServiceCapacity& capacity, std::unique_ptr<PluggedScaling> plugged = nullptr);

  void start();
  /// An operator sets the size, and the bounds within which policies may move it from now on.
  void resize(int min, int desired, int max);
  /// Asks the carrier again for what is still missing or too much.
  void reach_desired();
  /// Its group is deleted: it is no longer part of the service's capacity.
  void retire();

  int desired() const { return desired_; }
  int min() const { return min_; }
  int max() const { return max_; }
  /// Instances that serve, those that warm up included.
  int in_service() const { return static_cast<int>(members_.size()); }

 private:
  /// What an instance had done when the period began.
  struct Done {
    Duration worked;
    std::uint64_t requests;
  };
  /// One that serves; it has done nothing yet that counts when it warmed up since the period began.
  struct Member {
    rpc::Instance* instance;
    Instant warm;
    std::optional<Done> done;
  };
  static Done done(const rpc::Instance& instance) { return {instance.worked(), instance.requests}; }

  void started(rpc::Instance& instance) override;
  void draining(rpc::Instance& instance) override { leave(instance); }
  void stopped(rpc::Instance& instance) override { leave(instance); }
  void leave(const rpc::Instance& instance);
  bool is_mine(const rpc::Instance& instance) const;

  Task<> watch();
  Task<> deliver(std::optional<DataPoint> point);
  Task<> act_every_day(const ScheduledActionSpec& action);
  std::optional<DataPoint> take_data_point();
  std::string what_it_says(const DataPoint& point) const;
  /// The largest capacity that one of them wants.
  std::optional<int> wanted_by_policies(const std::optional<DataPoint>& point);
  void follow_policies(const std::optional<DataPoint>& point);
  void follow_forecast(const std::optional<DataPoint>& point);
  void set_desired(int capacity, const std::string& why);
  void change_desired(int capacity, const std::string& why);
  /// Who is disabled neither launches nor terminates of its own accord: spinnaker/clouddriver suspends its processes.
  bool suspended() const { return subject_.group != nullptr && subject_.group->disabled; }
  bool may_scale_in() const;

  const std::unique_ptr<Carrier> carrier_;
  const Subject subject_;
  const ScalingSpec spec_;
  const Duration clock_;
  Recorder& recorder_;
  ScalingMeasures& measures_;
  ServiceCapacity& capacity_;
  int min_, max_, desired_;
  int foreseen_ = 0;  ///< what the forecast asks for at least
  const std::unique_ptr<PluggedScaling> plugged_;
  TargetTrackings target_trackings_;
  std::vector<StepPolicy> step_policies_;
  std::optional<PredictivePolicy> predictive_;
  Instant cool_until_{};  ///< after a scale-in, where that cools down
  std::vector<Member> members_;
  Subscription lives_subscription_;
  Scope scope_;
};

}  // namespace streamtwin::auto_scaling
