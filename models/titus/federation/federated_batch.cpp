#include "models/titus/federation/federated_batch.hpp"

#include <algorithm>
#include <utility>

#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

FederatedBatch::FederatedBatch(std::string name, const FederatedBatchSpec& spec, const std::vector<Stack*>& cells,
                               const OverflowSpec& overflow, Duration clock, FederationMeasures& measures)
    : overflow_(overflow), measures_(measures), arrivals_(name, spec, clock), containers_(containers_of(spec)) {
  for (Stack* const stack : cells) {
    Cell& cell = cells_.emplace_back(*this, *stack);
    cell.kind = &stack->add_batch(name, spec, cell);
  }
}

void FederatedBatch::look_back() {
  Cell& cell = cells_.front();
  cell.stack.warm_image_of(*cell.kind, containers_);
  arrivals_.look_back([&](int tasks, Duration ago, std::uint64_t number) {
    const std::optional<JobId> job = cell.stack.jobs().find(*cell.kind, tasks, ago, number);
    if (job) cell.jobs[*job] = {now() - ago, std::vector<bool>(static_cast<std::size_t>(tasks), true), {&cell}};
  });
}

Task<> FederatedBatch::come() {
  return arrivals_.come([this](int tasks) {
    Cell& cell = cell_for_one_that_comes();
    ++measures_.jobs;
    if (&cell != &cells_.front()) ++measures_.jobs_elsewhere;
    submit(cell, {now(), std::vector<bool>(static_cast<std::size_t>(tasks), false), {}});
  });
}

FederatedBatch::Cell& FederatedBatch::cell_for_one_that_comes() {
  std::vector<CellView> views;
  for (const Cell& cell : cells_) views.push_back({.open = cell.gate.open(now()), .lost = cell.lost()});
  return *std::next(cells_.begin(), static_cast<std::ptrdiff_t>(overflow_.enabled ? cell_with_room(views) : 0));
}

void FederatedBatch::submit(Cell& cell, Job job) {
  job.tried.push_back(&cell);
  const std::optional<JobId> id = cell.stack.jobs().submit(*cell.kind, static_cast<int>(job.started.size()));
  if (id) cell.jobs[*id] = std::move(job);
}

void FederatedBatch::Cell::task_started(JobId id, Slot task) {
  const auto job = jobs.find(id);
  if (job == jobs.end() || job->second.started[task]) return;
  job->second.started[task] = true;
  stream.measures_.batch_launch.record(now() - job->second.came);
}

void FederatedBatch::look() {
  std::vector<std::pair<Cell*, JobId>> stranded;
  for (Cell& cell : cells_) {
    const bool lost = cell.lost();
    const Instant since = lost ? now() : now() - overflow_.after;
    bool lacking = lost;
    for (const auto& [id, job] : cell.jobs) {
      if (cell.stack.jobs().waiting_since(id, since) == 0) continue;
      lacking = true;
      if (cell.stack.jobs().untouched(id)) stranded.emplace_back(&cell, id);
    }
    cell.gate.saw(lacking, now());
  }
  for (const auto& [cell, id] : stranded) {
    if (Cell* const other = cell_to_move_to(cell->jobs.at(id))) move(*cell, id, *other);
  }
}

FederatedBatch::Cell* FederatedBatch::cell_to_move_to(const Job& job) {
  for (Cell& cell : cells_) {
    const bool tried = std::find(job.tried.begin(), job.tried.end(), &cell) != job.tried.end();
    if (!tried && cell.gate.open(now()) && !cell.lost()) return &cell;
  }
  return nullptr;
}

void FederatedBatch::move(Cell& from, JobId id, Cell& to) {
  Job job = std::move(from.jobs.extract(id).mapped());
  from.stack.jobs().end(id);
  ++measures_.jobs_moved;
  submit(to, std::move(job));
}

}  // namespace streamtwin::titus
