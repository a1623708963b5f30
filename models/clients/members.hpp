// The members of a run: who they are, where they live, over what line they watch; how they come to press play; and
// those who are already watching when the run begins. Plays come as a Poisson process whose rate follows the hour of the
// day, titles by popularity (demand.hpp, with its sources); who a member is follows from the seed and the member's number
// alone, so that nothing else in a scenario changes it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/clients/demand.hpp"
#include "models/clients/demand_titles.hpp"
#include "models/clients/evening.hpp"
#include "models/clients/session.hpp"

namespace streamtwin::clients {

/// A place where members live: one provider's customers in one metropolitan area.
struct Neighbourhood {
  std::uint16_t group = 0;
  double weight = 0;  ///< share of the members, in any scale
};

class Members {
 public:
  /// `context` must outlive this. `plays`: all members' together. `measured_lines`: courses of bandwidth that members' lines
  /// take in turn; none leaves them to the access lines of the spec.
  Members(SessionContext& context, std::vector<Neighbourhood> neighbourhoods, RateCurve plays, TitlePopularity titles,
          std::vector<traces::BandwidthTrace> measured_lines, Seed seed);

  /// Starts the arrivals and, if the run begins `filled`, the viewers who are in the middle of their titles.
  void start(bool filled);
  /// Viewers whom the run found watching; they are in the digest and the gauges, their earlier plays in nobody's counts.
  std::size_t watching_at_start() const { return watching_at_start_; }
  const std::vector<std::uint16_t>& groups() const { return group_of_; }  ///< by member
  const TitlePopularity& titles() const { return titles_; }
  /// Plays per second of all members that are due at a time of the run.
  Rate plays_at(Instant time) const { return plays_.at(time); }
  /// Goes on along another curve, which has been the same up to now: as if it had been this one from the beginning.
  void follow(RateCurve plays);

 private:
  /// Members who press play, as they come: along one curve.
  struct Coming {
    explicit Coming(const RateCurve& plays, Instant start);
    void pass() { next = arrivals.next(random); }
    Random random;
    PoissonArrivals arrivals;
    Instant next;
  };
  Task<> arrive();
  Viewer draw_viewer(std::uint64_t play);
  AccessLine line_of(std::uint32_t member) const;
  double mean_session_seconds();
  /// Somebody found watching, and for how long already.
  struct Found {
    Viewer viewer;
    Duration watched;
  };
  Found draw_found(std::uint64_t play);
  void start_in_the_middle(Found found, Evening::Watcher& watcher);

  SessionContext& context_;
  std::vector<std::uint16_t> group_of_;  ///< by member
  RateCurve plays_;
  Instant began_{};
  std::optional<Coming> coming_;
  unsigned arriving_ = 0;  ///< the process that lets them come: one that another has taken the place of ends
  const TitlePopularity titles_;
  const std::vector<traces::BandwidthTrace> measured_lines_;
  const std::vector<traces::BandwidthTrace> courses_;  ///< of lines that are not measured
  const Seed seed_;
  std::uint64_t next_play_ = 1;
  std::size_t watching_at_start_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::clients
