// A bound on a figure whose unit another field decides, as a tolerance names its KPI: `99.9 %`, `3 s`, or a plain number,
// which is in the figure's own unit.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim-core/units.hpp"

namespace streamtwin {

/// What a number is of.
enum class Dimension : std::uint8_t { plain, share, time, rate, bit_rate, size };

/// The units in which something of this dimension is written; a plain number has none.
constexpr std::span<const UnitName> units_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::plain: return {};
    case Dimension::share: return unit_names<Fraction>;
    case Dimension::time: return unit_names<Duration>;
    case Dimension::rate: return unit_names<Rate>;
    case Dimension::bit_rate: return unit_names<BitRate>;
    case Dimension::size: return unit_names<Bytes>;
  }
  return {};
}

inline constexpr auto dimensions =
    std::to_array({Dimension::plain, Dimension::share, Dimension::time, Dimension::rate, Dimension::bit_rate, Dimension::size});

/// The dimension that has this unit; `plain` for none.
constexpr Dimension dimension_of(std::string_view unit) {
  if (unit.empty()) return Dimension::plain;
  for (const Dimension dimension : dimensions) {
    for (const UnitName& name : units_of(dimension)) {
      if (name.text == unit) return dimension;
    }
  }
  return Dimension::plain;
}

/// `value` is in the base unit of its dimension; when it was written as a plain number, in the unit of whatever it bounds.
struct Bound {
  double value = 0;
  Dimension dimension = Dimension::plain;

  constexpr Bound() = default;
  constexpr Bound(double number) : value(number) {}

  constexpr void written_in(std::string_view unit) { dimension = dimension_of(unit); }
  constexpr std::span<const UnitName> units() const { return units_of(dimension); }
};

namespace detail {

inline constexpr std::size_t bound_unit_count = [] {
  std::size_t count = 0;
  for (const Dimension dimension : dimensions) count += units_of(dimension).size();
  return count;
}();

inline constexpr std::array<UnitName, bound_unit_count> bound_units = [] {
  std::array<UnitName, bound_unit_count> all{};
  auto next = all.begin();
  for (const Dimension dimension : dimensions) next = std::copy(units_of(dimension).begin(), units_of(dimension).end(), next);
  return all;
}();

}  // namespace detail

/// Of all dimensions; the first has no suffix.
template <>
inline constexpr std::span<const UnitName> unit_names<Bound>{detail::bound_units};

}  // namespace streamtwin
