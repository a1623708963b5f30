#include "models/rpc/roads.hpp"

#include <algorithm>
#include <cmath>

#include "models/rpc/trouble.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {

Roads::Number Roads::add(Disturbance disturbance) {
  known_.push_back({std::move(disturbance)});
  return known_.size() - 1;
}

// Drawn up anew each time, so that nothing is left of one that has ended.
void Roads::set(Number number, bool active) {
  known_[number].active = active;
  const std::size_t zones = geography_.zones();
  for (std::size_t i = random_.size(); i < zones * zones; ++i) {
    const std::string& from = geography_.zone_name(static_cast<ZoneIndex>(i / zones));
    random_.push_back(Simulation::current().stream(from, "messages to " + geography_.zone_name(static_cast<ZoneIndex>(i % zones))));
  }
  roads_.clear();
  if (std::none_of(known_.begin(), known_.end(), [](const Known& known) { return known.active; })) return;
  roads_.resize(zones * zones);
  for (const Known& known : known_) {
    if (!known.active) continue;
    for (const ZoneIndex from : known.disturbance.from) {
      for (const ZoneIndex to : known.disturbance.to) {
        disturb(known.disturbance, from, to);
        if (known.disturbance.both_ways) disturb(known.disturbance, to, from);
      }
    }
  }
}

void Roads::disturb(const Disturbance& disturbance, ZoneIndex from, ZoneIndex to) {
  if (from == to) return;
  Road& road = roads_[from * geography_.zones() + to];
  road.cut |= disturbance.cut;
  road.latency += disturbance.latency;
  road.deviation = Duration{std::hypot(road.deviation.count(), disturbance.deviation.count())};
  road.loss = Fraction{road.loss.value() + disturbance.loss.value() * (1 - road.loss.value())};
}

Duration Roads::disturbed(ZoneIndex from, ZoneIndex to, Duration plain) {
  const Road& way = road(from, to);
  if (way.cut) return never_arrives;
  Random& random = random_[from * geography_.zones() + to];
  Duration takes = plain + draw_not_negative(way.latency, way.deviation, random);
  if (way.loss.value() > 0) takes += retransmissions(way.loss, random);
  return takes;
}

Duration retransmissions(Fraction loss, Random& random) {
  constexpr int most = 15;
  Duration wait{0}, timeout = 200ms;
  for (int lost = 0; random.chance(loss.value()); ++lost, timeout = 2 * timeout) {
    if (lost == most) return never_arrives;
    wait += timeout;
  }
  return wait;
}

}  // namespace streamtwin::rpc
