#include "models/rpc/trouble.hpp"

#include <cmath>

namespace streamtwin::rpc {
namespace {

Fraction either(Fraction a, Fraction b) { return Fraction{a.value() + b.value() - a.value() * b.value()}; }

}  // namespace

Duration Trouble::draw_latency(Random& random) const {
  if (deviation <= Duration{0}) return latency;
  for (;;) {
    const Duration drawn{random.normal(latency.count(), deviation.count())};
    if (drawn >= Duration{0}) return drawn;
  }
}

Trouble& Trouble::operator+=(const Trouble& other) {
  latency += other.latency;
  if (other.deviation > Duration{0})
    deviation = Duration{std::sqrt(deviation.count() * deviation.count() + other.deviation.count() * other.deviation.count())};
  errors = either(errors, other.errors);
  at_once = either(at_once, other.at_once);
  slowdown *= other.slowdown;
  pauses *= other.pauses;
  return *this;
}

}  // namespace streamtwin::rpc
