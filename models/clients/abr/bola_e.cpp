#include "models/clients/abr/bola_e.hpp"

#include <algorithm>

namespace streamtwin::abr {

BolaE::BolaE(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration, bool limits)
    : limits_(limits), chunk_duration_(chunk_duration), buffer_capacity_(config.buffer_capacity), ladder_(ladder) {
  const double top = utility(ladder_.top());
  if (limits_) {
    const Duration least = config.bola_e_minimum_buffer;
    const Duration buffer = std::max(least + config.bola_e_buffer_per_level * static_cast<double>(ladder_.size()), buffer_capacity_);
    // A ladder of one level has no utility to gain: any weight chooses it.
    gamma_p_ = std::max((top - 1) / (buffer / least - 1), 1e-9);
    value_ = least / gamma_p_;
  } else {
    gamma_p_ = config.bola_gamma_p - 1;  // the utilities carry the other 1
    value_ = (buffer_capacity_ - chunk_duration_) / (top + gamma_p_);
  }
  for (Level level = 0; level <= ladder_.top(); ++level) {
    const double rate = ladder_.rate(level).value();
    Duration least{0};
    for (Level lower = 0; lower < level; ++lower) {
      const double lower_rate = ladder_.rate(lower).value();
      const double tie = (rate * utility(lower) - lower_rate * utility(level)) / (rate - lower_rate);
      least = std::max(least, value_ * (gamma_p_ + tie));
    }
    buffer_min_.push_back(least);
  }
}

Level BolaE::level_for(Duration buffer) const {
  Level best = 0;
  double best_score = 0;
  for (Level level = 0; level <= ladder_.top(); ++level) {
    const double score = (buffer_max(level) - buffer).count() / ladder_.rate(level).value();
    if (level == 0 || score > best_score) {
      best = level;
      best_score = score;
    }
  }
  return best;
}

Decision BolaE::start(RuleState& state, const Situation& now) const {
  state.steady = true;
  const Level level = sustained_level(ladder_, chunk_duration_, now.throughput, now.latency);
  state.placeholder = std::max(Duration{0}, buffer_min(level) - now.buffer);
  return {.level = level};
}

Decision BolaE::choose(RuleState& state, const Situation& now) const {
  if (!state.steady) return start(state, now);
  const Level last = static_cast<Level>(state.last_level);
  Level level = level_for(now.buffer + state.placeholder);
  const Level sustained = sustained_level(ladder_, chunk_duration_, now.throughput, now.latency);
  if (level > last && level > sustained) level = std::max(last, sustained);

  // A buffer above the level's bound first loses of its virtual part; the rest is waited for.
  Duration wait = std::max(Duration{0}, now.buffer + state.placeholder - buffer_max(level));
  const Duration virtual_part = std::min(wait, state.placeholder);
  state.placeholder -= virtual_part;
  wait -= virtual_part;
  if (level == ladder_.top()) wait = Duration{0};

  if (limits_) {
    const Level limited = limit_to_buffer(level, ladder_, chunk_duration_, now, state.bola_decisions);
    if (state.bola_decisions < decisions_counted_max) ++state.bola_decisions;
    if (limited < level) {
      level = limited;
      wait = Duration{0};
      state.placeholder = std::min(state.placeholder, std::max(Duration{0}, buffer_min(level) - now.buffer));
    }
  }
  return {.level = level, .wait = wait};
}

void BolaE::chunk_arrived(RuleState& state, Duration download) const {
  const Duration at_request{state.buffer_at_request_s};
  const Duration buffer = std::max(Duration{0}, at_request - download) + chunk_duration_;
  const Duration before = buffer + download;
  const Level level = static_cast<Level>(state.last_level);
  state.placeholder = std::min(state.placeholder, std::max(Duration{0}, buffer_max(level) - before));
  state.placeholder = std::max(state.placeholder, buffer_min(level) - before);
  // A full buffer imposes a wait before the next chunk, which must not count against the level.
  state.placeholder += std::max(Duration{0}, buffer + chunk_duration_ - buffer_capacity_);
}

}  // namespace streamtwin::abr
