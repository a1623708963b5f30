#include "models/rpc/limits/limit.hpp"

#include <cmath>

#include "sim-core/assert.hpp"

namespace streamtwin::limits {

void VegasLimit::on_sample(const Sample& sample, Random& random) {
  const std::int64_t round_trip = to_nanoseconds(sample.round_trip);
  STREAMTWIN_ASSERT(round_trip > 0, "a Vegas limit was given a round trip of no time");
  if (jitter_ == 0) jitter_ = random.uniform(0.5, 1.0);
  ++probes_;
  if (jitter_ * properties_.probe_multiplier * limit_ <= static_cast<double>(probes_)) {
    jitter_ = random.uniform(0.5, 1.0);
    probes_ = 0;
    fastest_ = round_trip;
  } else if (fastest_ == 0 || round_trip < fastest_) {
    fastest_ = round_trip;
  } else {
    learn(round_trip, sample);
  }
}

void VegasLimit::learn(std::int64_t round_trip, const Sample& sample) {
  const auto queue = static_cast<int>(std::ceil(limit_ * (1 - static_cast<double>(fastest_) / static_cast<double>(round_trip))));
  const int log = log10_root(static_cast<int>(limit_));
  const double decreased = properties_.decrease_factor > 0 ? limit_ * properties_.decrease_factor : limit_ - log;
  double next = 0;
  if (sample.dropped) {
    next = decreased;
  } else if (sample.in_flight * 2 < limit_) {
    return;
  } else {
    const int alpha = properties_.alpha > 0 ? properties_.alpha : 3 * log;
    const int beta = properties_.beta > 0 ? properties_.beta : 6 * log;
    if (queue <= log) {
      next = limit_ + beta;
    } else if (queue < alpha) {
      next = limit_ + log;
    } else if (queue > beta) {
      next = decreased;
    } else {
      return;
    }
  }
  next = std::max(1.0, std::min<double>(properties_.most, next));
  limit_ = (1 - properties_.smoothing) * limit_ + properties_.smoothing * next;
}

void GradientLimit::on_sample(const Sample& sample, Random& random) {
  const double queue = square_root(static_cast<int>(limit_));
  if (properties_.probe_interval > 0) {
    if (!counting_) until_probe_ = next_probe(random);
    counting_ = true;
    if (until_probe_-- <= 0) {
      until_probe_ = next_probe(random);
      limit_ = std::max<double>(properties_.least, queue);
      fastest_ = 0;
      return;
    }
  }
  const auto round_trip = static_cast<double>(to_nanoseconds(sample.round_trip));
  if (fastest_ == 0 || round_trip < fastest_) fastest_ = round_trip;
  const double gradient = std::max(0.5, std::min(1.0, properties_.tolerance * fastest_ / round_trip));
  double next = 0;
  if (sample.dropped) {
    next = limit_ * properties_.back_off;
  } else if (sample.in_flight < limit_ / 2) {
    return;
  } else {
    next = limit_ * gradient + queue;
  }
  if (next < limit_) next = std::max<double>(properties_.least, limit_ * (1 - properties_.smoothing) + properties_.smoothing * next);
  limit_ = std::max(queue, std::min<double>(properties_.most, next));
}

void Gradient2Limit::on_sample(const Sample& sample, Random&) {
  const auto round_trip = static_cast<double>(to_nanoseconds(sample.round_trip));
  const double average = long_average_.add(round_trip);
  if (average / round_trip > 2) long_average_.scale(0.95);
  if (sample.in_flight < limit_ / 2) return;
  const double gradient = std::max(0.5, std::min(1.0, properties_.tolerance * average / round_trip));
  const double next = limit_ * (1 - properties_.smoothing) + (limit_ * gradient + properties_.queue) * properties_.smoothing;
  limit_ = std::max<double>(properties_.least, std::min<double>(properties_.most, next));
}

}  // namespace streamtwin::limits
