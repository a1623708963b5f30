#include "models/edge/dns/geo_dns.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace streamtwin::dns {

GeoDns::GeoDns(std::vector<places::Place> regions) : places_(std::move(regions)), redirects_(places_.size()) {
  if (places_.empty()) throw std::invalid_argument("geographic DNS needs at least one region");
  if (places_.size() > std::numeric_limits<RegionIndex>::max()) throw std::invalid_argument("geographic DNS knows at most 255 regions");
}

RegionIndex GeoDns::home(places::Place client) const {
  RegionIndex nearest = 0;
  for (RegionIndex region = 1; region < places_.size(); ++region)
    if (places::distance(client, places_[region]) < places::distance(client, places_[nearest])) nearest = region;
  return nearest;
}

void GeoDns::redirect(RegionIndex from, std::span<const Redirect> to, Instant now) {
  Answers<std::vector<Redirect>>& answers = redirects_.at(from);
  if (answers.empty()) answers.publish(Instant{Duration{-HUGE_VAL}}, {});
  answers.publish(now, {to.begin(), to.end()});
}

RegionIndex GeoDns::answer(RegionIndex home, double quantile, Instant then) const {
  if (always_home(home)) return home;
  const std::vector<Redirect>& targets = redirects_[home].at(then);
  Fraction total;
  for (const Redirect& target : targets) total += target.weight;
  return total > Fraction{0} ? edge::choose_saviour(targets, quantile) : home;
}

}  // namespace streamtwin::dns
