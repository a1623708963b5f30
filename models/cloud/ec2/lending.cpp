#include "models/cloud/ec2/lending.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {

int to_lend(double idle, int lent, const LendingSpec& spec) {
  return std::max(0, static_cast<int>(std::floor(idle + rounding_of_parts)) - spec.keep) - lent;
}

Lending::Lending(Fleet& fleet, Ledger& ledger, Duration period) : fleet_(fleet), ledger_(ledger), period_(period) {
  fleet_.lend_through(*this);
  ledger_.on_change([this] { owners_changed(); });
}

void Lending::offer(ReservationIndex index, const Purchase& purchase, const LendingSpec& spec, ReservationMeasures& measures) {
  offers_.push_back({index, purchase, spec, &measures, purchase.instances});
}

void Lending::add(Borrower& borrower, const InstanceType& type, const std::vector<ZoneIndex>& zones, const Cost& cost) {
  Client& client = clients_.emplace_back(Client{&borrower, &type, {}});
  for (const ZoneIndex zone : zones) client.meters[zone] = ledger_.meter(type, zone, {cost}, true);
}

void Lending::start() { scope_.spawn_service("lending of idle instances", watch()); }

Task<> Lending::watch() {
  for (;;) {
    co_await delay(period_);
    collect_idle();
    for (Offer& offer : offers_) lend(offer);
  }
}

// Those of which borrowers have no more use, or that are dead.
void Lending::collect_idle() {
  for (auto loan = loans_.begin(); loan != loans_.end();) {
    Loan& here = *loan++;
    if (here.client->borrower->leaves_idle(*here.machine)) end(here);
  }
}

void Lending::lend(Offer& offer) {
  if (offer.asked && now() - *offer.asked < offer.spec.idle_for) return;
  int more = to_lend(ledger_.idle(offer.index), lent_of(offer, true), offer.spec);
  for (Client& client : clients_) {
    if (client.type != offer.purchase.type) continue;
    while (more > 0 && client.borrower->wants() > 0 && lend_one(offer, client)) --more;
  }
}

bool Lending::lend_one(Offer& offer, Client& client) {
  const std::optional<ZoneIndex> zone = zone_for(offer, client);
  if (!zone) return false;
  Host& machine = *fleet_.take_spare(*zone, client.type);
  loans_.push_back({made_++, &offer, &client, *zone, &machine});
  ++offer.measures->loans;
  client.meters.at(*zone).run(1);
  client.borrower->borrow(machine);
  return true;
}

// That with the most machines of those of the reservation in which there are any.
std::optional<ZoneIndex> Lending::zone_for(const Offer& offer, const Client& client) const {
  std::optional<ZoneIndex> best;
  for (const ZoneIndex zone : offer.purchase.zones) {
    if (!client.meters.contains(zone) || !fleet_.has_capacity(zone, client.type)) continue;
    if (!best || fleet_.free_machines(zone, client.type) > fleet_.free_machines(*best, client.type)) best = zone;
  }
  return best;
}

int Lending::lent_of(const Offer& offer, bool with_called_back) const {
  return static_cast<int>(std::count_if(loans_.begin(), loans_.end(),
                                        [&](const Loan& loan) { return loan.offer == &offer && (with_called_back || !loan.called_back); }));
}

// The youngest first, on which least has been done.
void Lending::owners_changed() {
  for (Offer& offer : offers_) {
    const double idle = ledger_.idle(offer.index);
    if (idle < offer.idle - rounding_of_parts) offer.asked = now();
    offer.idle = idle;
    int too_many = -to_lend(idle, lent_of(offer, false), offer.spec);
    for (auto loan = loans_.rbegin(); loan != loans_.rend() && too_many > 0; ++loan) {
      if (loan->offer != &offer || loan->called_back) continue;
      call_back(*loan);
      --too_many;
    }
  }
}

// As many as do not come back already.
void Lending::ask_back(const InstanceType& type, const std::vector<ZoneIndex>& zones, int instances) {
  for (Offer& offer : offers_) {
    if (offer.purchase.type == &type) offer.asked = now();
  }
  for (const Loan& loan : loans_) {
    const bool there = std::find(zones.begin(), zones.end(), loan.zone) != zones.end();
    if (loan.called_back && loan.client->type == &type && there) --instances;
  }
  for (Loan* loan = nullptr; instances > 0 && (loan = loan_in_fullest(type, zones)) != nullptr; --instances) call_back(*loan);
}

// The youngest of the zone with the most that may still be called back.
Lending::Loan* Lending::loan_in_fullest(const InstanceType& type, const std::vector<ZoneIndex>& zones) {
  std::map<ZoneIndex, std::vector<Loan*>> by_zone;
  for (Loan& loan : loans_) {
    if (!loan.called_back && loan.client->type == &type) by_zone[loan.zone].push_back(&loan);
  }
  const std::vector<Loan*>* fullest = nullptr;
  for (const ZoneIndex zone : zones) {
    const auto there = by_zone.find(zone);
    if (there != by_zone.end() && (fullest == nullptr || there->second.size() > fullest->size())) fullest = &there->second;
  }
  return fullest == nullptr ? nullptr : fullest->back();
}

void Lending::call_back(Loan& loan) {
  loan.called_back = true;
  ++loan.offer->measures->called_back;
  loan.client->borrower->notice(*loan.machine);
  scope_.spawn_service("notice to a borrower", end_notice(loan.number, now() + loan.offer->spec.notice));
}

Lending::Loan* Lending::loan_of(std::uint64_t number) {
  const auto loan = std::find_if(loans_.begin(), loans_.end(), [number](const Loan& other) { return other.number == number; });
  return loan == loans_.end() ? nullptr : &*loan;
}

// It may be given back before.
Task<> Lending::end_notice(std::uint64_t number, Instant until) {
  for (;; co_await delay(std::min(until - now(), Duration{1s}))) {
    Loan* const loan = loan_of(number);
    if (loan == nullptr) co_return;
    if (now() >= until || loan->client->borrower->leaves_idle(*loan->machine)) co_return end(*loan);
  }
}

void Lending::end(Loan& loan) {
  const Loan its = loan;
  loans_.remove_if([&loan](const Loan& other) { return &other == &loan; });
  its.client->borrower->take_away(*its.machine);
  its.client->meters.at(its.zone).run(-1);
  fleet_.give_back(its.zone, *its.machine, its.client->type);
}

}  // namespace streamtwin::ec2
