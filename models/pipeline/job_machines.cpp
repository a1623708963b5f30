#include "models/pipeline/job_machines.hpp"

#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

JobMachines::JobMachines(const streams::MachinesSpec& spec, streams::Engine engine, std::vector<Worker> workers, Job& job,
                         std::size_t tasks, Random random, Counter restarts)
    : spec_(spec),
      engine_(engine),
      workers_(std::move(workers)),
      job_(job),
      places_(tasks),
      strategy_(spec.restart, random),
      restarts_(restarts) {}

void JobMachines::start() {
  for (std::size_t worker = 0; worker < workers_.size(); ++worker) scope_.spawn_service("a job's machine", watch(worker));
  spread();
}

std::vector<std::size_t> JobMachines::alive() const {
  std::vector<std::size_t> alive;
  for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
    if (workers_[worker].machine->is_on()) alive.push_back(worker);
  }
  return alive;
}

// In turn over the machines that are there; those that run stay where they are.
void JobMachines::spread() {
  const std::vector<std::size_t> on = alive();
  for (std::size_t task = 0; task < places_.size(); ++task) {
    Place& place = places_[task];
    if (place.worker) continue;
    place.worker = on[task % on.size()];
    job_.begin(task, workers_[*place.worker], place.life);
  }
  job_.begun();
}

void JobMachines::end(std::size_t task) {
  Place& place = places_[task];
  if (!place.worker) return;
  place.life.cancel();
  place.worker.reset();
  job_.ended(task);
}

void JobMachines::end_all() {
  for (std::size_t task = 0; task < places_.size(); ++task) end(task);
}

Task<> JobMachines::watch(std::size_t worker) {
  for (;;) {
    co_await workers_[worker].machine->change();
    changed_.notify_all();
    if (workers_[worker].machine->is_on()) continue;
    bool any = false;
    for (std::size_t task = 0; task < places_.size(); ++task) {
      if (places_[task].worker != worker) continue;
      any = true;
      end(task);
    }
    if (any) scope_.spawn_service("a job's missing machine", missed());
  }
}

Task<> JobMachines::missed() {
  co_await delay(spec_.heartbeat_timeout);
  fail();
}

// Flink's job is one; tasks of the others each go by themselves.
void JobMachines::fail() {
  if (over_) return;
  if (engine_ == streams::Engine::flink) end_all();
  if (!waiting_) scope_.spawn_service("a job that begins again", begin_again());
}

Task<> JobMachines::begin_again() {
  waiting_ = true;
  ++restarts_;
  const auto wait = strategy_.failed(now());
  if (!wait) {
    over_ = true;
    end_all();
    co_return;
  }
  co_await delay(*wait);
  while (alive().empty()) co_await changed_.wait();
  waiting_ = false;
  spread();
}

}  // namespace streamtwin::pipeline
