// From a Document to the fields of a described struct: every value checked for its type, unit and bounds,
// every name looked up, every relation between fields tried; all that is wrong is reported at once, each with
// its place.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/language/document.hpp"
#include "scenarios/language/faults.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::language {

struct ParseOptions {
  /// Names that a scenario may use without declaring them, by family: those that come with the program or its
  /// data.
  std::map<std::string, std::vector<std::string>, std::less<>> names = {};
  /// Whether names and the relations between fields are checked, or only each value by itself.
  bool names_and_relations = true;
};

/// Fills `value`, a default-constructed object of the type, from the document. Returns the document's own
/// diagnostics followed by what is wrong with the values, in the order of the text. What is in error keeps
/// its default. `warnings`, if given, gets what is no error but hardly meant.
std::vector<Diagnostic> parse_into(const Type& type, void* value, const Document& document, const ParseOptions& options = {},
                                   std::vector<Diagnostic>* warnings = nullptr);

/// Lays what the node says over a value; what it does not say stays as it is.
void lay_over(const Type& type, void* value, const Node& node, const std::string& path, const Field& field, const Document& document,
              Faults& faults);

}  // namespace streamtwin::language
