#include "models/delivery/strategies/rollout.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "sim-core/exact_time.hpp"

namespace streamtwin::delivery {
namespace {

constexpr Fraction none{0}, all{1};

int up(int size, const StrategySpec& spec) { return titus::up_needed(size, spec.up); }

}  // namespace

std::vector<Step> brute_force(int size, const StrategySpec& spec) { return {{{size, none, 0, none}, up(size, spec), 0, Duration{0}}}; }

std::vector<Step> rolling(int size, const StrategySpec& spec) {
  std::vector<Step> steps;
  const int batch = std::max(1, titus::share_of(size, spec.batch));
  for (int done = std::min(batch, size);; done = std::min(done + batch, size)) {
    steps.push_back({{done, none, size - done, none}, up(done, spec), 0, spec.delay});
    if (done == size) return steps;
  }
}

std::vector<Step> blue_green(int size, const StrategySpec& spec, bool balanced) {
  std::vector<Step> steps{{{size, all, size, none}, up(size, spec), 0, spec.delay}};
  if (balanced) steps.push_back({{size, none, size, none}, up(size, spec), 0, Duration{0}});
  steps.push_back({{size, none, size, all}, 0, 0, Duration{0}});
  return steps;
}

std::vector<Step> roll_back(int size, int next_size, const StrategySpec& spec) {
  return {{{next_size, none, size, none}, 0, up(size, spec), Duration{0}}, {{next_size, all, size, none}, 0, 0, Duration{0}}};
}

Rollout::Rollout(const StrategySpec& spec, int size, Instant now, bool balanced) : size_(size), way_(begin(spec, size, now, balanced)) {
  take_over();
}

Rollout::Rollout(std::vector<Step> steps, Duration up_timeout, Instant now) : way_(begin(std::move(steps), up_timeout, now)) {
  take_over();
}

Rollout::InSteps Rollout::begin(std::vector<Step> steps, Duration up_timeout, Instant now) {
  return {std::move(steps), up_timeout, 0, Phase::comes_up, add_exactly(now, up_timeout)};
}

std::variant<Rollout::InSteps, titus::RollingUpdate> Rollout::begin(const StrategySpec& spec, int size, Instant now, bool balanced) {
  switch (spec.strategy) {
    case Strategy::brute_force: return begin(brute_force(size, spec), spec.up_timeout, now);
    case Strategy::rolling: return begin(rolling(size, spec), spec.up_timeout, now);
    case Strategy::blue_green: return begin(blue_green(size, spec, balanced), spec.up_timeout, now);
    case Strategy::red_black:
    case Strategy::rolling_red_black: break;
  }
  titus::RollingUpdateSpec update{.steps = {}, .delay = spec.delay, .up = spec.up, .up_timeout = spec.up_timeout, .scale_down = false};
  if (spec.strategy == Strategy::rolling_red_black) update.steps = spec.steps;
  const titus::Capacity capacity{0, size, size};
  return titus::RollingUpdate(update, capacity, capacity, now);
}

bool Rollout::advance(int next_up, int old_up, Instant now) {
  if (ended()) return false;
  InSteps* const steps = std::get_if<InSteps>(&way_);
  const bool changed =
      steps != nullptr ? advance(*steps, next_up, old_up, now) : std::get<titus::RollingUpdate>(way_).advance(next_up, now);
  if (changed) take_over();
  return changed;
}

bool Rollout::advance(InSteps& steps, int next_up, int old_up, Instant now) {
  const Step& step = steps.steps[steps.at];
  if (steps.phase == Phase::comes_up && next_up >= step.next_up && old_up >= step.old_up) {
    steps.phase = Phase::waits;
    steps.until = add_exactly(now, step.then);
    return true;
  }
  if (now < steps.until) return false;
  if (steps.phase == Phase::comes_up) {
    steps.phase = Phase::failed;
  } else if (++steps.at == steps.steps.size()) {
    --steps.at;
    steps.phase = Phase::completed;
  } else {
    steps.phase = Phase::comes_up;
    steps.until = add_exactly(now, steps.up_timeout);
  }
  return true;
}

void Rollout::take_over() {
  if (const InSteps* const steps = std::get_if<InSteps>(&way_)) {
    wanted_ = steps->steps[steps->at].sizes;
    return;
  }
  const auto& update = std::get<titus::RollingUpdate>(way_);
  const Fraction disabled{size_ == 0 ? 0 : static_cast<double>(update.old_disabled()) / size_};
  wanted_ = {update.new_capacity().desired, none, update.old_capacity().desired, disabled};
}

Rollout::Phase Rollout::phase() const {
  if (const InSteps* const steps = std::get_if<InSteps>(&way_)) return steps->phase;
  switch (std::get<titus::RollingUpdate>(way_).phase()) {
    case titus::RollingUpdate::Phase::grows: return Phase::comes_up;
    case titus::RollingUpdate::Phase::waits: return Phase::waits;
    case titus::RollingUpdate::Phase::completed: return Phase::completed;
    case titus::RollingUpdate::Phase::failed: break;
  }
  return Phase::failed;
}

int instances_to_change(int changed, int unchanged, Fraction share) {
  return std::clamp(titus::share_of(changed + unchanged, share) - changed, 0, unchanged);
}

std::vector<std::size_t> groups_to_destroy(std::span<const GroupSeen> groups, int keep, bool also_active, bool larger_over_newer) {
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (also_active || !groups[i].active) candidates.push_back(i);
  }
  const auto worth = [&](std::size_t i) {
    const GroupSeen& group = groups[i];
    return std::tuple(also_active && group.active, larger_over_newer ? group.size : 0, group.created);
  };
  std::stable_sort(candidates.begin(), candidates.end(), [&](std::size_t a, std::size_t b) { return worth(a) > worth(b); });
  const auto others = static_cast<std::ptrdiff_t>(groups.size() - candidates.size());
  const std::ptrdiff_t kept = std::clamp<std::ptrdiff_t>(keep - others, 0, static_cast<std::ptrdiff_t>(candidates.size()));
  candidates.erase(candidates.begin(), candidates.begin() + kept);
  return candidates;
}

}  // namespace streamtwin::delivery
