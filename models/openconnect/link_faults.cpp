#include "models/openconnect/link_faults.hpp"

#include <algorithm>

namespace streamtwin::openconnect {

LinkFaults::Number LinkFaults::add(std::vector<flows::LinkId> links, Fraction left) {
  for (const flows::LinkId link : links) whole_.try_emplace(link.index, downloads_.capacity(link));
  known_.push_back({std::move(links), left});
  return known_.size() - 1;
}

Fraction LinkFaults::left_of(flows::LinkId link) const {
  double left = 1;
  for (const Known& known : known_) {
    const bool strikes = known.active && std::any_of(known.links.begin(), known.links.end(),
                                                     [&](flows::LinkId struck) { return struck.index == link.index; });
    if (strikes) left *= known.left.value();
  }
  return Fraction{left};
}

bool LinkFaults::cuts(flows::LinkId link) const { return whole_.contains(link.index) && left_of(link).value() == 0; }

// From the whole each time, so that nothing is left of one that has ended.
void LinkFaults::set(Number number, bool active) {
  for (const flows::LinkId link : known_[number].links) {
    known_[number].active = !active;
    const bool was_cut = cuts(link);
    known_[number].active = active;
    const Fraction left = left_of(link);
    if (left.value() > 0) downloads_.set_capacity(link, left.value() * whole_.at(link.index));
    if (was_cut != (left.value() == 0)) cut_or_joined_(link);
  }
}

}  // namespace streamtwin::openconnect
