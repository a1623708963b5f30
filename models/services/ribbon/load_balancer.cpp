#include "models/services/ribbon/load_balancer.hpp"

#include <algorithm>

#include "sim-core/assert.hpp"

namespace streamtwin::ribbon {
namespace {

LoadBalancer::Rule make_rule(RuleKind kind) {
  switch (kind) {
    case RuleKind::round_robin: return RoundRobinRule{};
    case RuleKind::availability_filtering: return AvailabilityFilteringRule{};
    case RuleKind::zone_avoidance: return ZoneAvoidanceRule{};
    case RuleKind::best_available: return BestAvailableRule{};
    case RuleKind::weighted_response_time: return WeightedResponseTimeRule{};
    case RuleKind::retry: return RetryRule{};
  }
  return RoundRobinRule{};
}

/// Where the rules list who is eligible: one for all balancers, as each choice is over before the next begins.
std::vector<ServerIndex> room_for_eligible;

}  // namespace

LoadBalancer::LoadBalancer(const BalancerProperties& properties, Instant created, std::unique_ptr<PluggedRule> plugged)
    : properties_(&properties),
      next_weights_(properties.rule == RuleKind::weighted_response_time && plugged == nullptr ? created : never),
      rule_(plugged == nullptr ? make_rule(properties.rule) : PluggedChoice(std::move(plugged))) {}

LoadBalancer::Rule LoadBalancer::rule_of_zone() const {
  if (const auto* const plugged = std::get_if<PluggedChoice>(&rule_)) return plugged->another();
  return make_rule(properties_->rule);
}

void LoadBalancer::update(std::span<const Server> servers, Instant now) {
  maintain_weights(now);
  const auto is_listed = [this](ServerIndex index, const Server& listed) { return server(index) == listed; };
  if (std::equal(list().begin(), list().end(), servers.begin(), servers.end(), is_listed)) {
    for (ServerIndex index : list()) known_[index].set_alive(true);
    return;
  }
  ++version_;
  forget_expired(now);
  // Most balancers of a mesh see one list all their life, and there are tens of thousands: none grows step by step.
  const auto make_room = [&](auto&... vectors) { (vectors.reserve(servers.size()), ...); };
  if (known_.empty()) make_room(known_, by_host_);
  const std::vector<ServerIndex> before(list().begin(), list().end());
  std::vector<ServerIndex> indices;
  for (const Server& server : servers) {
    const ServerIndex index = find_or_make(server).index;
    known_[index].zone = server.zone;
    known_[index].set_alive(true);
    indices.push_back(index);
  }
  list_.assign(indices);
  rebuild_zones();
  for (const ServerIndex index : before) {
    if (!known_[index].listed) known_[index].seen(now);
  }
}

std::optional<ServerIndex> LoadBalancer::choose(Instant now, Random& random) {
  if (list().empty()) return std::nullopt;
  maintain_weights(now);
  const bool zone_logic = zone_count_ > 1 && (properties_->zone_aware || properties_->rule == RuleKind::zone_avoidance);
  if (zone_logic) take_snapshots(now);
  if (zone_count_ > 1 && properties_->zone_aware) {
    const ZoneSet all = (ZoneSet{1} << zone_count_) - 1;
    const ZoneSet available = available_zones(zones_seen(), properties_->triggering_load, properties_->triggering_blackout.value(), random);
    if (available != all) {
      const std::size_t zone = choose_zone(zones_seen(), available, random);
      if (zone < zone_count_)
        if (const auto server = choose_by(zones_[zone].rule, of(zones_[zone]), now, random)) return server;
    }
  }
  return choose_by(rule_, list(), now, random);
}

void LoadBalancer::request_left(ServerIndex server, Instant now) {
  maintain_weights(now);
  KnownServer& known = known_[server];
  const int before = known.active();
  known.request_finished(now);
  count_active(server, known.active() - before);
  if (!known.listed) known.seen(now);
}

void LoadBalancer::learn(ServerIndex server, AttemptResult result, Duration response_time, Instant now) {
  ServerStats& stats = known_[server];
  if (looks_at_response_times()) stats.note_response_time(response_time);
  if (result == AttemptResult::answered) {
    stats.clear_connection_failures();
  } else {
    stats.connection_failed(now, *properties_);
    if (stats.tripped(now)) counted_until_ = Instant{Duration{-HUGE_VAL}};
    stats.count_failure(now);
  }
}

ServerIndex LoadBalancer::index_of(const Server& server, Instant now) {
  const auto [index, made] = find_or_make(server);
  if (made) known_[index].seen(now);
  return index;
}

LoadBalancer::Found LoadBalancer::find_or_make(const Server& server) {
  const auto place = std::lower_bound(by_host_.begin(), by_host_.end(), std::pair{server.host, ServerIndex{0}});
  if (place != by_host_.end() && place->first == server.host) return {place->second, false};
  ServerIndex index = static_cast<ServerIndex>(known_.size());
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
    known_[index] = {};
  } else {
    known_.emplace_back();
  }
  known_[index].host = server.host;
  known_[index].zone = server.zone;
  by_host_.insert(place, {server.host, index});
  return {index, true};
}

