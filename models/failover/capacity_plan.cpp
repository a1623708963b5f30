#include "models/failover/capacity_plan.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::failover {
namespace {

/// What is an instance short by no more than rounding is not short.
constexpr double rounding = 1e-9;

Rate room(const Candidate& candidate) { return std::max(Rate{0}, candidate.bearable - candidate.load); }

}  // namespace

int instances_for(Rate at_the_edge, const ServiceStrength& service) {
  return static_cast<int>(std::ceil(at_the_edge * service.visits / service.each_instance - rounding));
}

int further_instances(Rate predicted, const ServiceStrength& service) {
  return std::max(0, instances_for(predicted, service) - service.instances);
}

Rate bearable(std::span<const ServiceStrength> services, bool with_dark) {
  Rate least{HUGE_VAL};
  for (const ServiceStrength& service : services) {
    if (!(service.visits > 0)) continue;
    const int instances = service.instances + (with_dark ? service.dark : 0);
    least = std::min(least, service.each_instance * (instances / service.visits));
  }
  return least;
}

bool is_short(Rate predicted, std::span<const ServiceStrength> services) {
  return std::any_of(services.begin(), services.end(),
                     [predicted](const ServiceStrength& service) { return further_instances(predicted, service) > 0; });
}

edge::Saviours choose_saviours(std::span<const Candidate> candidates) {
  edge::Saviours saviours;
  const bool nobody_has_room = std::none_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return room(c) > Rate{0}; });
  const bool endless = std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return std::isinf(c.bearable.value()); });
  double all = 0;
  for (const Candidate& candidate : candidates) {
    const double weight = nobody_has_room || endless ? 1 : room(candidate).value();
    if (weight > 0) saviours.push_back({candidate.region, Fraction{weight}});
    all += weight;
  }
  for (edge::Saviour& saviour : saviours) saviour.weight = saviour.weight / all;
  return saviours;
}

edge::Saviours instead_of(RegionIndex lost, const edge::Saviours& saviours, const edge::Saviours& others) {
  edge::Saviours instead;
  const auto add = [&instead](RegionIndex to, Fraction weight) {
    const auto known = std::find_if(instead.begin(), instead.end(), [to](const edge::Saviour& s) { return s.to == to; });
    known == instead.end() ? instead.push_back({to, weight}) : static_cast<void>(known->weight += weight);
  };
  for (const edge::Saviour& saviour : saviours) {
    if (saviour.to != lost) {
      add(saviour.to, saviour.weight);
    } else {
      for (const edge::Saviour& other : others) add(other.to, saviour.weight * other.weight.value());
    }
  }
  return instead;
}

Rate too_much(Rate evacuated, std::span<const Candidate> candidates) {
  for (const Candidate& candidate : candidates) evacuated -= room(candidate);
  return std::max(Rate{0}, evacuated);
}

}  // namespace streamtwin::failover
