#include "models/work/kinds/watermarking.hpp"

#include <algorithm>
#include <cmath>

#include "models/work/kinds/film.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::work {

const std::vector<std::string>& Watermarking::stage_names() {
  static const std::vector<std::string> names{"mark"};
  return names;
}

Plan Watermarking::plan(std::uint64_t number) const {
  Random random(seed_, number, hash_text("recipients of a screener"));
  const long copies = std::clamp(std::lround(random.lognormal(spec_.recipients, spec_.recipients_sigma)), 1l, 1000l);
  const Duration film = film_length(spec_.film, seed_, number);
  Plan plan;
  for (long copy = 0; copy < copies; ++copy) {
    plan.add({.stage = 0, .work = film * spec_.cost, .in = film * spec_.film.bit_rate, .out = film * spec_.bit_rate});
  }
  return plan;
}

}  // namespace streamtwin::work
