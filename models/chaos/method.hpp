// Carries out the method of a scenario (the term is the Chaos Toolkit's): each step at its time, until its own end, whatever
// other steps of the same target begin or end meanwhile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/chaos/effect.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::chaos {

/// A step of the method with its effect bound.
struct Step {
  Duration at{0};                 ///< after the end of the warm-up
  std::optional<Duration> lasts;  ///< for ever if absent
  std::string action, target;     ///< as events name them
  Effect effect;
};

class Method {
 public:
  /// `zero`: the end of the warm-up, from which the method counts.
  Method(std::vector<Step> steps, Instant zero, Recorder& recorder);

  /// From now on. A step whose time has passed already is an EngineError.
  void start();
  /// Takes steps that may happen: they have their places among what happens at their times, and do nothing until they are told to.
  void start_asleep();
  /// The steps that were asleep, with their effects; none has come to its time.
  void wake(std::vector<Step> steps);

 private:
  Task<> carry_out(const Step& step);

  std::vector<Step> steps_;
  bool asleep_ = false;
  Instant zero_;
  Recorder& recorder_;
  Scope scope_;
};

}  // namespace streamtwin::chaos
