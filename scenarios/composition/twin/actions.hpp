// The table of what a step of the method can do. A row says all there is to say of an action: which keys it reads, what it
// may be aimed at, and what it does when it strikes and when it ends. Each part of the platform has the rows of what it
// owns in its file in `parts/`; parser, schema, reference, checks and runs go by this table.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/chaos/effect.hpp"
#include "models/openconnect/topology.hpp"
#include "scenarios/composition/twin/target_kinds.hpp"
#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

/// Where steps of a method are written: those from `first` on in the list of that name.
struct StepPlace {
  std::string list = "method";
  std::size_t first = 0;
};

/// A step of a scenario's method that is checked.
class StepCheck {
 public:
  /// `delivery`: where Open Connect stands, null if nobody knows.
  StepCheck(const Scenario& its_scenario, const openconnect::Topology* its_delivery, std::size_t its_number, Checker& checker,
            StepPlace place = {});

  const Scenario& scenario;
  const openconnect::Topology* const delivery;
  const std::size_t number;  ///< of the step in the method
  const FaultSpec& step;

  std::string at(std::string_view key) const;
  void error(std::string_view key, std::string_view message) const { checker_.error(at(key), message); }
  void require(bool holds, std::string_view key, std::string_view message) const { checker_.require(holds, at(key), message); }
  /// That the target is a name of the family.
  void target_of(std::string_view family) const { checker_.name(at("target"), step.target, family); }
  void name(std::string_view key, std::string_view value, std::string_view family) const { checker_.name(at(key), value, family); }
  void one_of(std::string_view key, std::string_view value, std::string_view kind, std::span<const std::string> names) const {
    checker_.one_of(at(key), value, kind, names);
  }

 private:
  Checker& checker_;
  StepPlace place_;
};

struct Action {
  std::string_view name;
  std::string_view doc;                    ///< what it does, for the reference
  std::vector<std::string_view> needs;     ///< keys besides `at` and `action` that must be written
  std::vector<std::string_view> reads;     ///< and those that it reads if they are
  std::vector<TargetKind> takes;           ///< what its target may be
  void (*check_target)(const StepCheck&);  ///< that the target, which is written, is there
  /// With its targets found. Throws std::invalid_argument if they are not there.
  chaos::Effect (*bind)(Twin::Parts&, const FaultSpec&);
  void (*check)(const StepCheck&) = nullptr;  ///< what else must hold
  bool prepares = false;                      ///< the platform is another from the start of the run, so that no branch can have it
  /// Two of it at once on a target are refused. Otherwise what they do adds up, and each ends by itself.
  bool alone = false;
  bool harms = true;  ///< a fault, and no order that somebody gives: it may be found out
};

/// All rows, in the order in which the reference lists them.
const std::vector<Action>& all_actions();
const Action& action_of(const FaultSpec& step);

/// The keys that a step has besides `at` and `action`. An empty text is no value.
std::vector<std::string_view> written_keys(const FaultSpec& step);
/// Those of them that say when, which every action has.
const std::vector<std::string_view>& schedule_keys();

/// That the steps happen within the run, to something that is there, and that every key of theirs is read.
void check_method(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker);
/// That there is something to branch, and within the run; the steps of each branch likewise, as part of its method.
void check_branches(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker);

/// A step as one of those of another list.
void check_step(const StepCheck& on);

/// What the scenario knows of, said of a target that a program has asked for and that is not there.
[[noreturn]] void unknown_target(std::string_view what, const std::string& target, const std::vector<std::string>& known);

/// A number as names have it: without leading zeros.
std::optional<int> whole_number(std::string_view text);

}  // namespace streamtwin
