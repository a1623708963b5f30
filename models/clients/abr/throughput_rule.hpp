// The throughput rule: the highest level that a share of the expected throughput sustains, held down by the
// insufficient-buffer rule. Replays ThroughputRule of Sabre (UMass-LIDS/sabre, src/sabre.py) and dash.js.
#pragma once

#include "models/clients/abr/config.hpp"
#include "models/clients/abr/situation.hpp"

namespace streamtwin::abr {

class ThroughputRule {
 public:
  ThroughputRule(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration)
      : safety_(config.throughput_safety.value()),
        limits_(config.insufficient_buffer_rule),
        chunk_duration_(chunk_duration),
        ladder_(ladder) {}

  Decision choose(RuleState& state, const Situation& now) const {
    Level level = sustained_level(ladder_, chunk_duration_, now.throughput * safety_, now.latency);
    if (limits_) level = limit_to_buffer(level, ladder_, chunk_duration_, now, state.throughput_decisions);
    if (state.throughput_decisions < decisions_counted_max) ++state.throughput_decisions;
    return {.level = level};
  }

 private:
  double safety_;
  bool limits_;
  Duration chunk_duration_;
  Ladder ladder_;
};

}  // namespace streamtwin::abr
