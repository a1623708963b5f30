// Links of Open Connect that faults narrow or cut: what several leave of a link multiplies, and one that is cut lets nothing
// through.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <vector>

#include "sim-core/flows/downloads.hpp"

namespace streamtwin::openconnect {

class LinkFaults {
 public:
  using Number = std::size_t;

  /// `cut_or_joined` hears of links that are cut now, or no longer: whoever owns them may have turned them off besides.
  LinkFaults(flows::Downloads& downloads, std::function<void(flows::LinkId)> cut_or_joined)
      : downloads_(downloads), cut_or_joined_(std::move(cut_or_joined)) {}

  /// One that can begin and end, as often as one likes but once at a time, and leaves so much of the links' capacity; with nothing
  /// left they are cut.
  Number add(std::vector<flows::LinkId> links, Fraction left);
  void begin(Number number) { set(number, true); }
  void end(Number number) { set(number, false); }
  bool cuts(flows::LinkId link) const;

 private:
  struct Known {
    std::vector<flows::LinkId> links;
    Fraction left;
    bool active = false;
  };
  void set(Number number, bool active);
  /// Of all that are active together.
  Fraction left_of(flows::LinkId link) const;

  flows::Downloads& downloads_;
  std::function<void(flows::LinkId)> cut_or_joined_;
  std::vector<Known> known_;
  std::map<std::uint32_t, BitRate> whole_;  ///< capacities of links that faults strike at some time
};

}  // namespace streamtwin::openconnect
