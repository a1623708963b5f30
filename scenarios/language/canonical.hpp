// The canonical text of a parsed value: every field in the order of its description, quantities in base units
// with all their digits. It is itself a scenario: reading it gives the same value and the same text. Two
// scenarios that mean the same have the same canonical text, however they are written; its digest identifies
// what was run.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/language/type.hpp"

namespace streamtwin::language {

std::string canonical_text(const Type& type, const void* value);

/// A single value as canonical text writes it: `0.25 s`, `"text"`, `[]`.
std::string canonical_scalar(const Type& type, const void* value);

/// A text between double quotes, valid in YAML and JSON.
std::string quoted_text(std::string_view text);

/// 128 bits of FNV-1a as 32 hexadecimal digits.
std::string digest(std::string_view text);

}  // namespace streamtwin::language
