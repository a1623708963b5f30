// How long a film is, by its number.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/work/kinds/arrivals_spec.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::work {

inline Duration film_length(const FilmSpec& spec, std::uint64_t seed, std::uint64_t number) {
  Random random(seed, number, hash_text("length of a film"));
  return std::clamp(random.lognormal(spec.length, spec.length_sigma), Duration{1min}, Duration{24h});
}

}  // namespace streamtwin::work
