#include "models/edge/zuul/choice_of_two.hpp"

#include <algorithm>
#include <limits>

#include "sim-core/check.hpp"

namespace streamtwin::zuul {

void ChoiceOfTwo::update(std::span<const Server> servers, std::span<const Instant> launched) {
  std::vector<std::optional<ServerSlot>> slots;
  for (const Server& server : servers) slots.push_back(slot_of(server.host));
  for (State& state : states_) state.listed = false;
  for (const std::optional<ServerSlot>& slot : slots)
    if (slot) states_[*slot].listed = true;
  list_.clear();
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const ServerSlot slot = slots[i] ? *slots[i] : room_for(servers[i]);
    State& state = states_[slot];
    state.server = servers[i];
    state.launched = launched[i];
    state.listed = true;
    list_.push_back(slot);
  }
}

std::optional<ServerSlot> ChoiceOfTwo::slot_of(std::uint32_t host) const {
  const auto known = std::find_if(states_.begin(), states_.end(),
                                  [host](const State& s) { return (s.listed || s.in_flight > 0) && s.server.host == host; });
  return known == states_.end() ? std::nullopt : std::optional(static_cast<ServerSlot>(known - states_.begin()));
}

ServerSlot ChoiceOfTwo::room_for(const Server& server) {
  auto free = std::find_if(states_.begin(), states_.end(), [](const State& s) { return !s.listed && s.in_flight == 0; });
  if (free == states_.end()) free = states_.insert(states_.end(), State{});
  *free = State{.server = server};
  return static_cast<ServerSlot>(free - states_.begin());
}

std::optional<ServerSlot> ChoiceOfTwo::choose(Instant now, Random& random) const {
  if (list_.empty()) return std::nullopt;
  if (list_.size() == 1) return list_.front();
  ServerSlot best = list_.front();
  double best_score = std::numeric_limits<double>::infinity();
  bool best_has_room = false;
  for (int draw = 0; draw < properties_.draws_max; ++draw) {
    const std::size_t first = random.below(list_.size());
    const std::size_t second = (first + 1 + random.below(list_.size() - 1)) % list_.size();
    bool found = false;
    double round_score = std::numeric_limits<double>::infinity();
    ServerSlot round_best = best;
    for (ServerSlot slot : {list_[first], list_[second]}) {
      const double value = score(slot, now);
      // A server on probation that has its one request in flight is taken only when every server drawn is in that state.
      const bool has_room = !probation_used(states_[slot]);
      if (has_room != best_has_room ? has_room : value < best_score) {
        best_has_room = has_room;
        best_score = value;
        best = slot;
      }
      if (!acceptable(states_[slot], now, random)) continue;
      if (!found || value < round_score) {
        round_score = value;
        round_best = slot;
      }
      found = true;
    }
    if (found) return round_best;
  }
  return best;
}

void ChoiceOfTwo::request_started(ServerSlot slot) {
  ++states_[slot].in_flight;
  ++in_flight_;
}

void ChoiceOfTwo::request_finished(ServerSlot slot, bool connection_error, std::optional<double> utilisation, Instant now) {
  State& state = states_[slot];
  check(state.in_flight > 0, "a request finished at a server that had none in flight");
  --state.in_flight;
  --in_flight_;
  const double share = kept(state, now);
  state.errors = state.errors * share + (connection_error ? 1 : 0);
  state.requests = state.requests * share + 1;
  state.utilisation = utilisation ? *utilisation : state.utilisation * share;
  state.updated = now;
  if (!connection_error) state.answered = true;
}

double ChoiceOfTwo::score(ServerSlot slot, Instant now) const {
  const State& state = states_[slot];
  const double share = kept(state, now);
  const double errors = state.requests > 0 ? state.errors / state.requests * share : 0;
  const double mean = std::max(1.0, static_cast<double>(in_flight_) / static_cast<double>(list_.size()));
  return properties_.health_weight * errors + properties_.utilisation_weight * std::min(state.utilisation * share, 2.0) +
         properties_.in_flight_weight * state.in_flight / mean;
}

// What is left of a statistic: linear to nothing over the decay time since the last answer.
double ChoiceOfTwo::kept(const State& state, Instant now) const {
  return std::clamp(1 - (now - state.updated) / properties_.decay, 0.0, 1.0);
}

bool ChoiceOfTwo::acceptable(const State& state, Instant now, Random& random) const {
  if (probation_used(state)) return false;
  const double share = kept(state, now);
  if (state.requests > 0 && state.errors / state.requests * share > properties_.error_max.value()) return false;
  if (state.utilisation * share > properties_.utilisation_max.value()) return false;
  const Duration age = now - state.launched;
  return age >= properties_.warm_up || random.chance(std::max(0.0, age / properties_.warm_up));
}

std::vector<Server> ring_subset(std::span<const Server> servers, std::size_t size, std::uint32_t client) {
  std::uint32_t reversed = 0;
  for (int bit = 0; bit < 32; ++bit) reversed |= (client >> bit & 1U) << (31 - bit);
  const auto start = static_cast<std::size_t>((static_cast<std::uint64_t>(reversed) * servers.size()) >> 32);
  std::vector<Server> subset;
  for (std::size_t i = 0; i < std::min(size, servers.size()); ++i) subset.push_back(servers[(start + i) % servers.size()]);
  return subset;
}

}  // namespace streamtwin::zuul
