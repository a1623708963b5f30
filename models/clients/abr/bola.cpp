#include "models/clients/abr/bola.hpp"

#include <algorithm>

namespace streamtwin::abr {

BolaBasic::BolaBasic(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration)
    : gamma_p_(config.bola_gamma_p),
      waits_(config.bola_waits_instead_of_oscillating),
      chunk_duration_(chunk_duration),
      ladder_(ladder),
      value_(value_for(config.buffer_capacity)) {}

Level BolaBasic::level_for(Duration value, Duration buffer) const {
  Level best = 0;
  double best_score = 0;
  for (Level level = 0; level <= ladder_.top(); ++level) {
    const double score = (buffer_max(value, level) - buffer).count() / ladder_.rate(level).value();
    if (level == 0 || score > best_score) {
      best = level;
      best_score = score;
    }
  }
  return best;
}

Decision BolaBasic::decide(Duration value, const RuleState& state, const Situation& now) const {
  const Level last = static_cast<Level>(state.bola_level);
  const Level wanted = level_for(value, now.buffer);
  if (wanted <= last) return {.level = wanted};
  const Level sustained = sustained_level(ladder_, chunk_duration_, now.throughput, now.latency);
  if (wanted <= sustained) return {.level = wanted};
  if (last > sustained) return {.level = last};
  if (!waits_) return {.level = static_cast<Level>(sustained + 1)};
  if (sustained == ladder_.top()) return {.level = sustained};
  return {.level = sustained, .wait = std::max(Duration{0}, now.buffer - buffer_max(value, sustained))};
}

Decision BolaBasic::choose_with(Duration value, RuleState& state, const Situation& now) const {
  const Decision decision = decide(value, state, now);
  state.bola_level = decision.level;
  return decision;
}

}  // namespace streamtwin::abr
