#include "models/titus/fenzo/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace streamtwin::fenzo {
namespace {

double combined(double sets, double soft, double fitness) {
  return (sets * set_weight + soft * soft_weight + fitness * (100.0 - set_weight - soft_weight)) / 100.0;
}

}  // namespace

/// A task, made ready for all hosts.
struct Search::Ready {
  Ready(const TaskRequest& of, HostTable& hosts, const TaskTracker& tasks) : task(of), asked(numbers_of(of.needs)) {
    for (const HardConstraint& constraint : of.hard) {
      hard.emplace_back(constraint, of, hosts, tasks);
      if (const auto* only = hard.back().candidates(); only && (!candidates || only->size() < candidates->size())) candidates = only;
    }
    for (const SetRequest& set : of.sets) wanted.push_back({&set, ResourceSet::key_of(&set)});
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
  struct Wanted {
    const SetRequest* request;
    std::uint64_t key;
  };
  std::vector<Wanted> wanted;  ///< of sets
  Wanted absent{nullptr, ResourceSet::key_of(nullptr)};
  const std::vector<Slot>* candidates = nullptr;
  bool numbers_only;  ///< hosts that are alike in amounts are alike to it

  const Wanted& wanted_of(const ResourceSet& set) const {
    const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const Wanted& w) { return w.request->set == set.name(); });
    return found == wanted.end() ? absent : *found;
  }
  /// Nothing but amounts and ports is asked for.
  bool plain() const { return task.hard.empty() && task.soft.empty() && task.scalars.empty() && task.sets.empty(); }
};

/// The best so far. The first host that has room stays where its score is no number, since nothing compares as better.
class Search::Best {
 public:
  void offer(Slot slot, double fitness) {
    if (!first_ || slot < first_->slot) first_ = {slot, fitness};
    if (std::isnan(fitness)) return;
    if (!best_ || fitness > best_->fitness || (fitness == best_->fitness && slot < best_->slot)) best_ = {slot, fitness};
  }
  /// Nothing lower would do, nor as much of a later slot.
  double fitness() const { return best_ ? best_->fitness : -std::numeric_limits<double>::infinity(); }
  std::optional<Choice> choice() const { return first_ && std::isnan(first_->fitness) ? first_ : best_; }

 private:
  std::optional<Choice> first_, best_;
};

// Every set of the host must have a place, also for those who do not ask; and every set that is asked for must be there.
Search::SetFitness Search::set_fitness(const Ready& ready, Slot slot) const {
  if (!hosts_.has_sets(slot)) return {ready.task.sets.empty(), 0};
  const std::vector<ResourceSet>& sets = hosts_.host(slot).sets();
  double sum = 0;
  std::size_t asked = 0;
  for (const ResourceSet& set : sets) {
    const Ready::Wanted& wanted = ready.wanted_of(set);
    const double fitness = set.best_place(ready.task, wanted.request, wanted.key).fitness;
    if (fitness == 0.0) return {false, 0};
    sum += fitness;
    if (wanted.request) ++asked;
  }
  return {asked == ready.task.sets.size(), sets.size() > 1 ? sum / static_cast<double>(sets.size()) : sum};
}

template <class Score>
std::optional<double> Search::evaluate(const Ready& ready, Slot slot, Score score) const {
  if (!hosts_.shared(slot)) return std::nullopt;
  for (const ReadyConstraint& constraint : ready.hard) {
    if (!constraint.holds(slot)) return std::nullopt;
  }
  if (!hosts_.fits(slot, ready.asked, ready.task.ports)) return std::nullopt;
  for (const auto& [name, amount] : ready.task.scalars) {
    const Host& host = hosts_.host(slot);
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
  return combined(sets, soft, fitness);
}

// All of a block at once, where the answer is one of numbers alone, without a branch: the compiler does several hosts in one step.
// A host that will not do gets less than any.
template <class Score>
void Search::offer_block(const Ready& ready, Slot first, Slot end, Score score, Best& best) const {
  constexpr double no = -std::numeric_limits<double>::infinity();
  std::array<double, HostTable::block_size> totals;
  const Slot count = end - first;
  double most = no;
  bool numbers = true;
  for (Slot i = 0; i < count; ++i) {
    const double fitness = score(first + i);
    bool fits = hosts_.shared(first + i);
    fits &= hosts_.fits(first + i, ready.asked, ready.task.ports);
    fits &= fitness != 0.0;
    totals[i] = fits ? combined(0, 1.0, fitness) : no;
    most = totals[i] > most ? totals[i] : most;
    numbers &= totals[i] == totals[i];
  }
  if (numbers && most <= best.fitness()) return;
  for (Slot i = 0; i < count; ++i) {
    if (totals[i] != no) best.offer(first + i, totals[i]);
  }
}

template <class Score>
std::optional<Choice> Search::best_of_few(const Ready& ready, const std::vector<Slot>& few, Score score) {
  Best best;
  Slot tried = 0;
  for (const Slot slot : few) {
    if (hosts_.closed(slot)) continue;
    ++trials_;
    if (const auto fitness = evaluate(ready, slot, score)) best.offer(slot, *fitness);
    if (good_enough_ && ++tried % enough_of == 0 && best.fitness() > *good_enough_) break;
  }
  return best.choice();
}

template <class Score>
std::optional<Choice> Search::best_of_all(const Ready& ready, Score score) {
  Best best;
  Slot tried = 0;
  const bool by_blocks = ready.plain() && !good_enough_;
  for (Slot number = 0, first = 0; first < hosts_.size(); ++number, first += HostTable::block_size) {
    const HostTable::Block& block = hosts_.block(number);
    if (!hosts_.block_may_fit(number, ready.asked)) {
      if (good_enough_ && tried / enough_of != (tried + block.open) / enough_of && best.fitness() > *good_enough_) break;
      tried += block.open;
      continue;
    }
    const Slot end = std::min(first + HostTable::block_size, hosts_.size());
    if (by_blocks && block.with_sets == 0) {
      trials_ += block.open;
      offer_block(ready, first, end, score, best);
      continue;
    }
    for (Slot slot = first; slot < end; ++slot) {
      if (hosts_.closed(slot)) continue;
      ++trials_;
      if (const auto fitness = evaluate(ready, slot, score)) best.offer(slot, *fitness);
      if (good_enough_ && ++tried % enough_of == 0 && best.fitness() > *good_enough_) return best.choice();
    }
  }
  return best.choice();
}

// Where hosts differ, looking at each kind of them is no less than looking at all, which is done in blocks.
template <class Score>
std::optional<Choice> Search::best_of(const Ready& ready, Score score) {
  if (ready.candidates) return best_of_few(ready, *ready.candidates, score);
  if (ready.numbers_only && !good_enough_) {
    const std::vector<Slot>& distinct = hosts_.distinct();
    if (distinct.size() * 4 < hosts_.open()) return best_of_few(ready, distinct, score);
  }
  return best_of_all(ready, score);
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

std::vector<Cause> Search::causes(const TaskRequest& task, FailureDetail detail) const {
  const Ready ready(task, hosts_, tasks_);
  std::vector<Cause> causes;
  for (Slot slot = 0; slot < hosts_.size(); ++slot) {
    if (hosts_.closed(slot)) continue;
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
    if (detail == FailureDetail::first) break;
  }
  return causes;
}

Causes Search::explain(const Task& task, FailureDetail detail) {
  Causes found = causes(*task, detail);
  failures_.remember(task, found, hosts_.version());
  return found;
}

}  // namespace streamtwin::fenzo
