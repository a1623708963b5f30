#include "models/clients/abr/bola.hpp"

#include <algorithm>

namespace streamtwin::abr {

BolaBasic::BolaBasic(const RuleConfig& config, const Ladder& ladder, Duration chunk_duration)
    : gamma_p_(config.bola_gamma_p),
      waits_(config.bola_waits_instead_of_oscillating),
      value_((config.buffer_capacity - chunk_duration) / (ladder.utility(ladder.top()) + config.bola_gamma_p)),
      chunk_duration_(chunk_duration),
      ladder_(ladder) {}

Level BolaBasic::level_for(Duration buffer) const {
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

Decision BolaBasic::choose(RuleState& state, const Situation& now) const {
  const Level wanted = level_for(now.buffer);
  if (wanted <= state.last_level) return {.level = wanted};
  const Level sustained = sustained_level(ladder_, chunk_duration_, now.throughput, now.latency);
  if (wanted <= sustained) return {.level = wanted};
  if (state.last_level > sustained) return {.level = state.last_level};
  if (!waits_) return {.level = static_cast<Level>(sustained + 1)};
  if (sustained == ladder_.top()) return {.level = sustained};
  return {.level = sustained, .wait = std::max(Duration{0}, now.buffer - buffer_max(sustained))};
}

}  // namespace streamtwin::abr
