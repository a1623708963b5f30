#include "models/titus/stack/preemption.hpp"

#include <algorithm>
#include <numeric>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

constexpr Duration between_looks = 1s;

/// How much of what is missing a container would give, of each resource as a part of it.
double gives(const fenzo::Resources& needs, const fenzo::Resources& missing) {
  const auto part = [](double gives, double wanted) { return wanted > 0 ? std::min(1.0, gives / wanted) : 0.0; };
  return part(needs.cpus.value(), missing.cpus.value()) + part(needs.memory.value(), missing.memory.value()) +
         part(needs.network.value(), missing.network.value()) + part(needs.disk.value(), missing.disk.value());
}

}  // namespace

std::optional<std::vector<std::size_t>> least_loss(const fenzo::Resources& needed, const fenzo::Resources& free,
                                                   const std::vector<Preemptable>& there) {
  if (fenzo::within(needed, free)) return std::vector<std::size_t>{};
  const fenzo::Resources missing = needed - free;
  std::vector<std::size_t> order(there.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return gives(there[i].needs, missing) <= 0; });
  const auto price = [&](std::size_t i) { return there[i].work_lost / gives(there[i].needs, missing); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return price(a) < price(b); });
  fenzo::Resources room = free;
  std::vector<std::size_t> chosen;
  for (const std::size_t i : order) {
    if (fenzo::within(needed, room)) break;
    room += there[i].needs;
    chosen.push_back(i);
  }
  if (!fenzo::within(needed, room)) return std::nullopt;
  std::erase_if(chosen, [&](std::size_t i) {  // the dearest last: those before may have become needless
    if (!fenzo::within(needed, room - there[i].needs)) return false;
    room -= there[i].needs;
    return true;
  });
  return chosen;
}

void Preemption::start() {
  if (spec_.enabled) scope_.spawn_service("preemption", watch());
}

Task<> Preemption::watch() {
  for (;;) {
    co_await delay(between_looks);
    for (const UnplacedTask& task : placing_.unplaced()) {
      if (task.tier != Tier::critical || now() - task.accepted < spec_.after || dealt_with_.contains(task.id)) continue;
      const auto waiting = jobs_.seen(task.id);
      if (!waiting) continue;
      const std::optional<Offer> offer = best_agent(*waiting->request);
      if (!offer || !jobs_.lend(task.id, offer->agent)) continue;
      dealt_with_.insert(task.id);
      for (const ContainerId container : offer->kill) jobs_.preempt(container);
    }
    placing_.want_failures();
  }
}

std::optional<Preemption::Offer> Preemption::best_agent(const ContainerRequest& waiting) const {
  std::optional<Offer> best;
  for (const Agent& agent : agents_.agents()) {
    if (agents_.group(agent.group).spec.tier != Tier::flex || !agents_.takes_tasks(agent.id) || placing_.is_lent(agent.id) ||
        !placing_.suits(waiting, agent.id)) {
      continue;
    }
    fenzo::Resources free = agents_.type_of(agent.id).resources;
    std::vector<Preemptable> there;
    for (const ContainerId container : jobs_.on_agent(agent.id)) {
      const auto seen = jobs_.seen(container);
      if (!seen) continue;
      free -= seen->request->needs;
      if (seen->kind.kind != JobKind::batch || is_terminating(seen->task.state)) continue;
      const Duration ran = seen->task.started == never ? Duration{0} : now() - seen->task.started;
      there.push_back({container, seen->request->needs, in_seconds(ran) * seen->request->needs.cpus.value()});
    }
    const auto chosen = least_loss(waiting.needs, free, there);
    if (!chosen) continue;
    Offer offer{.agent = agent.id, .kill = {}};
    for (const std::size_t i : *chosen) {
      offer.kill.push_back(there[i].container);
      offer.loss += there[i].work_lost;
    }
    if (!best || offer.loss < best->loss) best = std::move(offer);
  }
  return best;
}

}  // namespace streamtwin::titus
