#include "models/cloud/auto_scaling/predictive.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::auto_scaling {

PredictivePolicy::PredictivePolicy(const PredictiveSpec& spec, LoadHistory history)
    : spec_(spec), history_(std::move(history)), before_the_run_(history_.values.size()), regression_(history_) {
  if (spec_.predictor != Predictor::regression) fourier_.emplace(history_.values, history_.slots_of_a_day());
}

// A data point may end within a slot; what it says is taken to be the same all along it. A new day is a new spectrum.
void PredictivePolicy::add(Instant until, double busy_instances) {
  while (counted_ < until) {
    const std::size_t over = history_.values.size() - before_the_run_;
    const Instant slot_ends = at(static_cast<double>(over + 1) * history_.slot);
    const Instant upto = std::min(until, slot_ends);
    slot_load_ += busy_instances * in_seconds(upto - counted_);
    counted_ = upto;
    if (upto < slot_ends) return;
    history_.values.push_back(slot_load_ / in_seconds(history_.slot));
    slot_load_ = 0;
    if (fourier_ && (over + 1) % history_.slots_of_a_day() == 0) fourier_.emplace(history_.values, history_.slots_of_a_day());
  }
}

double PredictivePolicy::forecast(Instant when) const {
  const std::size_t slot =
      std::max(before_the_run_ + static_cast<std::size_t>(when.time_since_epoch() / history_.slot), history_.values.size());
  double load = 0;
  if (fourier_) load = std::max(load, fourier_->at(static_cast<double>(slot)));
  if (spec_.predictor != Predictor::fourier) load = std::max(load, regression_.at(slot).value_or(0));
  return load;
}

int PredictivePolicy::capacity(Instant now) const {
  double most = 0;
  for (Instant when = now; when < now + spec_.ahead; when += history_.slot) most = std::max(most, forecast(when));
  most = std::max(most, forecast(now + spec_.ahead));
  constexpr double rounding = 1e-6;  // of an instance: a fit is as exact as that
  return static_cast<int>(std::ceil(most / spec_.cpu.value() * (1 + spec_.margin.value()) - rounding));
}

}  // namespace streamtwin::auto_scaling
