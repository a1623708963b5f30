// Who watches from where when a run begins. The evening has gone on for long: viewers came at the loads that the others
// made, were steered by the reports of those loads, chose by their probes and share the links. Every viewer comes anew a
// few times, as arrivals and departures would have it, which is a chain with the evening's own state as its equilibrium.
#pragma once

#include <array>
#include <vector>

#include "models/clients/session.hpp"

namespace streamtwin::clients {

class Evening {
 public:
  explicit Evening(SessionContext& context);

  /// Before they are settled: somebody who pressed play `watched` ago.
  void add(Viewer viewer, Duration watched);
  /// Settles all of them. Cache control then has the reports of their loads.
  void settle();

  /// What became of somebody.
  struct Watcher {
    std::uint32_t title = 0;
    std::uint16_t group = 0;
    std::uint8_t first_rank = 0;  ///< in the list, where it began
    std::uint8_t rank = 0;        ///< where it is now
    std::uint8_t moves = 0;       ///< that its line made it do
    bool watches = false;         ///< false where no appliance of the list has room
    BitRate line;
    BitRate wanted;  ///< the most that the player makes use of on average
    BitRate gets;    ///< while it downloads, on average
    openconnect::SteeringList list;
    openconnect::Seat seat;
  };
  Watcher& operator[](std::size_t watcher) { return watchers_[watcher]; }

 private:
  void come_anew(Watcher& watcher);
  std::optional<std::uint8_t> choose(const Watcher& watcher) const;
  std::uint8_t next_with_room(const Watcher& watcher) const;
  BitRate share(const Watcher& watcher) const;
  BitRate share(std::uint16_t group, openconnect::OcaId appliance) const;
  BitRate rate(const Watcher& watcher) const { return std::min(watcher.wanted, watcher.gets); }
  void add_load(openconnect::OcaId appliance, BitRate rate);
  void look_at_the_links();
  void share_out();
  BitRate fair_share(std::uint32_t link);
  void report_all();

  SessionContext& context_;
  std::vector<Watcher> watchers_;
  std::vector<BitRate> carried_;                      ///< by appliance
  std::vector<Fraction> reported_;                    ///< by appliance
  std::vector<std::vector<std::uint32_t>> crossing_;  ///< by link, who downloads over it at the instant looked at
  std::vector<BitRate> share_;                        ///< by link, of each flow on it at that instant
  std::vector<BitRate> taken_here_;                   ///< used over and over
  Random random_;
};

}  // namespace streamtwin::clients
