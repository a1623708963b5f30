// The steps of an evacuation, and those back.
#include <fmt/format.h>

#include <algorithm>

#include "models/failover/failover.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::failover {

Task<> Failover::carry_out(RegionIndex from) {
  Evacuation& evacuation = *evacuations_[from];
  Instant began = now();
  const auto took = [&began] { return now() - std::exchange(began, now()); };
  co_await get_capacity(evacuation);
  measured(from).capacity = took();
  aim_others(from);
  co_await proxy(evacuation);
  if (!evacuation.turned_back) {
    measured(from).proxying = took();
    co_await flip(evacuation);
  }
  if (evacuation.turned_back) {
    evacuations_[from].reset();
    co_return;
  }
  measured(from).dns = took();
  finish(evacuation);
}

// Dark instances of the whole graph at once; launched ones in the order of the reserves, so that nobody's callers come first.
Task<> Failover::get_capacity(const Evacuation& evacuation) {
  const bool dark = evacuation.order.procedure == ProcedureKind::nimble;
  for (const edge::Saviour& saviour : evacuation.saviours) {
    const Rate predicted = highest(saviour.to) + sent_to(saviour.to);
    for (Reserve& reserve : reserves_[saviour.to]) {
      const int instances = further_instances(predicted, reserve.strength());
      dark ? reserve.attach(instances) : reserve.launch(instances);
    }
  }
  const Instant ordered = now();
  const Instant patient_until = ordered + spec_.of(evacuation.order.procedure).capacity_within;
  while (!has_capacity(evacuation.saviours, ordered) && now() < patient_until) co_await delay(1s);
}

bool Failover::has_capacity(const edge::Saviours& saviours, Instant ordered) const {
  for (const edge::Saviour& saviour : saviours) {
    for (const Reserve& reserve : reserves_[saviour.to]) {
      const bool visible = reserve.last_up() < ordered || now() >= reserve.last_up() + spec_.visible_after;
      if (!reserve.complete() || !visible) return false;
      const bool is_gateway = reserve.service() == ground_.gateway;
      if (is_gateway && ground_.edge.gateways_in_service(saviour.to) < reserve.strength().instances) return false;
    }
  }
  return true;
}

// A region that is dead altogether has nobody who could.
Task<> Failover::proxy(Evacuation& evacuation) {
  if (!ground_.edge.alive(evacuation.order.from)) co_return;
  const ProcedureSpec& procedure = spec_.of(evacuation.order.procedure);
  evacuation.proxies_since = now();
  for (const Fraction share : increments(procedure)) {
    evacuation.proxied = share;
    aim(evacuation);
    co_await delay(procedure.increment_every);
    if (evacuation.turned_back) co_return;
  }
}

Task<> Failover::flip(Evacuation& evacuation) {
  evacuation.proxies_since = std::min(evacuation.proxies_since, now());
  evacuation.proxied = Fraction{1};
  ground_.names.send_away(evacuation.order.from, evacuation.saviours);
  tell(evacuation.order.from, "is no longer named by DNS");
  co_await delay(ground_.dns_ttl);
  if (evacuation.turned_back) co_return;
  evacuation.drained = now();
  aim(evacuation);
}

void Failover::finish(Evacuation& evacuation) {
  evacuation.under_way = false;
  EvacuationMeasures& measures = measured(evacuation.order.from);
  measures.evacuated = now() - evacuation.trouble;
  const Count all = count();
  const double asked = all.asked - evacuation.before.asked;
  if (asked > 0) measures.answered = std::min(1.0, (all.started - evacuation.before.started) / asked);
  tell(evacuation.order.from, fmt::format("is evacuated, {:.2g} min after the trouble began", *measures.evacuated / 1min));
}

void Failover::aim(const Evacuation& evacuation) {
  const RegionIndex from = evacuation.order.from;
  const zuul::MisRouted how = now() >= evacuation.drained ? spec_.mis_routed : zuul::MisRouted::isthmus;
  if (evacuation.proxied > Fraction{0}) ground_.edge.proxy(from, evacuation.saviours, evacuation.proxied, how);
  if (ground_.names.sent_away(from)) ground_.names.send_away(from, evacuation.saviours);
}

void Failover::aim_others(RegionIndex lost) {
  for (const std::optional<Evacuation>& other : evacuations_) {
    if (other && other->order.from != lost && !other->turned_back) aim(*other);
  }
}

void Failover::turn_back(RegionIndex from, const std::string& why) {
  Evacuation& evacuation = *evacuations_[from];
  evacuation.turned_back = true;
  held_off_[from] = true;
  ++measured(from).turned_back;
  ground_.edge.end_evacuation(from);
  if (ground_.names.sent_away(from)) ground_.names.call_back(from);
  tell(from, "gets its traffic back: " + why);
  scope_.spawn("release of instances", release(evacuation.saviours));
}

void Failover::give_back(RegionIndex region) {
  const bool rests = evacuations_[region] && !evacuations_[region]->under_way;
  if (!rests) return tell(region, evacuations_[region] ? "is still being evacuated" : "is not evacuated");
  scope_.spawn("return of a region", return_traffic(region));
}

// DNS names it again, and its gateways, to whom all come, keep more and more of it: so its instances get warm by and by.
Task<> Failover::return_traffic(RegionIndex region) {
  Evacuation& evacuation = *evacuations_[region];
  evacuation.under_way = true;
  evacuation.proxies_since = evacuation.drained = never;
  const Instant began = now();
  aim(evacuation);
  ground_.names.call_back(region);
  co_await delay(ground_.dns_ttl);
  const ProcedureSpec& procedure = spec_.of(evacuation.order.procedure);
  for (const Fraction share : increments(procedure)) {
    evacuation.proxied = Fraction{1 - share.value()};
    ground_.edge.proxy(region, evacuation.saviours, evacuation.proxied, zuul::MisRouted::isthmus);
    co_await delay(procedure.increment_every);
  }
  ground_.edge.end_evacuation(region);
  measured(region).given_back = now() - began;
  tell(region, "has its traffic again");
  scope_.spawn("release of instances", release(evacuation.saviours));
  evacuations_[region].reset();
}

// Those on whom another evacuation counts stay.
Task<> Failover::release(edge::Saviours saviours) {
  co_await delay(spec_.give_back_after);
  for (const edge::Saviour& saviour : saviours) {
    if (sent_to(saviour.to) > Rate{0}) continue;
    for (Reserve& reserve : reserves_[saviour.to]) reserve.give_back();
  }
}

}  // namespace streamtwin::failover
