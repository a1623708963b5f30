// Quantities with their units in the type. Time is std::chrono on the simulated clock; everything else is a
// Quantity: a double in one base unit that cannot be mistaken for another. The suffixes by which a scenario may
// write a quantity stand beside the type (UnitNames), so that parser, messages and documentation agree.
#pragma once

#include <chrono>
#include <compare>
#include <cmath>
#include <ratio>
#include <span>
#include <string_view>

namespace streamtwin {

using namespace std::chrono_literals;

/// The simulated clock: seconds since the start of the run, the same double that SimGrid's clock holds.
struct SimClock {
  using rep = double;
  using period = std::ratio<1>;
  using duration = std::chrono::duration<double>;
  using time_point = std::chrono::time_point<SimClock, duration>;
  static constexpr bool is_steady = true;
};
using Duration = SimClock::duration;
using Instant = SimClock::time_point;

constexpr Duration seconds(double value) { return Duration{value}; }
constexpr Instant at(Duration since_start) { return Instant{since_start}; }
constexpr double in_seconds(Duration value) { return value.count(); }
constexpr double in_milliseconds(Duration value) { return value.count() * 1e3; }
constexpr double in_seconds(Instant value) { return value.time_since_epoch().count(); }
inline constexpr Instant never{Duration{HUGE_VAL}};

template <class Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_(value) {}
  /// The value in the base unit that the tag names.
  constexpr double value() const { return value_; }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity{-value_}; }
  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    value_ *= factor;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.value_ + b.value_}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.value_ - b.value_}; }
  friend constexpr Quantity operator*(Quantity a, double factor) { return Quantity{a.value_ * factor}; }
  friend constexpr Quantity operator*(double factor, Quantity a) { return Quantity{a.value_ * factor}; }
  friend constexpr Quantity operator/(Quantity a, double divisor) { return Quantity{a.value_ / divisor}; }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }

 private:
  double value_ = 0;
};

struct BytesTag {};
struct BitRateTag {};
struct RateTag {};
struct FractionTag {};
struct FlopsTag {};
struct SpeedTag {};
struct DistanceTag {};

using Bytes = Quantity<BytesTag>;        ///< bytes
using BitRate = Quantity<BitRateTag>;    ///< bits per second
using Rate = Quantity<RateTag>;          ///< events per second
using Fraction = Quantity<FractionTag>;  ///< 1 is the whole; written "70 %" or 0.7
using Flops = Quantity<FlopsTag>;        ///< floating-point operations, SimGrid's unit of work
using Speed = Quantity<SpeedTag>;        ///< floating-point operations per second
using Distance = Quantity<DistanceTag>;  ///< kilometres

constexpr Bytes operator*(BitRate rate, Duration time) { return Bytes{rate.value() * time.count() / 8}; }
constexpr Bytes operator*(Duration time, BitRate rate) { return rate * time; }
constexpr Duration operator/(Bytes size, BitRate rate) { return Duration{size.value() * 8 / rate.value()}; }
constexpr BitRate operator/(Bytes size, Duration time) { return BitRate{size.value() * 8 / time.count()}; }
constexpr double operator*(Rate rate, Duration time) { return rate.value() * time.count(); }
constexpr double operator*(Duration time, Rate rate) { return rate * time; }
constexpr Duration operator/(Flops work, Speed speed) { return Duration{work.value() / speed.value()}; }

