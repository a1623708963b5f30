#include "sim-core/random.hpp"

namespace streamtwin {

double Random::normal() {
  const auto [length, turn] = two_uniforms();
  return math::sqrt(-2.0 * math::log(1.0 - length)) * math::cos_of_turn(turn);
}

}  // namespace streamtwin
