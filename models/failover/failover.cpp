#include "models/failover/failover.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::failover {
namespace {

Fraction weight_of(const edge::Saviours& saviours, RegionIndex region) {
  const auto found = std::find_if(saviours.begin(), saviours.end(), [region](const edge::Saviour& s) { return s.to == region; });
  return found == saviours.end() ? Fraction{0} : found->weight;
}

}  // namespace

Failover::Failover(const FailoverSpec& spec, Ground ground, Reserves& reserves, FailoverMeasures& measures)
    : spec_(spec),
      ground_(std::move(ground)),
      reserves_(reserves),
      measures_(measures),
      detector_(ground_.edge.regions(), spec.detection),
      evacuations_(ground_.edge.regions()),
      started_(ground_.edge.regions()),
      before_low_(ground_.edge.regions()),
      held_off_(ground_.edge.regions()) {
  for (RegionIndex region = 0; region < ground_.edge.regions(); ++region) measured(region) = {};
}

void Failover::start() { scope_.spawn_service("watch over stream starts", watch()); }

void Failover::tell(RegionIndex region, const std::string& text) const {
  ground_.recorder.event(now(), "failover", ground_.edge.region_name(region), text);
}

Failover::Count Failover::count() const {
  Count all;
  for (const edge::RegionTraffic& traffic : ground_.traffic) {
    all.asked += traffic.asked.total();
    all.started += traffic.started.total();
  }
  return all;
}

Task<> Failover::watch() {
  for (;;) {
    const Instant began = now();
    const Count before = count();
    co_await delay(spec_.detection.every);
    look(began, before);
  }
}

void Failover::look(Instant began, const Count& before) {
  std::vector<Reading> readings;
  for (RegionIndex region = 0; region < started_.size(); ++region) readings.push_back(read(region));
  detector_.add(readings, began);
  for (RegionIndex region = 0; region < started_.size(); ++region) {
    const std::optional<Instant> low_since = detector_.low_since(region);
    if (low_since == began) before_low_[region] = before;
    if (!low_since && readings[region].watched) held_off_[region] = false;
  }
  turn_back_what_follows();
  if (spec_.automatic) trigger();
}

// What other regions have sent it counts as its own from when DNS has.
Rate Failover::came_to(RegionIndex region, int days_ago) const {
  Rate rate = ground_.usual(region, now(), days_ago);
  for (const std::optional<Evacuation>& evacuation : evacuations_) {
    if (!evacuation || now() < evacuation->drained) continue;
    rate += ground_.usual(evacuation->order.from, now(), days_ago) * weight_of(evacuation->saviours, region).value();
  }
  return rate;
}

Reading Failover::read(RegionIndex region) {
  const double starts = ground_.traffic[region].started.total() - std::exchange(started_[region], ground_.traffic[region].started.total());
  const double period = in_seconds(spec_.detection.every);
  return {.starts = starts,
          .yesterday = came_to(region, 1).value() * period,
          .last_week = came_to(region, 7).value() * period,
          .watched = !evacuations_[region]};
}

void Failover::trigger() {
  tell_of_several(detector_.several_low());
  const std::optional<RegionIndex> region = detector_.in_trouble(spec_.of(spec_.procedure).detect_after, now());
  if (region && !held_off_[*region]) begin({*region, spec_.procedure, std::nullopt}, *detector_.low_since(*region), before_low_[*region]);
}

void Failover::tell_of_several(bool several) {
  if (several && !told_of_several_)
    tell(0, "stream starts are low in several regions: that is no region's own trouble, and would go along");
  told_of_several_ = several;
}

// While it is under way; later a region that has taken the traffic is in trouble of its own. One that has too few
// instances for what was to be sent to it shows nothing of what ails the region that is left: it gets what it is short of.
void Failover::turn_back_what_follows() {
  for (std::optional<Evacuation>& evacuation : evacuations_) {
    if (!evacuation || !evacuation->under_way || evacuation->turned_back) continue;
    edge::Saviours able;
    for (const edge::Saviour& saviour : evacuation->saviours) {
      if (!is_short_of_instances(saviour.to)) {
        able.push_back(saviour);
      } else if (detector_.low_since(saviour.to)) {
        evacuation->short_until = now();
        relieve(*evacuation, saviour.to);
      }
    }
    const auto to = detector_.followed_to(able, std::max(evacuation->proxies_since, evacuation->short_until), now());
    if (to) turn_back(evacuation->order.from, fmt::format("the trouble follows the traffic to {}", ground_.edge.region_name(*to)));
  }
}

