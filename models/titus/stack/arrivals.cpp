#include "models/titus/stack/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim-core/awaitables.hpp"
#include "sim-core/math.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

constexpr Duration day = 24h;
/// A lognormal value is beyond this many deviations in one of 10,000 cases.
constexpr double far_out = 3.719;

}  // namespace

DailyRate::DailyRate(Rate mean, const std::vector<double>& weights, Duration clock) : mean_(mean), peak_(mean), clock_(clock) {
  weights_.fill(1);
  if (weights.empty()) return;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t hour = 0; hour < weights_.size(); ++hour) weights_[hour] = weights[hour] * 24 / sum;
  peak_ = *std::max_element(weights_.begin(), weights_.end()) * mean;
}

Rate DailyRate::at(Duration since_start) const {
  double hours = std::fmod((clock_ + since_start) / Duration{1h}, 24.0);
  if (hours < 0) hours += 24;
  const auto hour = static_cast<std::size_t>(hours) % 24;
  const double part = hours - std::floor(hours);
  return ((1 - part) * weights_[hour] + part * weights_[(hour + 1) % 24]) * mean_;
}

Arrivals::Arrivals(std::string name, const BatchJobSpec& spec, Duration clock)
    : name_(std::move(name)), spec_(spec), rate_(spec.rate, spec.hourly_weights, clock) {}

int Arrivals::size(Random& random) const {
  const double drawn = spec_.tasks_sigma > 0 ? random.lognormal(spec_.tasks, spec_.tasks_sigma) : spec_.tasks;
  return std::clamp(static_cast<int>(std::lround(drawn)), 1, spec_.tasks_max);
}

void Arrivals::look_back(const std::function<void(int, Duration, std::uint64_t)>& find) const {
  if (spec_.rate.value() <= 0) return;
  Random random = Simulation::current().stream(name_, "jobs before the run");
  const Duration longest = std::min(spec_.run_time_limit, spec_.run_time * math::exp(far_out * spec_.run_time_sigma));
  std::uint64_t number = 0;
  for (Duration ago{0};;) {
    ago += random.exponential(Duration{1 / rate_.peak().value()});
    if (ago > longest) return;
    const int tasks = size(random);
    if (random.chance(rate_.at(-ago) / rate_.peak())) find(tasks, ago, ++number);
  }
}

Task<> Arrivals::come(std::function<void(int)> submit) const {
  if (spec_.rate.value() <= 0) co_return;
  Random random = Simulation::current().stream(name_, "jobs");
  for (;;) {
    co_await delay(random.exponential(Duration{1 / rate_.peak().value()}));
    const int tasks = size(random);
    if (random.chance(rate_.at(now().time_since_epoch()) / rate_.peak())) submit(tasks);
  }
}

std::function<std::pair<Duration, ReasonCode>(Random&)> life_of(const BatchJobSpec& spec) {
  return [&spec](Random& random) -> std::pair<Duration, ReasonCode> {
    const Duration whole = spec.run_time_sigma > 0 ? random.lognormal(spec.run_time, spec.run_time_sigma) : spec.run_time;
    const double part = random.uniform();
    if (random.chance(spec.fails.value())) return {part * whole, ReasonCode::failed};
    return {whole, ReasonCode::normal};
  };
}

std::function<std::pair<Duration, ReasonCode>(Random&)> life_of(const ServiceJobSpec& spec) {
  return [&spec](Random& random) -> std::pair<Duration, ReasonCode> {
    if (spec.mean_time_to_crash <= Duration{0}) return {WorkOrder::for_ever, ReasonCode::normal};
    return {random.exponential(spec.mean_time_to_crash), ReasonCode::failed};
  };
}

}  // namespace streamtwin::titus
