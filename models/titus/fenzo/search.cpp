#include "models/titus/fenzo/search.hpp"

#include <algorithm>

namespace streamtwin::fenzo {

/// A task, made ready for all hosts.
struct Search::Ready {
  Ready(const TaskRequest& of, HostTable& hosts, const TaskTracker& tasks) : task(of), asked(numbers_of(of.needs)) {
    for (const HardConstraint& constraint : of.hard) {
      hard.emplace_back(constraint, of, hosts, tasks);
      if (const auto* only = hard.back().candidates(); only && (!candidates || only->size() < candidates->size())) candidates = only;
    }
    numbers_only = of.hard.empty();
    for (const SoftConstraint& constraint : of.soft) {
      soft.emplace_back(constraint, of, hosts, tasks);
      const auto* calculator = std::get_if<Calculator>(&constraint);
      numbers_only &= calculator && fenzo::numbers_only(*calculator);
    }
  }

  const TaskRequest& task;
  Asked asked;
  std::vector<ReadyConstraint> hard;
  std::vector<ReadyScore> soft;
  const std::vector<Slot>* candidates = nullptr;
  bool numbers_only;  ///< hosts that are alike in amounts are alike to it
};

// Every set of the host must have a place, also for those who do not ask; and every set that is asked for must be there.
Search::SetFitness Search::set_fitness(const Ready& ready, Slot slot) const {
  if (!hosts_.has_sets(slot)) return {ready.task.sets.empty(), 0};
  const std::vector<ResourceSet>& sets = hosts_.host(slot).sets();
  double sum = 0;
  std::size_t asked = 0;
  for (const ResourceSet& set : sets) {
    const double fitness = set.best_place(ready.task).fitness;
    if (fitness == 0.0) return {false, 0};
    sum += fitness;
    if (ready.task.wants(set.name())) ++asked;
  }
  return {asked == ready.task.sets.size(), sets.size() > 1 ? sum / static_cast<double>(sets.size()) : sum};
}

template <class Score>
std::optional<double> Search::evaluate(const Ready& ready, Slot slot, Score score) const {
  if (hosts_.exclusive(slot)) return std::nullopt;
  for (const ReadyConstraint& constraint : ready.hard) {
    if (!constraint.holds(slot)) return std::nullopt;
  }
  if (!hosts_.fits(slot, ready.asked, ready.task.ports)) return std::nullopt;
  const Host& host = hosts_.host(slot);
  for (const auto& [name, amount] : ready.task.scalars) {
    const auto found = host.scalars().find(name);
    if (host.assigned_scalar(name) + amount > (found == host.scalars().end() ? 0 : found->second)) return std::nullopt;
  }
  double sets = 0;
  if (hosts_.has_sets(slot) || !ready.task.sets.empty()) {
    const SetFitness places = set_fitness(ready, slot);
    if (!places.room) return std::nullopt;
    sets = places.fitness;
  }
  const double fitness = score(slot);
  if (fitness == 0.0) return std::nullopt;
  double soft = 1.0;
  if (!ready.soft.empty()) {
    soft = 0;
    for (const ReadyScore& constraint : ready.soft) soft += constraint.score(slot);
    soft /= static_cast<double>(ready.soft.size());
  }
  return (sets * set_weight + soft * soft_weight + fitness * (100.0 - set_weight - soft_weight)) / 100.0;
}

template <class Score>
std::optional<Choice> Search::best_of(const Ready& ready, Score score) {
  std::optional<Choice> best;
  const auto try_on = [&](Slot slot) {
    ++trials_;
    const std::optional<double> fitness = evaluate(ready, slot, score);
    // Slots are in order of names: a later equal is not better.
    if (fitness && (!best || *fitness > best->fitness)) best = {slot, *fitness};
  };
  const auto enough = [&](Slot tried) { return good_enough_ && best && best->fitness > *good_enough_ && tried % 10 == 0; };
  const std::vector<Slot>* const few = ready.candidates                      ? ready.candidates
                                       : ready.numbers_only && !good_enough_ ? &hosts_.distinct()
                                                                             : nullptr;
  if (few) {
    Slot tried = 0;
    for (const Slot slot : *few) {
      try_on(slot);
      if (enough(++tried)) break;
    }
    return best;
  }
  for (Slot first = 0; first < hosts_.size(); first += HostTable::block_size) {
    if (!hosts_.block_may_fit(first / HostTable::block_size, ready.asked)) continue;
    const Slot end = std::min(first + HostTable::block_size, hosts_.size());
    for (Slot slot = first; slot < end; ++slot) {
      try_on(slot);
      if (enough(slot + 1)) return best;
    }
  }
  return best;
}

std::optional<Choice> Search::best(const TaskRequest& task) {
  Ready ready(task, hosts_, tasks_);
  ready.numbers_only &= numbers_only(fitness_);
  std::optional<Choice> best;
  if (const auto* kind = std::get_if<BuiltIn>(&fitness_)) {
    with_built_in(*kind,
                  [&]<BuiltIn k>() { best = best_of(ready, [&](Slot slot) { return built_in_score<k>(hosts_, slot, ready.asked); }); });
  } else {
    best = best_of(ready, [&](Slot slot) { return score_of(fitness_, task, hosts_, slot, tasks_); });
  }
  return best;
}

const ReadyConstraint* Search::refusing_at(const Ready& ready, Slot slot) const {
  if (hosts_.exclusive(slot)) return nullptr;
  const auto found = std::find_if(ready.hard.begin(), ready.hard.end(), [&](const ReadyConstraint& c) { return !c.holds(slot); });
  return found == ready.hard.end() ? nullptr : &*found;
}

Cause Search::cause_at(const Ready& ready, Slot slot) const {
  if (hosts_.exclusive(slot)) return {.constraint = name_of(HardConstraint{ExclusiveHost{}})};
  if (const ReadyConstraint* const refusing = refusing_at(ready, slot)) return {.constraint = name_of(refusing->constraint())};
  Cause cause;
  const Host& host = hosts_.host(slot);
  for (const auto& [name, amount] : ready.task.scalars) {
    const auto found = host.scalars().find(name);
    const double total = found == host.scalars().end() ? 0 : found->second, asked = host.assigned_scalar(name) + amount;
    if (asked > total) cause.shortages.push_back({Lack::scalar, name, asked - total});
  }
  constexpr Lack lacks[] = {Lack::cpus, Lack::memory, Lack::network, Lack::disk};
  for (int r = 0; r < HostTable::resources; ++r) {
    const auto resource = static_cast<HostTable::Resource>(r);
    const double asked = hosts_.used(resource, slot) + ready.asked[r], total = hosts_.total(resource, slot);
    if (asked > total) cause.shortages.push_back({lacks[r], "", asked - total});
  }
  if (!hosts_.fits_ports(slot, ready.task.ports))
    cause.shortages.push_back({Lack::ports, "", static_cast<double>(host.ports_used() + ready.task.ports - host.ports_total())});
  if (!cause.shortages.empty()) return cause;
  // Fenzo lists a set without room, and one that is not there, one by one.
  std::size_t asked = 0;
  for (const ResourceSet& set : host.sets()) {
    if (set.best_place(ready.task).fitness == 0.0) cause.shortages.push_back({Lack::resource_set, "", 0});
    if (ready.task.wants(set.name())) ++asked;
  }
  if (asked != ready.task.sets.size()) cause.shortages.push_back({Lack::resource_set, "", 0});
  if (cause.shortages.empty()) cause.shortages.push_back({Lack::fitness, "", 0});
  return cause;
}

std::vector<Cause> Search::explain(const TaskRequest& task, FailureDetail detail) {
  const Ready ready(task, hosts_, tasks_);
  std::vector<Cause> causes;
  const Slot end = detail == FailureDetail::first ? std::min<Slot>(1, hosts_.size()) : hosts_.size();
  for (Slot slot = 0; slot < end; ++slot) {
    Cause cause = cause_at(ready, slot);
    auto same = std::find_if(causes.begin(), causes.end(), [&](const Cause& other) {
      return other.constraint == cause.constraint &&
             std::equal(other.shortages.begin(), other.shortages.end(), cause.shortages.begin(), cause.shortages.end(),
                        [](const Shortage& a, const Shortage& b) { return a.same_kind(b); });
    });
    if (same == causes.end()) {
      same = causes.insert(causes.end(), std::move(cause));
      if (const ReadyConstraint* const refusing = refusing_at(ready, slot)) same->reason = refusing->reason(slot);
    } else {
      for (std::size_t i = 0; i < cause.shortages.size(); ++i)
        same->shortages[i].missing = std::min(same->shortages[i].missing, cause.shortages[i].missing);
    }
    ++same->count;
    if (detail == FailureDetail::hosts) same->hosts.push_back(&hosts_.host(slot));
  }
  return causes;
}

}  // namespace streamtwin::fenzo
