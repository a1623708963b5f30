// The members: their sessions, players and demand.
#pragma once

#include <optional>
#include <vector>

#include "models/clients/members.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class MembersPart final : public TwinPart {
 public:
  explicit MembersPart(Twin::Parts& parts);
  void start() override;
  void branch_taken(const TakenBranch& branch) override;

  /// Shares of the plays by region. Members go to the region nearest to them, or to the next one when their resolver hides
  /// where they are.
  std::vector<Fraction> regions() const;

  /// Plays per second so many days before a time of the run, whatever the method does to the load.
  Rate usual_plays(Instant time, int days_ago) const;

  clients::GroupRoads roads;
  std::optional<clients::SessionContext> sessions;
  std::optional<clients::Members> members;

 private:
  Twin::Parts& parts_;
  const clients::DiurnalCurve curve_;
  const double highest_of_day_;
  std::optional<abr::Movie> movie_;
};

}  // namespace streamtwin
