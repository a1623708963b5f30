#include "models/cloud/auto_scaling/scaler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::auto_scaling {

using rpc::Instance;

Scaler::Scaler(rpc::Lives& lives, std::unique_ptr<Carrier> carrier, Subject subject, const ScalingSpec& spec, Duration clock,
               Recorder& recorder, ScalingMeasures& measures, ServiceCapacity& capacity, std::unique_ptr<PluggedScaling> plugged)
    : carrier_(std::move(carrier)),
      subject_(std::move(subject)),
      spec_(spec),
      clock_(clock),
      recorder_(recorder),
      measures_(measures),
      capacity_(capacity),
      min_(spec.min),
      max_(spec.max),
      desired_(subject_.desired),
      plugged_(std::move(plugged)) {
  if (spec.target_tracking) target_trackings_.include(TargetTracking(*spec.target_tracking));
  if (spec.request_tracking) target_trackings_.include(TargetTracking(*spec.request_tracking));
  for (const StepPolicySpec& policy : spec.step_policies) step_policies_.emplace_back(policy);
  if (spec.predictive) predictive_.emplace(*spec.predictive, subject_.history);
  capacity_.desired.add(now(), desired_);
  lives_subscription_ = lives.subscribe(*this);
}

void Scaler::start() {
  carrier_->limit(max_);
  scope_.spawn_service("scaling of a service", watch());
  for (const ScheduledActionSpec& action : spec_.scheduled) scope_.spawn_service("scheduled scaling", act_every_day(action));
}

bool Scaler::is_mine(const Instance& instance) const {
  return &instance.service == &subject_.service && (subject_.group == nullptr || instance.group() == subject_.group) &&
         std::find(subject_.zones.begin(), subject_.zones.end(), instance.zone) != subject_.zones.end();
}

void Scaler::started(Instance& instance) {
  if (!is_mine(instance)) return;
  const std::optional<Instant> cold = instance.launched_cold();
  members_.push_back({&instance, cold ? *cold + spec_.warm_up : now(), {}});
  if (!cold) members_.back().done = done(instance);
  capacity_.in_service.add(now(), 1);
}

void Scaler::leave(const Instance& instance) {
  if (std::erase_if(members_, [&](const Member& member) { return member.instance == &instance; }) > 0) capacity_.in_service.add(now(), -1);
}

Task<> Scaler::watch() {
  for (;;) {
    co_await delay(spec_.metric_period);
    const std::optional<DataPoint> point = take_data_point();
    scope_.spawn_service("data point of CloudWatch", deliver(point));
    follow_forecast(point);
    reach_desired();
  }
}

// Forecasts do not wait for data points of this minute.
void Scaler::follow_forecast(const std::optional<DataPoint>& point) {
  if (!predictive_) return;
  predictive_->add(now(), point ? point->cpu.value() * point->instances : 0);
  foreseen_ = predictive_->capacity(now());
  if (foreseen_ > desired_) set_desired(foreseen_, fmt::format("the forecast for the next {:g} min", spec_.predictive->ahead / 1min));
}

Task<> Scaler::deliver(std::optional<DataPoint> point) {
  co_await delay(spec_.metric_delay);
  follow_policies(point);
}

std::optional<DataPoint> Scaler::take_data_point() {
  DataPoint point;
  double busy = 0, requests = 0;
  for (Member& member : members_) {
    const Done so_far = done(*member.instance);
    if (member.done) {
      busy += (so_far.worked - member.done->worked) / (static_cast<double>(member.instance->execution.cores()) * spec_.metric_period);
      requests += static_cast<double>(so_far.requests - member.done->requests);
      ++point.instances;
    }
    if (now() >= member.warm) member.done = so_far;
  }
  if (point.instances == 0) return std::nullopt;
  point.cpu = Fraction{busy / point.instances};
  point.requests = Rate{requests / point.instances / in_seconds(spec_.metric_period)};
  return point;
}

// Each policy is asked, so that its alarm has every point.
std::optional<int> Scaler::wanted_by_policies(const std::optional<DataPoint>& point) {
  if (plugged_) return plugged_->add({now(), point, desired_, in_service(), min_, max_});
  std::optional<int> wanted;
  const auto consider = [&wanted](std::optional<int> capacity) {
    if (capacity) wanted = std::max(wanted.value_or(*capacity), *capacity);
  };
  consider(target_trackings_.add(point));
  for (StepPolicy& policy : step_policies_) consider(policy.add(point));
  return wanted;
}

void Scaler::follow_policies(const std::optional<DataPoint>& point) {
  const std::optional<int> wanted = wanted_by_policies(point);
  if (!wanted || !point) return;
  const bool out = *wanted > point->instances;
  // What was launched since has not shown in the metric yet: only more than that is more, and less has to wait for it.
  if (out ? *wanted <= desired_ : *wanted >= desired_ || !may_scale_in()) return;
  cool_until_ = out ? now() : now() + spec_.scale_in_cool_down;
  set_desired(*wanted, what_it_says(*point));
}

std::string Scaler::what_it_says(const DataPoint& point) const {
  const std::string requests =
      spec_.request_tracking ? fmt::format(" and {:.3g} requests a minute", point.requests.value() * in_seconds(Duration{1min})) : "";
  return fmt::format("CPU at {:.3g} %{} over {} instances", point.cpu.value() * 100, requests, point.instances);
}

Task<> Scaler::act_every_day(const ScheduledActionSpec& action) {
  constexpr Duration day = 24h;
  const Duration since = clock_ + now().time_since_epoch();
  Duration wait{std::fmod(in_seconds(action.at - since), in_seconds(day))};
  if (wait < Duration{0}) wait += day;
  for (;; wait = day) {
    co_await delay(wait);
    min_ = action.min.value_or(min_);
    max_ = action.max.value_or(max_);
    carrier_->limit(max_);
    set_desired(action.desired.value_or(desired_), "scheduled action");
  }
}

void Scaler::set_desired(int capacity, const std::string& why) {
  if (!suspended()) change_desired(std::clamp(std::max(capacity, foreseen_), min_, max_), why);
}

void Scaler::change_desired(int capacity, const std::string& why) {
  if (capacity != desired_) {
    recorder_.event(now(), "scaling", subject_.name, fmt::format("from {} to {} instances: {}", desired_, capacity, why));
    capacity_.desired.add(now(), capacity - desired_);
    desired_ = capacity;
  }
  reach_desired();
}

void Scaler::resize(int min, int desired, int max) {
  min_ = min;
  max_ = max;
  carrier_->limit(max_);
  change_desired(desired, "a delivery");
}

void Scaler::retire() {
  capacity_.desired.add(now(), -desired_);
  desired_ = 0;
}

void Scaler::reach_desired() {
  const Reached reached = carrier_->reach(desired_);
  measures_.launched.add(reached.launched);
  measures_.terminated.add(reached.terminated);
  if (reached.refused) ++measures_.refused;
}

bool Scaler::may_scale_in() const {
  if (carrier_->cools_down()) return now() >= cool_until_;
  return !carrier_->is_starting() &&
         std::none_of(members_.begin(), members_.end(), [](const Member& member) { return now() < member.warm; });
}

}  // namespace streamtwin::auto_scaling