bool Failover::is_short_of_instances(RegionIndex region) const {
  std::vector<ServiceStrength> services;
  for (const Reserve& reserve : reserves_[region]) services.push_back(reserve.strength());
  return is_short(highest(region) + sent_to(region), services);
}

// Once in an evacuation: what has been launched is not there at once.
void Failover::relieve(Evacuation& evacuation, RegionIndex saviour) {
  std::vector<RegionIndex>& relieved = evacuation.relieved;
  if (std::find(relieved.begin(), relieved.end(), saviour) != relieved.end()) return;
  relieved.push_back(saviour);
  ++measured(evacuation.order.from).overloaded;
  const Rate predicted = highest(saviour) + sent_to(saviour);
  tell(saviour, fmt::format("has too few instances for {:.3g} /s: what is missing is launched", predicted.value()));
  for (Reserve& reserve : reserves_[saviour]) reserve.launch(further_instances(predicted, reserve.strength()));
}

void Failover::evacuate(const Order& order) { begin(order, now(), count()); }

void Failover::begin(const Order& order, Instant trouble, const Count& before) {
  if (evacuations_[order.from]) return tell(order.from, "it is evacuated already");
  Evacuation& evacuation = evacuations_[order.from].emplace(Evacuation{.order = order, .trouble = trouble, .before = before});
  EvacuationMeasures& measures = measured(order.from);
  measures = {.begun = measures.begun + 1, .turned_back = measures.turned_back};
  measures.detection = now() - trouble;
  if (!plan(evacuation)) {
    evacuations_[order.from].reset();
    held_off_[order.from] = true;
    ++measures.turned_back;
    return tell(order.from, "is not evacuated: no other region can take its traffic");
  }
  scope_.spawn("evacuation of a region", carry_out(order.from));
}

Rate Failover::highest(RegionIndex home) const {
  constexpr Duration step = 5min;
  Rate highest = ground_.usual(home, now(), 7);
  for (Duration ahead = step; ahead <= spec_.look_ahead; ahead += step) highest = std::max(highest, ground_.usual(home, now() + ahead, 7));
  return highest;
}

Rate Failover::sent_to(RegionIndex region) const {
  Rate rate{0};
  for (const std::optional<Evacuation>& evacuation : evacuations_) {
    if (evacuation) rate += evacuation->load * weight_of(evacuation->saviours, region).value();
  }
  return rate;
}

std::vector<Candidate> Failover::candidates(const Order& order) const {
  std::vector<Candidate> able;
  for (RegionIndex region = 0; region < evacuations_.size(); ++region) {
    const auto& allowed = ground_.allowed;
    const bool may = order.to ? *order.to == region : std::find(allowed.begin(), allowed.end(), region) != allowed.end();
    if (!may || region == order.from || evacuations_[region] || !ground_.edge.alive(region)) continue;
    if (!order.to && detector_.low_since(region)) continue;
    std::vector<ServiceStrength> services;
    for (const Reserve& reserve : reserves_[region]) services.push_back(reserve.strength());
    able.push_back({region, highest(region) + sent_to(region), bearable(services, true)});
  }
  return able;
}

// Who has been sent to it by another evacuation goes on to its saviours.
bool Failover::plan(Evacuation& evacuation) {
  const RegionIndex from = evacuation.order.from;
  evacuation.load = highest(from);
  const std::vector<Candidate> able = candidates(evacuation.order);
  if (able.empty()) return false;
  evacuation.saviours = choose_saviours(able);
  std::string shares;
  for (const edge::Saviour& saviour : evacuation.saviours) {
    shares += fmt::format("{} {:.0f} %", shares.empty() ? "" : ",", 100 * saviour.weight.value());
    shares += " to " + ground_.edge.region_name(saviour.to);
  }
  const Rate short_of = too_much(evacuation.load + sent_to(from), able);
  tell(from,
       fmt::format("is evacuated by {}:{}{}", enum_names<ProcedureKind>[static_cast<std::size_t>(evacuation.order.procedure)].name, shares,
                   short_of > Rate{0} ? fmt::format("; they have no room for {:.3g} /s of {:.3g} /s", short_of.value(),
                                                    (evacuation.load + sent_to(from)).value())
                                      : ""));
  for (std::optional<Evacuation>& other : evacuations_) {
    if (other && other->order.from != from) other->saviours = instead_of(from, other->saviours, evacuation.saviours);
  }
  return true;
}

}  // namespace streamtwin::failover
