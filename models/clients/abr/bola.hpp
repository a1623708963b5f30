// BOLA-basic: the level that maximises utility per bit against the buffer level, a Lyapunov argument that needs no
// throughput estimate except to restrain upward moves. Spiteri, Urgaonkar and Sitaraman, INFOCOM 2016; agrees with
// Sabre's `-ao -a bola -ab`.
#pragma once

#include "models/clients/abr/config.hpp"
#include "models/clients/abr/situation.hpp"

namespace streamtwin::abr {

class BolaBasic {
 public:
  BolaBasic(const RuleConfig& config, const Ladder& ladder, Duration chunk_duration);

  Decision choose(RuleState& state, const Situation& now) const;
  /// The level by the buffer alone.
  Level level_for(Duration buffer) const;
  /// Above this buffer no chunk of the level has a positive score.
  Duration buffer_max(Level level) const { return value_ * (gamma_p_ + ladder_.utility(level)); }

 private:
  double gamma_p_;
  bool waits_;
  Duration value_;  ///< V of the paper, in time
  Duration chunk_duration_;
  Ladder ladder_;
};

}  // namespace streamtwin::abr
