// What EC2 charges: by the second, from an instance's launch to its end, on demand but for what reservations cover; and reservations
// whether they are used or not. Facts: Amazon EC2 On-Demand Pricing (per-second billing of Linux instances) and coverage.hpp.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/cloud/ec2/cost.hpp"
#include "models/cloud/ec2/coverage.hpp"
#include "models/cloud/ec2/reservation_measures.hpp"
#include "models/places/geography.hpp"

namespace streamtwin::ec2 {

using ReservationIndex = std::size_t;

class Ledger {
 public:
  /// Instances of one type that somebody runs in one zone. Without a ledger nobody pays.
  class Meter {
   public:
    Meter() = default;
    void run(int instances) const {
      if (ledger_ != nullptr && instances != 0) ledger_->run(line_, instances);
    }

   private:
    friend class Ledger;
    Meter(Ledger& ledger, std::size_t line) : ledger_(&ledger), line_(line) {}
    Ledger* ledger_ = nullptr;
    std::size_t line_ = 0;
  };

  Ledger(const places::Geography& geography, AccountMeasures& account) : geography_(geography), account_(account) {}
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Before the meters. `price`: of that on demand.
  ReservationIndex reserve(const Purchase& purchase, Fraction price, ReservationMeasures& measures);
  /// `costs`: of whoever runs them, and of what they are a part of.
  Meter meter(const InstanceType& type, ZoneIndex zone, std::vector<Cost> costs, bool borrowed = false);
  /// Something else is paid for, such as a disk.
  void pay(const Cost& cost, double usd_per_hour);
  /// Instances of a reservation's type that its owners leave idle.
  double idle(ReservationIndex reservation) const;
  /// Called when owners have begun to use more or less of a reservation.
  void on_change(std::function<void()> told) { changed_ = std::move(told); }

  void count_up_to_now();

 private:
  struct Reservation {
    Purchase purchase;
    double usd_per_unit;  ///< an hour, by normalisation factor
    ReservationMeasures* measures;
    double used = 0, lent = 0;  ///< instances
  };
  struct Line {
    Running running;
    std::vector<Cost> costs;
    double on_demand = 0;  ///< instances
    double reserved = 0;   ///< dollars an hour
  };
  /// A family in a region.
  struct Market {
    std::vector<ReservationIndex> reservations;
    std::vector<std::size_t> lines;
  };

  Market& market(const InstanceType& type, ZoneIndex zone);
  void run(std::size_t line, int instances);
  void settle(const Market& market);
  void charge(Line& line, double on_demand, double reserved);
  void use(Reservation& reservation, double used, double lent, double matching);

  const places::Geography& geography_;
  AccountMeasures& account_;
  std::vector<Reservation> reservations_;
  std::vector<Line> lines_;
  std::map<std::pair<RegionIndex, std::string>, Market> markets_;
  std::function<void()> changed_;
};

}  // namespace streamtwin::ec2
