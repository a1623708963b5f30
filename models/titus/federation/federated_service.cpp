#include "models/titus/federation/federated_service.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

FederatedService::FederatedService(const std::string& name, const FederatedServiceSpec& spec, const std::vector<Stack*>& cells,
                                   const OverflowSpec& overflow, FederationMeasures& measures)
    : overflow_(overflow), measures_(measures), desired_(spec.desired) {
  for (Stack* const stack : cells) {
    Cell& cell = cells_.emplace_back(*this, *stack);
    cell.kind = &stack->add_service(name, spec.container, spec.capacity_group, cell);
    cell.desired = cells_.size() == 1 ? desired_ : 0;
    cell.job = *stack->jobs().find(*cell.kind, cell.desired, Duration{0}, 1);
  }
}

int FederatedService::Cell::started() const {
  const JobTasks* const tasks = stack.jobs().find_job(job);
  return tasks == nullptr ? 0 : tasks->started();
}

int FederatedService::elsewhere() const {
  int elsewhere = 0;
  for (auto cell = std::next(cells_.begin()); cell != cells_.end(); ++cell) elsewhere += cell->started();
  return elsewhere;
}

std::vector<CellView> FederatedService::views() {
  std::vector<CellView> views;
  for (Cell& cell : cells_) {
    const bool lost = cell.stack.agents_of(cell.kind->tier) == 0;
    const int overdue = cell.stack.jobs().waiting_since(cell.job, lost ? now() : now() - overflow_.after);
    cell.gate.saw(lost || overdue > 0, now());
    views.push_back({.desired = cell.desired, .started = cell.started(), .overdue = overdue, .open = cell.gate.open(now()), .lost = lost});
  }
  return views;
}

void FederatedService::look() {
  if (!overflow_.enabled) return;
  const int step = std::max(1, static_cast<int>(std::lround(overflow_.back_step.value() * desired_)));
  give(sizes_by_cell(desired_, views(), step));
}

int FederatedService::started() const {
  int started = 0;
  for (const Cell& cell : cells_) started += cell.started();
  return started;
}

void FederatedService::desire(int size) {
  const bool smaller = size < desired_;
  if (smaller) waits_.forgo(size - started());
  desired_ = size;
  if (!overflow_.enabled) {
    give({size});
  } else {
    give(smaller ? shrunk(size, views()) : sizes_by_cell(size, views(), 0));
  }
  count();
}

void FederatedService::give(const std::vector<int>& sizes) {
  auto size = sizes.begin();
  for (Cell& cell : cells_) {
    if (size == sizes.end()) return;
    const int more = *size++ - cell.desired;
    if (more == 0) continue;
    cell.desired += more;
    const bool preferred = &cell == &cells_.front();
    if (more > 0 && !preferred) measures_.overflowed.add(more);
    if (more > 0 && preferred && elsewhere_ > 0) measures_.returned.add(more);
    cell.stack.jobs().desire(cell.job, cell.desired);
  }
}

void FederatedService::count() {
  for (const Duration wait : waits_.lack(desired_ - started(), now())) measures_.service_launch.record(wait);
  measures_.lacking.add(now(), lacking() - std::exchange(lacking_, lacking()));
  const int away = elsewhere();
  measures_.elsewhere.add(now(), away - std::exchange(elsewhere_, away));
}

}  // namespace streamtwin::titus
