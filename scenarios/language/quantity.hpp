// Quantities as text: reading `30 s`, `8 Gbps`, `70 %` into a number of base units, and writing them so that
// people like to read them (`250 ms`, `1.5 Gbps`). The units themselves stand in sim-core/units.hpp beside
// their types.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/language/bound.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::language {

/// A decimal number that is the whole text: `12`, `-0.5`, `.5`, `1e-3`. No other notation (hexadecimal, nan,
/// inf, +1). Out of a double's range is no number.
std::optional<double> read_number(std::string_view text);

enum class QuantityFault { none, no_number, no_unit, unknown_unit };

/// What a text says as a quantity. `value` is in the base unit; `number` and `unit` are the parts of the
/// text.
struct ReadQuantity {
  QuantityFault fault = QuantityFault::none;
  double value = 0;
  std::string_view number;
  std::string_view unit;
};

/// Reads `number unit`, with or without spaces between. One rounding: 99.9 % is the double nearest 0.999.
ReadQuantity read_quantity(std::string_view text, std::span<const UnitName> units);

/// The regular expression (ECMA-262) of what read_quantity accepts.
std::string quantity_pattern(std::span<const UnitName> units);

/// The regular expression of the quantities that are at least, or at most, the bound. It cannot judge
/// exponents: whatever has one matches.
enum class BoundKind { at_least, at_most };
std::string quantity_bound_pattern(std::span<const UnitName> units, BoundKind kind, double bound);

/// What a message calls a quantity ("a duration"), and from where on it is a slip of the keyboard.
struct QuantityTraits {
  std::string_view noun;
  std::string_view example;
  double plausible_max;
};
QuantityTraits quantity_traits(std::span<const UnitName> units);

/// `s, ms, min, h`: for messages and documentation.
std::string unit_list(std::span<const UnitName> units);

/// The quantity in the unit that needs the fewest digits; reading the text back gives the same double.
std::string exact_text(double value, std::span<const UnitName> units);

/// The quantity rounded to so many significant digits, in the decimal unit in which it lies between 1 and
/// 1000.
std::string human_text(double value, std::span<const UnitName> units, int digits = 3);

inline double base_value(Bound bound) { return bound.value; }
inline double base_value(Duration quantity) { return quantity.count(); }
template <class Tag>
double base_value(Quantity<Tag> quantity) {
  return quantity.value();
}

/// `250 ms`, `1.5 Gbps`, `70 %`: for tables and reports.
template <class Q>
std::string human(Q quantity, int digits = 3) {
  return human_text(base_value(quantity), unit_names<Q>, digits);
}

/// As `human`, but no digit is lost.
template <class Q>
std::string exact(Q quantity) {
  return exact_text(base_value(quantity), unit_names<Q>);
}

}  // namespace streamtwin::language
