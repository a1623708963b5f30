#include "models/titus/fenzo/resource_set.hpp"

namespace streamtwin::fenzo {

ResourceSet::ResourceSet(const SetShape& shape, std::uint32_t host)
    : name_(shape.name),
      limit_(shape.sub_resources),
      evaluator_(shape.evaluator),
      host_(host),
      resources_(static_cast<std::size_t>(shape.resources)),
      keys_(resources_.size()) {}

// Netflix/Fenzo DefaultPreferentialNamedConsumableResourceEvaluator, where there is no other.
double ResourceSet::fitness(const TaskRequest& task, int index, const SetRequest* wanted) const {
  const Resource& resource = resources_[index];
  const int needed = wanted ? wanted->sub_resources : 0;
  if (!resource.value) {
    if (needed > limit_) return 0;
    return evaluator_ ? evaluator_->idle(task, host_, index, needed, limit_) : 0.5 / (limit_ + 1.0);
  }
  if (*resource.value != (wanted ? wanted->value : absent_value)) return 0;
  if (wanted && resource.used + needed > limit_) return 0;
  if (evaluator_) return evaluator_->used(task, host_, index, needed, resource.used, limit_);
  return std::min(1.0, (resource.used + needed + 1.0) / (limit_ + 1.0));
}

ResourceSet::Place ResourceSet::best_place(const TaskRequest& task, const SetRequest* wanted, std::uint64_t key) const {
  Place best;
  for (int i = 0; i < size(); ++i) {
    if (keys_[i] != key && keys_[i] != 0) continue;
    const double f = fitness(task, i, wanted);
    if (f > best.fitness) best = {i, f};
  }
  return best;
}

void ResourceSet::take(const TaskRequest& task, int index) {
  Resource& resource = resources_[index];
  const SetRequest* const wanted = task.wants(name_);
  const auto known = resource.users.find(task.id);
  if (known != resource.users.end() && known->second >= 0) return;  // a task that has run before: it holds its place already
  if (!resource.value) {
    resource.value = wanted ? wanted->value : absent_value;
    keys_[index] = key_of(wanted);
    resource.users.clear();
  }
  resource.users[task.id] = wanted ? wanted->sub_resources : -1;
  if (wanted) resource.used += wanted->sub_resources;
}

void ResourceSet::give_back(const TaskRequest& task) {
  const SetRequest* const wanted = task.wants(name_);
  const std::string value = wanted ? wanted->value : absent_value;
  for (Resource& resource : resources_) {
    if (resource.value && *resource.value != value) continue;
    const auto user = resource.users.find(task.id);
    if (user == resource.users.end()) continue;
    const int used = user->second;
    resource.users.erase(user);
    if (used < 0) continue;
    resource.used -= used;
    if (resource.users.empty()) {
      resource.value.reset();
      keys_[&resource - resources_.data()] = 0;
    }
    return;
  }
}

}  // namespace streamtwin::fenzo
