// The reference page of the scenario language, generated from the descriptions: one section per struct, one
// row per parameter.
#pragma once

#include <string>

#include "scenarios/language/type.hpp"

namespace streamtwin::language {

std::string reference_text(const Type& type);

}  // namespace streamtwin::language
