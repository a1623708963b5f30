// A part of the platform in a run: the registry, the edge, the members, … Each has a file of its own in `parts/`
// that binds what stands in `models/` to the rest; the list of them is in parts/list.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

struct Action;

/// A branch that a run has become.
struct TakenBranch {
  std::string name;
  std::vector<FaultSpec> method;  ///< its own steps; the scenario has them too by now
};

class TwinPart {
 public:
  TwinPart() = default;
  TwinPart(const TwinPart&) = delete;
  TwinPart& operator=(const TwinPart&) = delete;
  virtual ~TwinPart() = default;

  /// All parts are built. Called in the order of the list, at the beginning of the run.
  virtual void start() {}
  /// The recorder is about to turn its window.
  virtual void window_ends(Instant) {}
  /// The recorder is about to begin the measurement.
  virtual void measurement_begins(Instant) {}
  /// The run is that of a branch from now on; nothing of what that does has happened.
  virtual void branch_taken(const TakenBranch&) {}
  /// Its lines of what `describe` prints of the platform.
  virtual std::string describe_platform() const { return {}; }
  /// Adds what the part alone knows. Called at the end of a run, and whenever somebody asks for its result.
  virtual void add_results(RunResult&) {}
};

/// What is known of a part before there is one. All but `build` may be null.
struct PartKind {
  /// What must hold between the fields of a scenario that concern it, whether the scenario has the part or not.
  void (*check)(const Scenario&, Checker&) = nullptr;
  /// What `describe` says of the scenario before its platform; empty if that has nothing of it.
  std::string (*describe)(const Scenario&) = nullptr;
  bool (*present)(const Scenario&) = nullptr;                  ///< whether a scenario has it; null: always
  std::unique_ptr<TwinPart> (*build)(Twin::Parts&) = nullptr;  ///< those before it in the list are there
  std::vector<Action> (*actions)() = nullptr;                  ///< what the method can do to it
};

template <class P>
std::unique_ptr<TwinPart> build_part(Twin::Parts& parts) {
  return std::make_unique<P>(parts);
}

/// What the parts say of a scenario in `describe`.
std::string parts_text(const Scenario& scenario);

/// In the order in which parts are built and started; they die in the reverse order.
const std::vector<const PartKind*>& part_list();

}  // namespace streamtwin
