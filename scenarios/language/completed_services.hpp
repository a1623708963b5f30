// What a scenario says of all services, said of those that it does not write out either: `mesh.call_defaults`, and the changes
// of `--set` and `override:` whose path begins with `services.*`.
#pragma once

#include "scenarios/language/document.hpp"
#include "scenarios/language/faults.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::language {

/// `value` has just been completed: its services are those that are written and those that were drawn or read from a file.
/// The defaults of calls win over what these say by themselves, and changes over the defaults. A change that finds nothing
/// anywhere is in error.
void lay_over_completed(const Type& type, void* value, const Document& document, Faults& faults);

}  // namespace streamtwin::language
