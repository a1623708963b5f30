// How many instances the regions need that take another's traffic, and which regions those are: by last week's load, and by what
// an instance can do. The arithmetic of Netflix's Nimble, as far as published: for each service, what is predicted over what an
// instance bears, less what is there. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/edge/saviours.hpp"
#include "models/places/ids.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::failover {

/// A service in a region.
struct ServiceStrength {
  double visits = 0;     ///< requests that it gets for each that comes to the edge
  Rate each_instance{};  ///< what one of them bears
  int instances = 0;     ///< that take traffic
  int dark = 0;          ///< that could
};

/// Instances that so many requests at the edge take.
int instances_for(Rate at_the_edge, const ServiceStrength& service);
/// max(0, predicted / what each bears - those that are there)
int further_instances(Rate predicted, const ServiceStrength& service);
/// Requests at the edge that a region bears with all that it has, by the service that is the first to be full.
Rate bearable(std::span<const ServiceStrength> services, bool with_dark);

/// Whether a region has too few instances for what is predicted: what it then fails in is no trouble that has come along.
bool is_short(Rate predicted, std::span<const ServiceStrength> services);

/// A region that might take traffic.
struct Candidate {
  RegionIndex region;
  Rate load{};      ///< that is to come to it anyhow
  Rate bearable{};  ///< with its dark instances
};

/// Who takes the traffic of a region: all that have room, each as much as it has; when nobody has any, all alike.
edge::Saviours choose_saviours(std::span<const Candidate> candidates);
/// The traffic of those who were to have it too goes to others instead.
edge::Saviours instead_of(RegionIndex lost, const edge::Saviours& saviours, const edge::Saviours& others);
/// What there is no room for.
Rate too_much(Rate evacuated, std::span<const Candidate> candidates);

}  // namespace streamtwin::failover
