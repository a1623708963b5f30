#include "models/places/globe.hpp"

#include <algorithm>

#include "sim-core/math.hpp"

namespace streamtwin::places {

namespace {
constexpr double earth_radius_km = 6371.0088;
constexpr double radians_per_degree = math::pi / 180;

/// Arc sine of 0 <= s <= 1 by Newton's method, from a start that is right at both ends.
double arc_sine(double s) {
  if (s >= 1) return math::pi / 2;
  const double c = math::sqrt(1 - s * s);
  // Near 1 the sine is flat and its inverse imprecise: pi/2 minus the complement, whose sine is c, is not.
  if (s > 0.8) return math::pi / 2 - arc_sine(c);
  double x = s;
  for (int i = 0; i < 6; ++i) x += (s - math::sin(x)) / math::cos(x);
  return x;
}
}  // namespace

Distance distance(Place a, Place b) {
  const double phi_a = a.latitude * radians_per_degree, phi_b = b.latitude * radians_per_degree;
  const double half_phi = math::sin((phi_b - phi_a) / 2);
  const double half_lambda = math::sin((b.longitude - a.longitude) * radians_per_degree / 2);
  const double h = half_phi * half_phi + math::cos(phi_a) * math::cos(phi_b) * half_lambda * half_lambda;
  return Distance{2 * earth_radius_km * arc_sine(math::sqrt(std::clamp(h, 0.0, 1.0)))};
}

Duration round_trip(Place a, Place b, const Fibre& fibre) {
  return Duration{distance(a, b).value() * fibre.path_stretch * fibre.round_trip_ms_per_km * 1e-3};
}

}  // namespace streamtwin::places
