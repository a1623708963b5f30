#include "models/titus/fenzo/host.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/titus/fenzo/tracker.hpp"

namespace streamtwin::fenzo {

const std::string* Host::attribute(const std::string& name) const {
  const auto found = attributes_.find(name);
  return found == attributes_.end() ? nullptr : &found->second;
}

std::vector<SetShape> Host::set_shapes() const {
  std::vector<SetShape> shapes;
  for (const ResourceSet& set : sets_) shapes.push_back({set.name(), set.size(), set.limit(), set.evaluator()});
  return shapes;
}

double Host::assigned_scalar(const std::string& name) const {
  const auto found = assigned_scalars_.find(name);
  return found == assigned_scalars_.end() ? 0 : found->second;
}

Host::Size Host::size() const {
  Size size{running_total_ + total_, 0};
  for (const auto& [id, task] : running_) size.ports += task->ports;
  for (const PortRange& range : ports_) size.ports += range.last - range.first;
  return size;
}

void Host::add_lease(Lease lease, bool single_offer) {
  touch();
  if (single_offer && added_up_) {
    if (leases_.empty()) leases_.push_back(std::move(lease));
    return;
  }
  for (const Lease& known : leases_) {
    if (known.id == lease.id) throw std::invalid_argument("lease " + lease.id + " of host " + name_ + " is there already");
  }
  leases_.push_back(std::move(lease));
  add_up(leases_.back());
}

void Host::add_up(const Lease& lease) {
  added_up_ = true;
  total_ += lease.amounts;
  for (const auto& [name, amount] : lease.scalars) scalars_[name] += amount;
  for (const PortRange& range : lease.ports) {
    ports_.push_back(range);
    ports_total_ += range.size();
  }
  if (attributes_ != lease.attributes) {
    attributes_ = lease.attributes;
    ++attributes_version_;
  }
  for (const SetShape& shape : lease.sets) {
    const bool known = std::any_of(sets_.begin(), sets_.end(), [&](const ResourceSet& set) { return set.name() == shape.name; });
    if (!known) sets_.emplace_back(shape, number_);
  }
  for (const auto& [task, use] : std::exchange(held_, {})) hold(task, use);
}

void Host::hold(const Task& task, const SetUse& use) {
  touch();
  const auto set = std::find_if(sets_.begin(), sets_.end(), [&](const ResourceSet& s) { return s.name() == use.set; });
  if (set == sets_.end()) {
    held_.emplace_back(task, use);
  } else {
    if (use.index < 0 || use.index >= set->size())
      throw std::invalid_argument("set " + use.set + " of host " + name_ + " has no such index");
    set->take(*task, use.index);
  }
}

void Host::reset_resources(bool single_offer) {
  assigned_total_ = {};
  assigned_scalars_.clear();
  if (single_offer) return;
  total_ = {};
  scalars_.clear();
  ports_.clear();
  ports_total_ = ports_used_ = 0;
  for (const Lease& lease : leases_) add_up(lease);
}

void Host::reject_all(std::vector<std::string>& rejected) {
  touch();
  for (const Lease& lease : leases_) rejected.push_back(lease.id);
  leases_.clear();
}

void Host::remove_expired(bool all, std::vector<std::string>& rejected) {
  const std::vector<std::string> ids = std::exchange(to_expire_, {});
  if (std::exchange(expire_all_, false) || all) {
    reject_all(rejected);
    if (running_.empty()) sets_.clear();
    return;
  }
  std::erase_if(leases_, [&](const Lease& lease) { return std::find(ids.begin(), ids.end(), lease.id) != ids.end(); });
}

void Host::disable_until(Instant until, std::vector<std::string>& rejected) {
  disabled_until_ = until;
  reject_all(rejected);
}

std::vector<std::string> Host::consume_leases() {
  touch();
  std::vector<std::string> ids;
  for (const Lease& lease : leases_) ids.push_back(lease.id);
  leases_.clear();
  return ids;
}

// Added up anew at each change, so that fractions of cores leave nothing behind.
void Host::sum_running() {
  running_total_ = {};
  for (const auto& [id, task] : running_) running_total_ += task->needs;
}

void Host::run(const Task& task, bool single_offer) {
  touch();
  running_[task->id] = task;
  sum_running();
  for (const HardConstraint& constraint : task->hard) {
    if (std::holds_alternative<ExclusiveHost>(constraint)) exclusive_task_ = task->id;
  }
  if (!single_offer) return;
  total_ -= task->needs;
  for (const auto& [name, amount] : task->scalars) scalars_[name] -= amount;
}

void Host::begin_iteration(TaskTracker& tasks, bool single_offer) {
  for (const std::string& id : std::exchange(ended_, {})) {
    tasks.ended(id);
    if (exclusive_task_ == id) exclusive_task_.reset();
    const auto found = running_.find(id);
    if (found == running_.end()) continue;
    const Task task = found->second;
    running_.erase(found);
    sum_running();
    for (ResourceSet& set : sets_) set.give_back(*task);
    if (!single_offer) continue;
    total_ += task->needs;
    for (const auto& [name, amount] : task->scalars) scalars_[name] += amount;
  }
  assigned_.clear();
}

int Host::next_port() {
  int before = 0;
  for (const PortRange& range : ports_) {
    if (before + range.size() > ports_used_) return range.first + (ports_used_++ - before);
    before += range.size();
  }
  throw std::logic_error("host " + name_ + " has no port left");
}

Host::Given Host::assign(const Task& task) {
  touch();
  Given given;
  assigned_total_ += task->needs;
  for (const auto& [name, amount] : task->scalars) assigned_scalars_[name] += amount;
  for (int i = 0; i < task->ports; ++i) given.ports.push_back(next_port());
  for (ResourceSet& set : sets_) {
    const ResourceSet::Place place = set.best_place(*task);
    set.take(*task, place.index);
    given.sets.push_back({set.name(), place.index, *set.value(place.index)});
  }
  assigned_.push_back(task);
  return given;
}

}  // namespace streamtwin::fenzo
