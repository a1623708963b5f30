// Who watches from where when a run begins. The evening has gone on for long: viewers came at the loads that the others
// made, were steered by the reports of those loads, chose by their probes and share the links. Viewers come and leave in
// turn a few times, as arrivals and departures would have it, which is a chain with the evening's own state as its
// equilibrium. Who comes finds the load of all the others: the room that he left when he moved has long been taken.
#pragma once

#include <array>
#include <vector>

#include "models/clients/session.hpp"

namespace streamtwin::clients {

class Evening {
 public:
  explicit Evening(SessionContext& context);

  /// Whom to add so that so many watch: one in eight of them has left when the run begins.
  static std::size_t candidates(std::size_t watching) { return watching + watching / 8; }
  /// Before they are settled: somebody who pressed play `watched` ago.
  void add(Viewer viewer, Duration watched);
  /// Settles them; so many are there in the end, of whom those do not watch who have seen enough by now or found no room,
  /// and one came every `between` of them. Cache control then has the reports of their loads.
  void settle(std::size_t watching, Duration between);

  /// What became of somebody.
  struct Watcher {
    std::uint32_t title = 0;
    std::uint16_t group = 0;
    std::uint8_t first_rank = 0;  ///< in the list, where it began
    std::uint8_t rank = 0;        ///< where it is now
    std::uint8_t moves = 0;       ///< that its line made it do
    bool watches = false;         ///< false where no appliance of the list has room, and of those who have left
    bool has_left = false;        ///< its title is downloaded, or it has seen enough
    BitRate line;
    BitRate wanted;  ///< what the player makes use of on average: until its buffer is full all that it can get
    BitRate gets;    ///< while it downloads, on average
    BitRate now;     ///< while it downloads, at the instant last looked at
    Bytes to_come;   ///< of a chunk; none while it waits for room
    Duration next;   ///< when it asks for the next chunk, on the clock of the instants
    openconnect::SteeringList list;
    openconnect::Seat seat;
  };
  /// Once for each, in their order: the memory of those who have been taken is for the viewers that they become.
  Watcher take(std::size_t watcher);

 private:
  struct Carried {
    BitRate rate;         ///< now
    double since = 0;     ///< the step of its last change
    double reported = 0;  ///< the step of the last report
    double sum = 0;       ///< bits per second times steps since the report
  };

  /// A download that crosses a link, as that link sees it: all that sharing asks of it, without looking the watcher up.
  struct Crossing {
    BitRate line;
    std::array<std::uint32_t, 2> elsewhere;  ///< the other links of its way
  };

  void come(Watcher& watcher);
  void leave(Watcher& watcher);
  std::optional<std::uint8_t> choose(const Watcher& watcher) const;
  std::uint8_t next_with_room(const Watcher& watcher) const;
  BitRate share(const Watcher& watcher) const;
  BitRate share_of_one_more(const Watcher& watcher, openconnect::OcaId appliance) const;
  BitRate rate(const Watcher& watcher) const { return std::min(watcher.wanted, watcher.gets); }
  void add_load(openconnect::OcaId appliance, BitRate rate);
  void look_at_the_links();
  void download(Watcher& watcher, Duration last, Duration here) const;
  void share_out();
  BitRate fair_share(std::uint32_t link);
  void report(openconnect::OcaId appliance);
  void reports_until(double step);

  static constexpr std::size_t piece = std::size_t{1} << 15;
  Watcher& at(std::size_t watcher) { return watchers_[watcher / piece][watcher % piece]; }
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::vector<Watcher>& some : watchers_) {
      for (Watcher& watcher : some) visit(watcher);
    }
  }

  SessionContext& context_;
  std::vector<std::vector<Watcher>> watchers_;  ///< in pieces that are given back one by one
  std::size_t count_ = 0;
  std::vector<Carried> carried_;               ///< by appliance
  std::vector<openconnect::OcaId> reporting_;  ///< one after the other, all in a period
  double period_ = 1;                          ///< of reports, in steps: a viewer comes in each
  double step_ = 0;
  std::size_t reports_ = 0;                      ///< so far
  Duration instant_{0};                          ///< last looked at
  std::vector<std::vector<Crossing>> crossing_;  ///< by link, who downloads over it at the instant looked at
  std::vector<BitRate> share_;                   ///< by link, of each flow on it at that instant
  std::vector<BitRate> taken_;                   ///< by link, of all flows on it together
  std::vector<BitRate> taken_here_;              ///< used over and over
  Random random_;
};

}  // namespace streamtwin::clients
