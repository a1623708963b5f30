#include "models/cloud/ec2/ledger.hpp"

#include <cmath>
#include <utility>

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {
namespace {

double factor(const InstanceType& type) { return normalisation_factor(type.name); }

}  // namespace

Ledger::Market& Ledger::market(const InstanceType& type, ZoneIndex zone) {
  return markets_[{geography_.region_of(zone), std::string{family_of(type.name)}}];
}

ReservationIndex Ledger::reserve(const Purchase& purchase, Fraction price, ReservationMeasures& measures) {
  const double usd_per_unit = price.value() * purchase.type->usd_per_hour / factor(*purchase.type);
  reservations_.push_back({purchase, usd_per_unit, &measures});
  market(*purchase.type, purchase.zones.front()).reservations.push_back(reservations_.size() - 1);
  measures.bought.add(now(), purchase.instances);
  const double unused = purchase.instances * factor(*purchase.type) * usd_per_unit;
  measures.unused_cost.add(now(), unused);
  account_.unused.add(now(), unused);
  return reservations_.size() - 1;
}

Ledger::Meter Ledger::meter(const InstanceType& type, ZoneIndex zone, std::vector<Cost> costs, bool borrowed) {
  lines_.push_back({.running = {&type, zone, borrowed, 0}, .costs = std::move(costs)});
  market(type, zone).lines.push_back(lines_.size() - 1);
  return {*this, lines_.size() - 1};
}

void Ledger::pay(const Cost& cost, double usd_per_hour) {
  for (Gauge gauge : {cost.per_hour, cost.on_demand, account_.on_demand}) gauge.add(now(), usd_per_hour);
}

double Ledger::idle(ReservationIndex index) const {
  const Reservation& reservation = reservations_[index];
  return reservation.purchase.instances - (reservation.used - reservation.lent);
}

void Ledger::run(std::size_t index, int instances) {
  Line& line = lines_[index];
  line.running.instances += instances;
  const Market& its = market(*line.running.type, line.running.zone);
  if (its.reservations.empty()) return charge(line, line.running.instances, 0);
  settle(its);
  if (!line.running.borrowed && changed_) changed_();
}

void Ledger::settle(const Market& market) {
  std::vector<Purchase> purchases;
  std::vector<Running> running;
  for (const ReservationIndex reservation : market.reservations) purchases.push_back(reservations_[reservation].purchase);
  for (const std::size_t line : market.lines) running.push_back(lines_[line].running);
  std::vector<double> used(purchases.size()), lent(purchases.size()), matching(purchases.size());
  std::vector<double> covered(running.size()), reserved(running.size());
  for (const Cover& part : cover(purchases, running)) {
    const double units = part.instances * factor(*running[part.running].type);
    covered[part.running] += part.instances;
    reserved[part.running] += units * reservations_[market.reservations[part.purchase]].usd_per_unit;
    const double instances = units / factor(*purchases[part.purchase].type);
    used[part.purchase] += instances;
    if (running[part.running].borrowed) lent[part.purchase] += instances;
  }
  for (std::size_t i = 0; i < running.size(); ++i) {
    const double on_demand = running[i].instances - covered[i];
    charge(lines_[market.lines[i]], on_demand < rounding_of_parts ? 0 : on_demand, reserved[i]);
    for (std::size_t p = 0; p < purchases.size(); ++p) {
      if (!matches(purchases[p], *running[i].type, running[i].zone)) continue;
      matching[p] += running[i].instances * factor(*running[i].type) / factor(*purchases[p].type);
    }
  }
  for (std::size_t p = 0; p < purchases.size(); ++p) use(reservations_[market.reservations[p]], used[p], lent[p], matching[p]);
}

// Changes are whole instances where there are no reservations: nothing is lost by adding them up.
void Ledger::charge(Line& line, double on_demand, double reserved) {
  const double more_on_demand = (on_demand - line.on_demand) * line.running.type->usd_per_hour;
  const double more_reserved = reserved - line.reserved;
  line.on_demand = on_demand;
  line.reserved = reserved;
  if (more_on_demand == 0 && more_reserved == 0) return;
  for (Cost& cost : line.costs) {
    cost.per_hour.add(now(), more_on_demand + more_reserved);
    cost.on_demand.add(now(), more_on_demand);
    cost.reserved.add(now(), more_reserved);
  }
  account_.on_demand.add(now(), more_on_demand);
  account_.reserved.add(now(), more_reserved);
}

// Levels, not changes: what is added up of parts of instances would not come back to nothing.
void Ledger::use(Reservation& reservation, double used, double lent, double matching) {
  const Purchase& purchase = reservation.purchase;
  ReservationMeasures& measures = *reservation.measures;
  reservation.used = std::abs(purchase.instances - used) < rounding_of_parts ? purchase.instances : used;
  reservation.lent = lent;
  measures.used.set(now(), reservation.used);
  measures.lent.set(now(), lent);
  measures.matching.set(now(), matching);
  measures.unused_cost.set(now(), (purchase.instances - reservation.used) * factor(*purchase.type) * reservation.usd_per_unit);
  measures.saved.set(now(), lent * purchase.type->usd_per_hour);
  double unused = 0;
  for (const Reservation& one : reservations_) unused += one.measures->unused_cost.value();
  account_.unused.set(now(), unused);
}

void Ledger::count_up_to_now() {
  account_.count_up_to(now());
  for (Reservation& reservation : reservations_) reservation.measures->count_up_to(now());
  for (Line& line : lines_) {
    for (Cost& cost : line.costs) {
      for (Gauge* const gauge : {&cost.per_hour, &cost.on_demand, &cost.reserved}) gauge->add(now(), 0);
    }
  }
}

}  // namespace streamtwin::ec2
