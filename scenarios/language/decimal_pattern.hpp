// Regular expressions (ECMA-262, without look-ahead) that say whether a plain decimal is large or small
// enough. JSON Schema has bounds for numbers only; a quantity is a text, and this is how its bounds get into
// the schema.
#pragma once

#include <string>

namespace streamtwin::language {

/// Matches the decimals without sign and exponent that are at least, or at most, the bound; leading and
/// trailing zeros do not matter. Whether the text is a decimal at all is not asked. A bound is taken in its
/// shortest digits.
std::string at_least_pattern(double bound);
std::string at_most_pattern(double bound);

}  // namespace streamtwin::language
