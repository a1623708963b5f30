// Instants as upstream's tests count them: from the zero of their fake clock.
#pragma once

#include "sim-core/units.hpp"

namespace streamtwin {

inline Instant ms(double value) { return at(seconds(value / 1000)); }
inline Instant s(double value) { return at(seconds(value)); }

}  // namespace streamtwin
