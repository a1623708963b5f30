// What a run would use: every parameter in force with its value, its default, where the default comes from
// and where the value was set. `streamtwin describe` prints this, as a table or as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/document.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::language {

struct Setting {
  std::string path;           ///< as --set takes it
  std::string value;          ///< as a scenario would write it
  std::string default_value;  ///< "" inside lists and maps that have no default element
  std::string base_value;     ///< the number in base units, for machines; empty for what is no number
  std::string unit;           ///< the base unit
  std::string_view source;    ///< of the default: a publication, an upstream file, "assumption"
  std::string_view doc;
  std::string set_by;       ///< "default", `file:line:column` or `--set path`
  bool is_default = false;  ///< nobody has set it
};

std::vector<Setting> settings(const Type& type, const void* value, const Document& document);

/// An aligned table; of lists and maps longer than `elements_max` only the first few elements are shown (0:
/// all).
std::string settings_table(const std::vector<Setting>& settings, std::size_t elements_max = 8);

/// A JSON array of objects with the members of Setting; null is a default or a base value that does not
/// exist.
std::string settings_json(const std::vector<Setting>& settings);

}  // namespace streamtwin::language
