#include "sim-core/random.hpp"

namespace streamtwin {

double Random::normal() {
  const double radius = math::sqrt(-2.0 * math::log(1.0 - uniform()));
  return radius * math::cos_of_turn(uniform());
}

}  // namespace streamtwin
