// The course of lines that are sometimes bad: good and bad spells in turn, each of an exponential length.
#pragma once

#include <vector>

#include "models/clients/member_spec.hpp"
#include "models/clients/traces/bandwidth_trace.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {

/// Courses as shares of a line's rate, 1 bit/s for all of it; none when the network is never bad. A member has one of
/// them from a random position on, so that a share of all lines is bad at any time.
std::vector<traces::BandwidthTrace> courses_of_lines(const BadSpellsSpec& spec, Seed seed);

}  // namespace streamtwin::clients
