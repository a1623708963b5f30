#include "models/rpc/roads.hpp"

#include <algorithm>
#include <cmath>

#include "models/rpc/trouble.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {

Road& Road::operator+=(const Road& other) {
  cut |= other.cut;
  latency += other.latency;
  deviation = Duration{std::hypot(deviation.count(), other.deviation.count())};
  loss = Fraction{loss.value() + other.loss.value() * (1 - loss.value())};
  return *this;
}

Duration Road::takes(Duration plain, Random& random) const {
  if (cut) return never_arrives;
  const Duration all = plain + draw_not_negative(latency, deviation, random);
  return loss.value() > 0 ? all + retransmissions(loss, random) : all;
}

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
        disturb(known.disturbance.road, from, to);
        if (known.disturbance.both_ways) disturb(known.disturbance.road, to, from);
      }
    }
  }
}

void Roads::disturb(const Road& road, ZoneIndex from, ZoneIndex to) {
  if (from != to) roads_[from * geography_.zones() + to] += road;
}

Duration Roads::disturbed(ZoneIndex from, ZoneIndex to, Duration plain) {
  return road(from, to).takes(plain, random_[from * geography_.zones() + to]);
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
