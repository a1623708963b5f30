// What a document says of all entries of a map, said of those that it does not write out either: the defaults of their items,
// and the changes of `--set` and `override:` whose path stands for something in each of them (conventions.hpp).
#pragma once

#include "scenarios/language/document.hpp"
#include "scenarios/language/faults.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::language {

/// `value` has just been completed: its entries are those that are written and those that come from elsewhere. The defaults
/// of items win over what these say by themselves, and changes over the defaults. A change that finds nothing
/// anywhere is in error.
void lay_over_completed(const Type& type, void* value, const Document& document, Faults& faults);

}  // namespace streamtwin::language
