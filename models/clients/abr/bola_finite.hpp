// BOLA-FINITE: BOLA for a title that begins and ends. Early and late in it the buffer counts as smaller, so
// that the top level is reached sooner and no bits are left over. Spiteri, Urgaonkar and Sitaraman, INFOCOM
// 2016; agrees with Sabre's `-ao -a bola`.
#pragma once

#include <algorithm>

#include "models/clients/abr/bola.hpp"

namespace streamtwin::abr {

class BolaFinite {
 public:
  BolaFinite(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration)
      : basic_(config, ladder, chunk_duration), buffer_capacity_(config.buffer_capacity), chunk_duration_(chunk_duration) {}

  Decision choose(RuleState& state, const Situation& now) const {
    constexpr double chunks_min = 3;
    const double from_the_ends = std::min(now.chunk, now.chunks - std::min(now.chunk, now.chunks)) / 2.0;
    const Duration buffer = std::min(buffer_capacity_, chunk_duration_ * std::max(from_the_ends, chunks_min));
    return basic_.choose_with(basic_.value_for(buffer), state, now);
  }

 private:
  BolaBasic basic_;
  Duration buffer_capacity_;
  Duration chunk_duration_;
};

}  // namespace streamtwin::abr
