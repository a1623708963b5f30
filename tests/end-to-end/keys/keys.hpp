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

}  // namespace streamtwin::language
