// How Placing places where ECS says which container goes where.
#include <algorithm>

#include "models/titus/stack/placing.hpp"

namespace streamtwin::titus {

// ECS knows no offers, tiers or reservations: who has waited longest is placed first, on an agent that Titus would allow.
void Placing::iterate_as_ecs() {
  begin_iteration();
  for (const fenzo::Task& task : std::exchange(ended_, {})) {
    std::erase_if(ecs_queue_, [&](const Request& waiting) { return waiting == task; });
  }
  std::vector<ecs::Candidate> candidates;
  std::deque<Request> left;
  for (const Request& request : std::exchange(ecs_queue_, {})) {
    if (const std::optional<AgentId> agent = choose_as_ecs(*request, candidates)) {
      place(request, *agent, {});
    } else {
      left.push_back(request);
    }
  }
  for (Request& request : left) ecs_queue_.push_back(std::move(request));
}

std::optional<AgentId> Placing::choose_as_ecs(const ContainerRequest& request, std::vector<ecs::Candidate>& candidates) {
  candidates.clear();
  const PlacementTally::ZoneCounts& by_zone = tally_.zones_of(request.job);
  const auto in_zone = [&](ZoneIndex zone) {
    const auto found = std::find_if(by_zone.begin(), by_zone.end(), [zone](const auto& count) { return count.first == zone; });
    return found == by_zone.end() ? 0 : found->second;
  };
  for (AgentId agent = 0; agent < offers_.size(); ++agent) {
    const Offers& offers = offers_[agent];
    const fenzo::Host* const host = offers.number ? scheduler_.fleet().find(offers.host) : nullptr;
    if (host == nullptr || !fenzo::within(request.needs, offers.free)) continue;
    if (system_constraints_->first_failure(request, *host) != SystemFailure::none || !suits(request, agent)) continue;
    candidates.push_back({.agent = agent,
                          .zone = agents_.agent(agent).zone,
                          .cpus = offers.free.cpus.value(),
                          .memory_mb = offers.free.memory.value(),
                          .tasks = tally_.of_job(request.job, *offers.number),
                          .zone_tasks = in_zone(agents_.agent(agent).zone)});
  }
  return ecs::choose(candidates, {request.needs.cpus.value(), request.needs.memory.value()}, spec_.ecs_strategies, random_);
}

}  // namespace streamtwin::titus
