// BOLA-basic: the level that maximises utility per bit against the buffer level, a Lyapunov argument that
// needs no throughput estimate except to restrain upward moves. Spiteri, Urgaonkar and Sitaraman, INFOCOM
// 2016; agrees with Sabre's `-ao -a bola -ab`.
#pragma once

#include "models/clients/abr/config.hpp"
#include "models/clients/abr/situation.hpp"

namespace streamtwin::abr {

class BolaBasic {
 public:
  BolaBasic(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration);

  Decision choose(RuleState& state, const Situation& now) const { return choose_with(value_, state, now); }

  /// V of the paper, in time, for a buffer of this size: the top level's score is positive until it is full.
  Duration value_for(Duration buffer) const { return (buffer - chunk_duration_) / (ladder_.utility(ladder_.top()) + gamma_p_); }
  /// The rule for another V.
  Decision choose_with(Duration value, RuleState& state, const Situation& now) const;
  /// The level by the buffer alone.
  Level level_for(Duration value, Duration buffer) const;
  /// Above this buffer no chunk of the level has a positive score.
  Duration buffer_max(Duration value, Level level) const { return value * (gamma_p_ + ladder_.utility(level)); }
  Duration buffer_max(Level level) const { return buffer_max(value_, level); }

 private:
  Decision decide(Duration value, const RuleState& state, const Situation& now) const;

  double gamma_p_;
  bool waits_;
  Duration chunk_duration_;
  Ladder ladder_;
  Duration value_;
};

}  // namespace streamtwin::abr
