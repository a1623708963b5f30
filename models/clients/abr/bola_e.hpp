// BOLA-E: BOLA with a virtual buffer (the placeholder) that lets it start at what throughput sustains and
// forgive imposed waits, and with the insufficient-buffer rule; BOLA-PL is the same without that rule.
// Spiteri, Sitaraman and Sparacio, "From Theory to Practice" (MMSys 2018); agrees with Sabre's `-ao -a bolae`
// and `-ao -a bolae -noibr`.
#pragma once

#include <vector>

#include "models/clients/abr/config.hpp"
#include "models/clients/abr/situation.hpp"

namespace streamtwin::abr {

class BolaE {
 public:
  BolaE(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration) : BolaE(config, ladder, chunk_duration, true) {}

  Decision choose(RuleState& state, const Situation& now) const;
  /// A chunk that took `download` has arrived: keeps the virtual buffer plausible for its level.
  void chunk_arrived(RuleState& state, Duration download) const;

 protected:
  BolaE(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration, bool limits);

 private:
  Level level_for(Duration buffer) const;
  /// Above this buffer no chunk of the level has a positive score.
  Duration buffer_max(Level level) const { return value_ * (utility(level) + gamma_p_); }
  /// From this buffer on the level is preferred to all lower ones.
  Duration buffer_min(Level level) const { return buffer_min_[level]; }
  double utility(Level level) const { return ladder_.utility(level) + 1; }
  Decision start(RuleState& state, const Situation& now) const;

  bool limits_;
  Duration chunk_duration_;
  Duration buffer_capacity_;
  Ladder ladder_;
  double gamma_p_ = 0;
  Duration value_{0};
  std::vector<Duration> buffer_min_;
};

class BolaPl : public BolaE {
 public:
  BolaPl(const RuleSpec& config, const Ladder& ladder, Duration chunk_duration) : BolaE(config, ladder, chunk_duration, false) {}
};

}  // namespace streamtwin::abr
