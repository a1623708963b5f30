// How the platform leaves a region: the watch, the capacity that the other regions keep, and the loads of last week by which both go.
#pragma once

#include "models/clients/demand.hpp"
#include "models/clients/workload/arrivals.hpp"
#include "models/failover/failover.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

/// What comes to the edge in an ordinary week.
class UsualWeek {
 public:
  explicit UsualWeek(Twin::Parts& parts);
  Rate at(RegionIndex home, Instant time, int days_ago) const;
  /// Requests at each service for one at the edge.
  std::map<std::string, double> visits(const Scenario& scenario) const;

 private:
  /// A workload, or the members; a course repeats itself from day to day.
  struct Load {
    std::string target;
    std::vector<double> shares;  ///< by region
    std::function<Rate(Instant time, int days_ago)> rate;
  };
  void add_members(Twin::Parts& parts);

  std::vector<Load> loads_;
};

class FailoverPart final : public TwinPart {
 public:
  explicit FailoverPart(Twin::Parts& parts);
  void start() override;
  /// A group of a service serves there from now on: dark instances are of its build.
  void follow(const std::string& service, RegionIndex region, const rpc::ServerGroup& serving);
  void add_results(RunResult& result) override;

  failover::Failover& driver() { return *failover_; }

 private:
  void add_reserves();
  std::vector<std::string> reserved_services() const;
  void fill(RegionIndex region);
  Rate highest_after_a_loss(RegionIndex region) const;
  Rate load_of(RegionIndex home, int hour) const;
  Fraction share_of(RegionIndex region, RegionIndex lost) const;
  bool may_save(RegionIndex region) const;
  void add_series();

  Twin::Parts& parts_;
  const failover::FailoverSpec& spec_;
  UsualWeek usual_;
  failover::Failover::Reserves reserves_;
  std::vector<Rate> live_;  ///< by region, requests at the edge that it bears without dark instances
  std::optional<failover::Failover> failover_;
};

}  // namespace streamtwin
