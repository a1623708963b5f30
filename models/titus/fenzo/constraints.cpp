#include "models/titus/fenzo/constraints.hpp"

#include <climits>
#include <cmath>
#include <map>

namespace streamtwin::fenzo {
namespace {

/// How Fenzo calls the name of a host among the attributes. A scenario may write that too.
constexpr const char* host_name = "HOSTNAME";

std::string attribute_of(const std::string& name) { return name == host_name ? "" : name; }

const std::string* value_of(const Host& host, const std::string& attribute) {
  const std::string* const value = attribute.empty() ? &host.name() : host.attribute(attribute);
  return value && !value->empty() ? value : nullptr;
}

/// How many of the tasks that are anywhere sit on each value; nothing if one of them sits where the attribute is missing.
std::optional<std::map<std::string, int>> counts_of(const TaskIds& among, const std::string& attribute, const TaskTracker& tasks) {
  std::map<std::string, int> counts;
  if (!among) return counts;
  for (const std::string& id : *among) {
    const Host* const host = tasks.host_of(id);
    if (!host) continue;
    const std::string* const value = value_of(*host, attribute);
    if (!value) return std::nullopt;
    ++counts[*value];
  }
  return counts;
}

}  // namespace

std::string name_of(const HardConstraint& constraint) {
  struct Name {
    static std::string of(const char* kind, const std::string& attribute) {
      return std::string(kind) + "-" + (attribute.empty() ? host_name : attribute);
    }
    std::string operator()(const UniqueValue& c) const { return of("UniqueHostAttrConstraint", c.attribute); }
    std::string operator()(const ExclusiveHost&) const { return "ExclusiveHostConstraint"; }
    std::string operator()(const BalancedValues& c) const { return of("BalancedHostAttrConstraint", c.attribute); }
    std::string operator()(const RequiredValue& c) const { return of("HostAttrValueConstraint", c.attribute); }
    std::string operator()(const std::shared_ptr<const Constraint>& c) const { return c->name(); }
  };
  return std::visit(Name{}, constraint);
}

ReadyConstraint::ReadyConstraint(const HardConstraint& constraint, const TaskRequest& task, HostTable& hosts, const TaskTracker& tasks)
    : constraint_(&constraint), task_(task), hosts_(hosts), tasks_(tasks) {
  std::visit([&](const auto& kind) { make(kind); }, constraint);
}

void ReadyConstraint::make(const UniqueValue& unique) {
  const std::string attribute = attribute_of(unique.attribute);
  column_ = &hosts_.column(attribute);
  const auto counts = counts_of(unique.among, attribute, tasks_);
  allowed_.assign(column_->slots.size(), counts.has_value());
  allowed_[0] = false;
  if (!counts) return;
  for (const auto& [value, count] : *counts) {
    const auto found = column_->value_id.find(value);
    if (found != column_->value_id.end()) allowed_[found->second] = false;
  }
}

// A value that nobody sits on is always right; the others while all are equal, or as long as they are below the fullest.
void ReadyConstraint::make(const BalancedValues& balanced) {
  const std::string attribute = attribute_of(balanced.attribute);
  column_ = &hosts_.column(attribute);
  const auto counts = counts_of(balanced.among, attribute, tasks_);
  allowed_.assign(column_->slots.size(), counts.has_value());
  allowed_[0] = false;
  if (!counts) return;
  int least = INT_MAX, most = INT_MIN;
  for (const auto& [value, count] : *counts) {
    least = std::min(least, count);
    most = std::max(most, count);
  }
  if (balanced.expected > static_cast<int>(counts->size())) least = 0;
  for (const auto& [value, count] : *counts) {
    const auto found = column_->value_id.find(value);
    if (found != column_->value_id.end()) allowed_[found->second] = least == most || count < most;
  }
}

void ReadyConstraint::make(const RequiredValue& required) {
  column_ = &hosts_.column(attribute_of(required.attribute));
  allowed_.assign(column_->slots.size(), false);
  static const std::vector<Slot> nowhere;
  const auto found = column_->value_id.find(required.value);
  candidates_ = &nowhere;
  if (found == column_->value_id.end()) return;
  allowed_[found->second] = true;
  candidates_ = &column_->slots[found->second];
}

bool ReadyConstraint::holds(Slot slot) const {
  if (column_) return allowed_[column_->value_of[slot]];
  if (exclusive_) return hosts_.empty(slot);
  return custom_->holds(task_, hosts_.host(slot), tasks_);
}

std::string ReadyConstraint::reason(Slot slot) const {
  return custom_ ? custom_->failure(task_, hosts_.host(slot), tasks_).value_or("") : "";
}

ReadyScore::ReadyScore(const SoftConstraint& constraint, const TaskRequest& task, HostTable& hosts, const TaskTracker& tasks)
    : task_(task), hosts_(hosts), tasks_(tasks) {
  std::visit([&](const auto& kind) { make(kind); }, constraint);
}

void ReadyScore::make(const Satisfied& satisfied) { satisfied_.emplace(satisfied.constraint, task_, hosts_, tasks_); }

// Fenzo means to compare with the average, but divides whole numbers before it adds: what is compared with is the sum, and one
// more where one value is all there is.
void ReadyScore::make(const BalanceScore& balance) {
  const std::string attribute = attribute_of(balance.values.attribute);
  column_ = &hosts_.column(attribute);
  const auto counts = counts_of(balance.values.among, attribute, tasks_);
  scores_.assign(column_->slots.size(), counts ? 1.0 : 0.0);
  scores_[0] = 0;
  if (!counts || counts->empty()) return;
  double sum = 0;
  for (const auto& [value, count] : *counts) sum += count;
  const double average = std::ceil(sum + 1 / std::max(balance.values.expected, static_cast<int>(counts->size())));
  for (const auto& [value, count] : *counts) {
    const auto found = column_->value_id.find(value);
    if (found != column_->value_id.end()) scores_[found->second] = count <= average ? (average - count) / average : 0;
  }
}

double ReadyScore::score(Slot slot) const {
  if (satisfied_) return satisfied_->holds(slot) ? 1.0 : 0.0;
  if (column_) return scores_[column_->value_of[slot]];
  return score_of(*calculator_, task_, hosts_, slot, tasks_);
}

}  // namespace streamtwin::fenzo
