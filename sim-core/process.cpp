#include "sim-core/process.hpp"

#include <deque>

#include "sim-core/simulation.hpp"

namespace streamtwin {

namespace engine {

namespace {

std::deque<ProcessRecord>& records() {
  static std::deque<ProcessRecord> all;
  return all;
}
ProcessRecord* free_records = nullptr;

}  // namespace

ProcessRecord& ProcessTable::start(std::string_view name, Task<> body, Scope* scope, bool service, double delay) {
  check(static_cast<bool>(body), "a process has a body");
  Calendar& today = calendar();
  ProcessRecord* process = free_records;
  if (process != nullptr) {
    free_records = process->next;
  } else {
    process = &records().emplace_back();
  }
  process->body = std::move(body);
  process->name = name;
  process->began = today.now();
  process->state = ProcessRecord::State::starting;
  process->service = service;
  process->asked_to_end = false;
  process->next = process->previous = nullptr;
  process->scope = nullptr;
  PromiseBase& promise = TaskAccess::handle(process->body).promise();
  promise.process = process;
  promise.owner = process;
  if (scope != nullptr) scope->link(*process);
  ++alive_;
  if (!service) ++working_;
  process->put_on_calendar(today.now() + delay);
  return *process;
}

void ProcessRecord::put_on_calendar(double time) {
  due = std::make_unique<Due>(*this);
  due->set(time);
}

void ProcessRecord::Due::happened(Event& event) {
  ProcessRecord& process = static_cast<Due&>(static_cast<Alarm&>(event)).process;
  process.due.reset();
  if (process.state == State::starting) {
    process.state = State::running;
    calendar().running = &process;
    TaskAccess::handle(process.body).resume();
  } else {
    ProcessTable::end(process);
  }
}

std::coroutine_handle<> ProcessRecord::finished(PromiseBase& coroutine) noexcept {
  if (coroutine.exception) Simulation::current().process_failed(name, std::move(coroutine.exception));
  // The frame is not destroyed while it is on the stack, but as the next thing.
  if (!asked_to_end) calendar().finished_process = this;
  return std::noop_coroutine();
}

void ProcessTable::cancel(ProcessRecord& process) {
  if (process.state == ProcessRecord::State::free || process.state == ProcessRecord::State::ending) return;
  Calendar& today = calendar();
  if (&process == today.running) {
    if (process.asked_to_end) return;
    process.asked_to_end = true;
    process.put_on_calendar(today.now());
    return;
  }
  end(process);
}

void ProcessTable::end(ProcessRecord& process) {
  if (process.state == ProcessRecord::State::ending) return;
  process.state = ProcessRecord::State::ending;
  process.due.reset();
  if (process.scope != nullptr) process.scope->unlink(process);
  process.body.reset();
  ++process.generation;
  process.state = ProcessRecord::State::free;
  process.next = free_records;
  free_records = &process;
  --alive_;
  if (!process.service) --working_;
}

void ProcessTable::reap(ProcessRecord& process) { end(process); }

void ProcessTable::cancel_all() {
  calendar().running = nullptr;
  // Destructors may end or even start others: look again until nobody is left.
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < records().size(); ++i) {
      if (records()[i].state == ProcessRecord::State::free) continue;
      end(records()[i]);
      again = true;
    }
  }
}

const std::deque<ProcessRecord>& ProcessTable::all() { return records(); }

}  // namespace engine

bool Process::alive() const {
  return record_ != nullptr && record_->generation == generation_ && record_->state != engine::ProcessRecord::State::ending;
}

void Process::cancel() {
  if (alive()) engine::ProcessTable::cancel(*record_);
}

Process spawn(std::string_view name, Task<> body) { return Process{engine::ProcessTable::start(name, std::move(body), nullptr, false)}; }

Process spawn_service(std::string_view name, Task<> body) {
  return Process{engine::ProcessTable::start(name, std::move(body), nullptr, true)};
}

std::string_view current_process_name() {
  const engine::ProcessRecord* running = engine::calendar().running;
  return running ? running->name : std::string_view{};
}

Process Scope::spawn(std::string_view name, Task<> body) {
  return Process{engine::ProcessTable::start(name, std::move(body), this, false)};
}

Process Scope::spawn_service(std::string_view name, Task<> body) {
  return Process{engine::ProcessTable::start(name, std::move(body), this, true)};
}

Process Scope::spawn_after(Duration delay, std::string_view name, Task<> body) {
  return Process{engine::ProcessTable::start(name, std::move(body), this, false, in_seconds(delay))};
}

void Scope::cancel() {
  while (first_ != nullptr) {
    engine::ProcessRecord& process = *first_;
    unlink(process);
    engine::ProcessTable::cancel(process);
  }
}

std::size_t Scope::working() const {
  std::size_t working = 0;
  for (const engine::ProcessRecord* process = first_; process != nullptr; process = process->next) working += process->service ? 0 : 1;
  return working;
}

void Scope::link(engine::ProcessRecord& process) {
  process.scope = this;
  process.previous = last_;
  process.next = nullptr;
  (last_ != nullptr ? last_->next : first_) = &process;
  last_ = &process;
  ++size_;
}

void Scope::unlink(engine::ProcessRecord& process) {
  (process.previous != nullptr ? process.previous->next : first_) = process.next;
  (process.next != nullptr ? process.next->previous : last_) = process.previous;
  process.scope = nullptr;
  process.previous = process.next = nullptr;
  --size_;
}

}  // namespace streamtwin
