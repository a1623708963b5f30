// The keys of the scenario language as a test sees them: each key once, with every place where a scenario has it, and
// the other legal values that it could have.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario/scenario.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::language {

/// One key, wherever the scenario has it.
struct Key {
  const Type* type = nullptr;
  Field field;
  std::vector<void*> places;
};

/// Keys by their path with names and numbers taken out: "services.*.calls[].command.timeout". The places lie inside
/// the value and die with it.
std::map<std::string, Key> keys_of(const Type& type, void* value);

/// Gives the key another value at each of its places: its `way`-th. False when there are no more ways.
bool change(const Key& key, int way);

/// Whether the scenario would be accepted.
bool legal(const Scenario& scenario);

/// All that can be seen of a run and of its platform.
std::string outcome(const Scenario& scenario);

/// Whether some other legal value of the key makes a difference to what was seen `before`.
bool matters(const std::string& path, const Scenario& base, const std::string& before);

/// What must be in force for a key to matter, or for all that begin so: settings of the scenario.
using Settings = std::vector<std::string>;

/// A small scenario in which keys are to matter, and what is known of those.
struct SmallScenario {
  std::string file;                                    ///< in tests/end-to-end/keys
  std::vector<std::string> beginnings;                 ///< of the paths that are looked at
  std::map<std::string, Settings> beside = {};         ///< by path or its beginning, of which the longest counts
  std::map<std::string, std::string> exceptions = {};  ///< paths that do not matter here, and why
  std::vector<std::string> elsewhere = {};             ///< beginnings of paths that another test looks at

  Scenario with(Settings settings) const;
  Settings beside_of(const std::string& path) const;
};

/// Expects of all keys of the scenario, but names, files and what it leaves out, that another legal value matters if and only if
/// they are no exceptions, and of more than `least` that they have been looked at. STREAMTWIN_KEYS: only those that begin so.
void expect_keys_matter(const SmallScenario& small, int least);

}  // namespace streamtwin::language
