#include "models/rpc/trouble.hpp"

#include <cmath>

namespace streamtwin::rpc {
namespace {

Fraction either(Fraction a, Fraction b) { return Fraction{a.value() + b.value() - a.value() * b.value()}; }

}  // namespace

Duration draw_not_negative(Duration mean, Duration deviation, Random& random) {
  if (deviation <= Duration{0}) return mean;
  for (;;) {
    const Duration drawn{random.normal(mean.count(), deviation.count())};
    if (drawn >= Duration{0}) return drawn;
  }
}

Trouble& Trouble::operator+=(const Trouble& other) {
  latency += other.latency;
  deviation = Duration{std::hypot(deviation.count(), other.deviation.count())};
  errors = either(errors, other.errors);
  at_once = either(at_once, other.at_once);
  slowdown *= other.slowdown;
  loops += other.loops;
  pauses *= other.pauses;
  return *this;
}

}  // namespace streamtwin::rpc
