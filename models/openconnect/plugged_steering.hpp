// Steering that no scenario can name: a program that runs a scenario plugs it in.
#pragma once

#include <span>
#include <vector>

#include "models/openconnect/topology.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::openconnect {

/// An appliance that holds the title, hears the client's prefix, is healthy and has reported lately.
struct SteeringCandidate {
  OcaId oca = 0;
  SiteId site = 0;
  Fraction utilisation;  ///< as it last reported, the busiest of network and disk
};

struct SteeringQuestion {
  const ClientGroup& group;
  ContentId title = 0;
  Instant now{};
  std::size_t length_max = 0;  ///< places of the list
  std::span<const SteeringCandidate>
      candidates;  ///< the sites in the order of routing; within one from a place that title and minute choose
};

class PluggedSteering {
 public:
  virtual ~PluggedSteering() = default;
  /// Positions in `candidates`, the best first, each once, at most `length_max`; none: the client is told that nobody can serve it.
  virtual std::vector<std::uint32_t> rank(const SteeringQuestion& question, const Topology& topology, Random& random) = 0;
};

}  // namespace streamtwin::openconnect