namespace literals {
constexpr Bytes operator""_B(unsigned long long v) { return Bytes{static_cast<double>(v)}; }
constexpr Bytes operator""_KB(unsigned long long v) { return Bytes{static_cast<double>(v) * 1e3}; }
constexpr Bytes operator""_MB(unsigned long long v) { return Bytes{static_cast<double>(v) * 1e6}; }
constexpr Bytes operator""_GB(unsigned long long v) { return Bytes{static_cast<double>(v) * 1e9}; }
constexpr Bytes operator""_TB(unsigned long long v) { return Bytes{static_cast<double>(v) * 1e12}; }
constexpr BitRate operator""_bps(unsigned long long v) { return BitRate{static_cast<double>(v)}; }
constexpr BitRate operator""_kbps(unsigned long long v) { return BitRate{static_cast<double>(v) * 1e3}; }
constexpr BitRate operator""_Mbps(unsigned long long v) { return BitRate{static_cast<double>(v) * 1e6}; }
constexpr BitRate operator""_Gbps(unsigned long long v) { return BitRate{static_cast<double>(v) * 1e9}; }
constexpr Rate operator""_per_s(unsigned long long v) { return Rate{static_cast<double>(v)}; }
constexpr Rate operator""_per_s(long double v) { return Rate{static_cast<double>(v)}; }
constexpr Fraction operator""_pct(unsigned long long v) { return Fraction{static_cast<double>(v) / 100}; }
constexpr Fraction operator""_pct(long double v) { return Fraction{static_cast<double>(v) / 100}; }
constexpr Distance operator""_km(unsigned long long v) { return Distance{static_cast<double>(v)}; }
}  // namespace literals

/// One way to write a quantity: `30 s`, `8 Gbps`. The value in the base unit is number * factor.
struct UnitName {
  std::string_view text;
  double factor;
};

/// The suffixes of a quantity type; the first is the base unit (factor 1). Plain numbers have none.
template <class T>
inline constexpr std::span<const UnitName> unit_names{};

namespace detail {
inline constexpr UnitName duration_units[] = {{"s", 1}, {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"min", 60}, {"h", 3600}, {"d", 86400}};
inline constexpr UnitName bytes_units[] = {{"B", 1},
                                           {"kB", 1e3},
                                           {"KB", 1e3},
                                           {"MB", 1e6},
                                           {"GB", 1e9},
                                           {"TB", 1e12},
                                           {"PB", 1e15},
                                           {"KiB", 1024.0},
                                           {"MiB", 1048576.0},
                                           {"GiB", 1073741824.0},
                                           {"TiB", 1099511627776.0}};
inline constexpr UnitName bit_rate_units[] = {{"bps", 1}, {"kbps", 1e3}, {"Mbps", 1e6}, {"Gbps", 1e9}, {"Tbps", 1e12}};
inline constexpr UnitName rate_units[] = {{"/s", 1}, {"per s", 1}, {"/min", 1.0 / 60}, {"/h", 1.0 / 3600}, {"/d", 1.0 / 86400}, {"Hz", 1}};
inline constexpr UnitName fraction_units[] = {{"", 1}, {"%", 0.01}};
inline constexpr UnitName flops_units[] = {{"flop", 1}, {"Mflop", 1e6}, {"Gflop", 1e9}, {"Tflop", 1e12}};
inline constexpr UnitName speed_units[] = {{"flop/s", 1}, {"Mflop/s", 1e6}, {"Gflop/s", 1e9}, {"Tflop/s", 1e12}};
inline constexpr UnitName distance_units[] = {{"km", 1}, {"m", 1e-3}};
}  // namespace detail

template <>
inline constexpr std::span<const UnitName> unit_names<Duration>{detail::duration_units};
template <>
inline constexpr std::span<const UnitName> unit_names<Bytes>{detail::bytes_units};
template <>
inline constexpr std::span<const UnitName> unit_names<BitRate>{detail::bit_rate_units};
template <>
inline constexpr std::span<const UnitName> unit_names<Rate>{detail::rate_units};
template <>
inline constexpr std::span<const UnitName> unit_names<Fraction>{detail::fraction_units};
template <>
inline constexpr std::span<const UnitName> unit_names<Flops>{detail::flops_units};
template <>
inline constexpr std::span<const UnitName> unit_names<Speed>{detail::speed_units};
template <>
inline constexpr std::span<const UnitName> unit_names<Distance>{detail::distance_units};

}  // namespace streamtwin
