// The second look at a parsed value: every string that names something must name something that is declared,
// and the relations that a struct states between its own fields must hold.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scenarios/language/faults.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::language {

using KnownNames = std::map<std::string, std::vector<std::string>, std::less<>>;

/// `given` are names that need no declaration. A family that nobody declares or gives is not checked. `completed` is called once
/// the value has been completed, if it can be.
void check_names_and_relations(const Type& type, void* value, const KnownNames& given, Faults& faults,
                               const std::function<void()>& completed);

}  // namespace streamtwin::language
