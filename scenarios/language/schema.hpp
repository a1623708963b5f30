// The JSON Schema (draft 2020-12) of a described struct, for the completion and the red underlines of
// editors. It accepts what the parser accepts, and refuses what the parser refuses for its type or range.
// Names, relations between fields, and the bounds of a quantity that is written with an exponent are left to
// the parser. `patternErrorMessage` is what Visual Studio Code's YAML and JSON languages show in place of an
// expression.
#pragma once

#include <string>

#include "scenarios/language/type.hpp"

namespace streamtwin::language {

struct SchemaInfo {
  std::string id = "https://streamtwin.invalid/scenario.schema.json";
  std::string title = "streamtwin scenario";
};

std::string schema_text(const Type& type, const SchemaInfo& info = {});

/// "1 ms to 1 h", "at least 1"; empty without bounds. In the words of the field's unit.
std::string bounds_text(const Type& type, const Field& field);

}  // namespace streamtwin::language
