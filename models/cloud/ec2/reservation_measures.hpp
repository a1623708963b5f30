// What the operator sees of reservations, and the key figures that are read off it: AWS Cost Explorer's utilisation and coverage.
#pragma once

#include <string>

#include "models/cloud/ec2/cost.hpp"
#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::ec2 {

/// Of one reservation: instances of its type, others by their normalisation factor.
struct ReservationMeasures {
  ReservationMeasures() = default;
  ReservationMeasures(Recorder& recorder, const std::string& name)
      : bought(recorder.gauge("reservation." + name + ".bought")),
        used(recorder.gauge("reservation." + name + ".used")),
        lent(recorder.gauge("reservation." + name + ".lent")),
        matching(recorder.gauge("reservation." + name + ".matching")),
        unused_cost(recorder.gauge("reservation." + name + ".unused_cost_per_hour", "USD/h")),
        saved(recorder.gauge("reservation." + name + ".saved_per_hour", "USD/h")),
        loans(recorder.counter("reservation." + name + ".loans")),
        called_back(recorder.counter("reservation." + name + ".called_back")) {
    recorder.mean_series("reservation." + name + ".used", used);
    recorder.mean_series("reservation." + name + ".lent", lent);
    recorder.mean_series("reservation." + name + ".matching", matching);
    recorder.mean_series("reservation." + name + ".unused_cost_per_hour", unused_cost);
  }
  void count_up_to(Instant now) {
    for (Gauge* const gauge : {&bought, &used, &lent, &matching, &unused_cost, &saved}) gauge->add(now, 0);
  }

  Gauge bought;
  Gauge used;         ///< of these, by those who borrow some included
  Gauge lent;         ///< of those that are used
  Gauge matching;     ///< that run and could be covered by it
  Gauge unused_cost;  ///< US dollars
  Gauge saved;        ///< what those that are lent would cost on demand
  Counter loans;      ///< instances that were lent
  Counter called_back;
};

/// As reservations.<name>.<row>.
inline constexpr KpiRow<ReservationMeasures> reservation_kpis[] = {
    {"utilisation", KpiKind::share, "Share of the hours it was paid for in which it covered an instance",
     [](const ReservationMeasures& m) { return record::ratio(m.used.measured_area(), m.bought.measured_area()); }},
    {"coverage", KpiKind::share, "Share of the hours of instances of its type, or family, in its place that it covered",
     [](const ReservationMeasures& m) { return record::ratio(m.used.measured_area(), m.matching.measured_area()); }},
    {"cost_unused", KpiKind::money, "What was paid for hours in which it covered nothing",
     [](const ReservationMeasures& m) { return in_dollars(m.unused_cost); }},
    {"lent_hours", KpiKind::hours, "Hours of instances that it covered for borrowers",
     [](const ReservationMeasures& m) { return m.lent.measured_area() / in_seconds(Duration{1h}); }},
    {"saved", KpiKind::money, "What these hours would have cost on demand",
     [](const ReservationMeasures& m) { return in_dollars(m.saved); }},
    {"loans", KpiKind::count, "Instances that were lent", [](const ReservationMeasures& m) { return m.loans.measured(); }},
    {"called_back", KpiKind::count, "Of these instances those that their owners asked back",
     [](const ReservationMeasures& m) { return m.called_back.measured(); }},
};

/// Of all instances that are paid for by the hour.
struct AccountMeasures {
  AccountMeasures() = default;
  explicit AccountMeasures(Recorder& recorder)
      : on_demand(recorder.gauge("ec2.on_demand_cost_per_hour", "USD/h")),
        reserved(recorder.gauge("ec2.reserved_cost_per_hour", "USD/h")),
        unused(recorder.gauge("ec2.unused_cost_per_hour", "USD/h")) {
    recorder.mean_series("ec2.on_demand_cost_per_hour", on_demand);
    recorder.mean_series("ec2.reserved_cost_per_hour", reserved);
    recorder.mean_series("ec2.unused_cost_per_hour", unused);
  }
  void count_up_to(Instant now) {
    for (Gauge* const gauge : {&on_demand, &reserved, &unused}) gauge->add(now, 0);
  }

  Gauge on_demand, reserved, unused;
};

/// As ec2.<row>.
inline constexpr KpiRow<AccountMeasures> account_kpis[] = {
    {"cost", KpiKind::money, "What services', stacks' and work's machines cost that have a type, with all that was reserved",
     [](const AccountMeasures& m) { return in_dollars(m.on_demand) + in_dollars(m.reserved) + in_dollars(m.unused); }},
    {"cost_on_demand", KpiKind::money, "Of this what no reservation covered",
     [](const AccountMeasures& m) { return in_dollars(m.on_demand); }},
    {"cost_reserved", KpiKind::money, "Of this what reservations covered, at their prices",
     [](const AccountMeasures& m) { return in_dollars(m.reserved); }},
    {"cost_unused", KpiKind::money, "Of this what was paid for reservations in hours in which they covered nothing",
     [](const AccountMeasures& m) { return in_dollars(m.unused); }},
};

}  // namespace streamtwin::ec2