ZoneSnapshot LoadBalancer::zone_snapshot(ZoneIndex zone, Instant now) {
  for (std::size_t i = 0; i < zone_count_; ++i)
    if (zones_[i].zone == zone) return snapshot_of(of(zones_[i]), known_.data(), *properties_, now);
  return {};
}

ZoneSnapshot LoadBalancer::snapshot(std::span<const Server> servers, Instant now) {
  std::vector<ServerIndex> indices;
  for (const Server& server : servers) indices.push_back(index_of(server, now));
  return snapshot_of(indices, known_.data(), *properties_, now);
}

void LoadBalancer::rebuild_zones() {
  std::array<std::uint32_t, 256> counts{};
  for (ServerIndex index : list()) ++counts[known_[index].zone];
  for (std::size_t zone = 0; zone < counts.size(); ++zone) {
    if (counts[zone] == 0) continue;
    if (std::none_of(zones_.begin(), zones_.end(), [zone](const Zone& z) { return z.zone == zone; }))
      zones_.push_back({static_cast<ZoneIndex>(zone), 0, 0, rule_of_zone()});
  }
  std::sort(zones_.begin(), zones_.end(), [&counts](const Zone& a, const Zone& b) {
    return std::pair{counts[a.zone] == 0, a.zone} < std::pair{counts[b.zone] == 0, b.zone};
  });
  zone_count_ = 0;
  std::vector<ServerIndex> by_zone;
  counted_until_ = Instant{Duration{-HUGE_VAL}};
  for (KnownServer& known : known_) known.listed = false;
  for (const ServerIndex index : list()) known_[index].listed = true;
  for (Zone& zone : zones_) {
    zone.first = static_cast<std::uint32_t>(by_zone.size());
    zone.count = counts[zone.zone];
    if (zone.count == 0) continue;
    for (ServerIndex index : list()) {
      if (known_[index].zone != zone.zone) continue;
      by_zone.push_back(index);
      known_[index].zone_position = static_cast<std::uint8_t>(zone_count_);
    }
    ++zone_count_;
  }
  STREAMTWIN_ASSERT(zone_count_ <= zones_max, "a balancer knows at most 16 zones at once");
  by_zone_.assign(by_zone);
  zones_seen_.resize(zone_count_);
  if (room_for_eligible.size() < list().size()) room_for_eligible.resize(list().size());
}

// Statistics live for 30 minutes after their last use, and as long as a request is in flight.
void LoadBalancer::forget_expired(Instant now) {
  std::erase_if(by_host_, [&](const auto& entry) {
    const ServerIndex index = entry.second;
    if (known_[index].listed || now - known_[index].last_seen() <= properties_->stats_expiry) return false;
    if (known_[index].active_requests(now, *properties_) > 0) return false;
    free_.push_back(index);
    return true;
  });
}

void LoadBalancer::take_snapshots(Instant now) {
  if (now > counted_until_) return count_snapshots(now);
  for (std::size_t i = 0; i < zone_count_; ++i) {
    ZoneSnapshot& zone = zones_seen_[i];
    zone.load_per_server = static_cast<double>(zone.active) / zone.instances;
  }
}

// Nobody is blacked out: until a server may have leaked a request, or somebody is blacked out, the counts of requests
// in flight change only by those that start and end.
void LoadBalancer::count_snapshots(Instant now) {
  int tripped = 0;
  for (std::size_t i = 0; i < zone_count_; ++i) {
    zones_seen_[i] = snapshot_of(of(zones_[i]), known_.data(), *properties_, now);
    tripped += zones_seen_[i].tripped;
  }
  counted_until_ = Instant{Duration{-HUGE_VAL}};
  if (tripped > 0) return;
  counted_until_ = now + properties_->active_count_timeout;
  for (const ServerIndex index : list()) {
    if (known_[index].active() > 0)
      counted_until_ = std::min(counted_until_, known_[index].active_changed() + properties_->active_count_timeout);
  }
}

std::optional<ServerIndex> LoadBalancer::choose_by(Rule& rule, std::span<const ServerIndex> list, Instant now, Random& random) {
  const Servers from = servers(list, now);
  return std::visit([&](auto& chosen) { return chosen.choose(from, random); }, rule);
}

Servers LoadBalancer::servers(std::span<const ServerIndex> list, Instant now) {
  return {list, known_.data(), properties_, room_for_eligible.data(), zones_seen(), now};
}

// The timer of the weighted rule, caught up: whatever changes the means comes through here first.
void LoadBalancer::compute_weights(Instant now) {
  std::get<WeightedResponseTimeRule>(rule_).recompute(servers(list(), now));
  for (std::size_t i = 0; i < zone_count_; ++i) std::get<WeightedResponseTimeRule>(zones_[i].rule).recompute(servers(of(zones_[i]), now));
  const std::int64_t interval = to_nanoseconds(properties_->weight_interval);
  const std::int64_t missed = (to_nanoseconds(now) - to_nanoseconds(next_weights_)) / interval;
  next_weights_ = instant_of_nanoseconds(to_nanoseconds(next_weights_) + (missed + 1) * interval);
}

}  // namespace streamtwin::ribbon
