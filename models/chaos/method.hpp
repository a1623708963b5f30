// Carries out the method of a scenario (the term is the Chaos Toolkit's): each step at its time, until its own end, whatever
// other steps of the same target begin or end meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/chaos/detection.hpp"
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
  /// Names of those that it strikes, asked just before it begins: instances, their services, places. Null: nobody can say.
  std::function<std::vector<std::string>()> struck = nullptr;
  std::size_t number = 0;  ///< by which strikes name it
};

/// Who is there, by name.
class Census {
 public:
  virtual ~Census() = default;
  /// Instances that requests reach.
  virtual std::set<std::string> serving() const = 0;
};

class Method {
 public:
  /// `zero`: the end of the warm-up, from which the method counts. A step also strikes whoever does not serve any more at the instant of
  /// its beginning.
  Method(std::vector<Step> steps, Instant zero, Recorder& recorder, const Census& census);

  /// From now on. A step whose time has passed already is an EngineError.
  void start();
  /// Takes steps that may happen: they have their places among what happens at their times, and do nothing until they are told to.
  void start_asleep();
  /// The steps that were asleep, with their effects; none has come to its time.
  void wake(std::vector<Step> steps);
  /// What has been struck so far, in the order of time.
  const std::vector<Strike>& strikes() const { return strikes_; }
  bool has_struck(const std::string& name) const;

 private:
  Task<> carry_out(const Step& step);
  Task<> begin(const Step& step);

  std::vector<Step> steps_;
  bool asleep_ = false;
  Instant zero_;
  Recorder& recorder_;
  const Census& census_;
  std::vector<Strike> strikes_;
  Scope scope_;
};

}  // namespace streamtwin::chaos
