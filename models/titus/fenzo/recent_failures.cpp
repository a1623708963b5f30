#include "models/titus/fenzo/recent_failures.hpp"

#include <algorithm>
#include <bit>

#include "models/titus/fenzo/host_table.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::fenzo {
namespace {

/// How far what is asked of a host can be told beforehand.
struct Knowledge {
  bool plugged_in = false;  ///< it depends on a plug-in
  bool lasting = true;      ///< but on none that may say something else at any time

  void add(bool lasts) {
    plugged_in = true;
    lasting &= lasts;
  }
};

void look(const Calculator& calculator, Knowledge& known) {
  if (const auto* custom = std::get_if<std::shared_ptr<const Fitness>>(&calculator)) known.add((*custom)->lasting());
  if (const auto* average = std::get_if<std::shared_ptr<const WeightedAverage>>(&calculator)) {
    for (const auto& [part, weight] : (*average)->parts) look(part, known);
  }
}

void look(const HardConstraint& constraint, Knowledge& known) {
  if (const auto* custom = std::get_if<std::shared_ptr<const Constraint>>(&constraint)) known.add((*custom)->lasting());
}

// By what they are, not by what they would answer.
bool same(const UniqueValue& a, const UniqueValue& b) { return a.among == b.among && a.attribute == b.attribute; }
bool same(const ExclusiveHost&, const ExclusiveHost&) { return true; }
bool same(const BalancedValues& a, const BalancedValues& b) {
  return a.among == b.among && a.attribute == b.attribute && a.expected == b.expected;
}
bool same(const RequiredValue& a, const RequiredValue& b) { return a.attribute == b.attribute && a.value == b.value; }
bool same(const std::shared_ptr<const Constraint>& a, const std::shared_ptr<const Constraint>& b) { return a == b; }

bool same(const HardConstraint& a, const HardConstraint& b) {
  return a.index() == b.index() &&
         std::visit([&](const auto& first) { return same(first, std::get<std::decay_t<decltype(first)>>(b)); }, a);
}

bool same(const SetRequest& a, const SetRequest& b) { return a.set == b.set && a.value == b.value && a.sub_resources == b.sub_resources; }

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& x, const T& y) { return same(x, y); });
}

/// Whether the same hosts refuse both. Wishes refuse nobody, whatever they are.
bool same(const TaskRequest& a, const TaskRequest& b) {
  return a.kind == b.kind && a.needs == b.needs && a.ports == b.ports && a.scalars == b.scalars && same(a.sets, b.sets) &&
         same(a.hard, b.hard);
}

std::uint64_t hash_of(const TaskRequest& task) {
  std::uint64_t hash = task.kind;
  const auto add = [&](std::uint64_t bits) { hash = hash * 0x9e3779b97f4a7c15ULL + bits; };
  for (const double amount : numbers_of(task.needs)) add(std::bit_cast<std::uint64_t>(amount));
  add(static_cast<std::uint64_t>(task.ports));
  for (const SetRequest& set : task.sets) add(hash_text(set.value) + static_cast<std::uint64_t>(set.sub_resources));
  for (const HardConstraint& constraint : task.hard) {
    add(constraint.index());
    if (const auto* unique = std::get_if<UniqueValue>(&constraint)) add(reinterpret_cast<std::uintptr_t>(unique->among.get()));
    if (const auto* balanced = std::get_if<BalancedValues>(&constraint)) add(reinterpret_cast<std::uintptr_t>(balanced->among.get()));
    if (const auto* required = std::get_if<RequiredValue>(&constraint)) add(hash_text(required->value));
  }
  return mix(hash);
}

}  // namespace

RecentFailures::RecentFailures(const Calculator& fitness) {
  if (const auto* custom = std::get_if<std::shared_ptr<const Fitness>>(&fitness)) fitness_ = custom->get();
  Knowledge known;
  look(fitness, known);
  lasting_ = known.lasting;
  plugged_in_ = known.plugged_in;
}

bool RecentFailures::comparable(const TaskRequest& task) const {
  Knowledge known{plugged_in_, lasting_};
  for (const HardConstraint& constraint : task.hard) look(constraint, known);
  return known.lasting && (!known.plugged_in || task.kind != 0);
}

// What Fenzo itself asks for is there less and less as an iteration assigns, but for a balance.
std::uint64_t RecentFailures::hash_for_good(const TaskRequest& task) const {
  bool plugged_in = false;
  std::uint64_t hash = hash_of(task);
  const auto add = [&](std::uint64_t likeness) {
    plugged_in = true;
    hash = hash * 0x9e3779b97f4a7c15ULL + likeness;
    return likeness != 0;
  };
  if (plugged_in_ && (!fitness_ || !add(fitness_->refuses_for_good(task)))) return 0;
  for (const HardConstraint& constraint : task.hard) {
    if (std::holds_alternative<BalancedValues>(constraint)) return 0;
    const auto* custom = std::get_if<std::shared_ptr<const Constraint>>(&constraint);
    if (custom && !add((*custom)->refuses_for_good(task))) return 0;
  }
  return plugged_in ? mix(hash) | 1 : 0;
}

bool RecentFailures::same_for_good(const TaskRequest& a, const TaskRequest& b) const {
  if (!same(a, b) || (fitness_ && fitness_->refuses_for_good(a) != fitness_->refuses_for_good(b))) return false;
  return std::all_of(a.hard.begin(), a.hard.end(), [&](const HardConstraint& constraint) {
    const auto* custom = std::get_if<std::shared_ptr<const Constraint>>(&constraint);
    return !custom || (*custom)->refuses_for_good(a) == (*custom)->refuses_for_good(b);
  });
}

const RecentFailures::Failed* RecentFailures::find_for_good(const TaskRequest& task) const {
  if (for_good_.empty()) return nullptr;
  const auto [first, end] = for_good_.equal_range(hash_for_good(task));
  const auto found = std::find_if(first, end, [&](const auto& entry) { return same_for_good(*entry.second.task, task); });
  return found == end ? nullptr : &found->second;
}

void RecentFailures::begin_iteration() {
  if (!for_good_.empty()) for_good_.clear();
}

const Causes* RecentFailures::find(const TaskRequest& task, std::uint64_t version) {
  if (const Failed* const known = find_for_good(task)) return &known->causes;
  if (std::exchange(version_, version) != version) {
    if (!failed_.empty()) failed_.clear();
    last_ = nullptr;
  }
  if (failed_.empty() || !comparable(task)) return nullptr;
  if (last_ && same(*last_->task, task)) return &last_->causes;
  const auto [first, end] = failed_.equal_range(hash_of(task));
  const auto found = std::find_if(first, end, [&](const auto& entry) { return same(*entry.second.task, task); });
  if (found == end) return nullptr;
  last_ = &found->second;
  return &last_->causes;
}

void RecentFailures::remember(const Task& task, const Causes& causes, std::uint64_t version) {
  if (const std::uint64_t hash = hash_for_good(*task)) {
    for_good_.emplace(hash, Failed{task, causes});
    return;
  }
  if (version == version_ && comparable(*task)) last_ = &failed_.emplace(hash_of(*task), Failed{task, causes})->second;
}

}  // namespace streamtwin::fenzo
