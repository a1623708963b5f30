#include "models/cache/evcache/steady_state.hpp"

#include "sim-core/math.hpp"

namespace streamtwin::evcache {
namespace {

// Below this share the course of an exponential over a life is a straight line to double precision.
constexpr double straight = 1e-9;

// How long an item stays fresh from a miss on: every refresh before the end of its life begins that life anew.
double fresh_spell(const KeyUse& use) {
  const double refreshes = use.refreshes.value(), life = in_seconds(use.fresh);
  return refreshes * life < straight ? life : (math::exp(refreshes * life) - 1) / refreshes;
}

// Of a fresh item: uniform without refreshes, else an exponential cut off at the end of its life.
double age_of_fresh(const KeyUse& use, double u) {
  const double refreshes = use.refreshes.value(), life = in_seconds(use.fresh);
  if (refreshes * life < straight) return u * life;
  return -math::log(1 - u * (1 - math::exp(-refreshes * life))) / refreshes;
}

}  // namespace

Fraction share_fresh(const KeyUse& use) {
  if (use.reads.value() <= 0) return Fraction{0};
  return Fraction{1 / (1 + 1 / (use.reads.value() * fresh_spell(use)))};
}

std::optional<Duration> draw_age(const KeyUse& use, Random& random) {
  const auto [state, position] = random.two_uniforms();
  if (use.reads.value() <= 0) return std::nullopt;
  if (state < share_fresh(use).value()) return Duration{age_of_fresh(use, position)};
  // It has expired, and the next read has not come yet. Reads are Poisson: the time since then is exponential.
  const Duration since = Duration{-math::log(1 - position) / use.reads.value()};
  if (since >= use.stale) return std::nullopt;
  return use.fresh + since;
}

}  // namespace streamtwin::evcache
