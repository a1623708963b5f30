// DYNAMIC: the throughput rule while the buffer is low, BOLA once it is not. DYNAMIC-DASH is the variant that
// dash.js shipped, over BOLA-E and with other thresholds. Spiteri, Sitaraman and Sparacio (MMSys 2018); agree
// with Sabre's `-ao -a dynamic` and `-ao -a dynamicdash`.
#pragma once

#include "models/clients/abr/bola_e.hpp"
#include "models/clients/abr/bola_finite.hpp"
#include "models/clients/abr/throughput_rule.hpp"

namespace streamtwin::abr {

class Dynamic {
 public:
  Dynamic(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration)
      : threshold_(config.dynamic_threshold), bola_(config, ladder, chunk_duration), throughput_(config, ladder, chunk_duration) {}

  Decision choose(RuleState& state, const Situation& now) const {
    const Decision bola = bola_.choose(state, now);
    const Decision throughput = throughput_.choose(state, now);
    if (state.by_buffer) {
      if (now.buffer < threshold_ && bola.level < throughput.level) state.by_buffer = false;
    } else if (now.buffer > threshold_ && bola.level >= throughput.level) {
      state.by_buffer = true;
    }
    return state.by_buffer ? bola : throughput;
  }

 private:
  Duration threshold_;
  BolaFinite bola_;
  ThroughputRule throughput_;
};

class DynamicDash {
 public:
  DynamicDash(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration)
      : low_(config.dynamic_dash_low_threshold),
        high_(config.dynamic_threshold),
        bola_(config, ladder, chunk_duration),
        throughput_(config, ladder, chunk_duration) {}

  Decision choose(RuleState& state, const Situation& now) const {
    if (state.by_buffer && now.buffer < low_)
      state.by_buffer = false;
    else if (!state.by_buffer && now.buffer > high_)
      state.by_buffer = true;
    return state.by_buffer ? bola_.choose(state, now) : throughput_.choose(state, now);
  }
  void chunk_arrived(RuleState& state, Duration download) const { bola_.chunk_arrived(state, download); }

 private:
  Duration low_, high_;
  BolaE bola_;
  ThroughputRule throughput_;
};

}  // namespace streamtwin::abr
