#include "sim-core/process.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "sim-core/simulation.hpp"

namespace streamtwin {

namespace engine {

namespace {

std::deque<ProcessRecord>& records() {
  static std::deque<ProcessRecord> all;
  return all;
}
std::vector<ProcessRecord*> free_records;

/// The end of a process that asked for it itself.
struct Due final : Alarm {
  explicit Due(ProcessRecord& of) : Alarm(&happened), process(of) {}
  static void happened(Event& event);
  ProcessRecord& process;
};
std::vector<std::unique_ptr<Due>> dues;  // few at a time

void forget_due(const ProcessRecord& process) {
  std::erase_if(dues, [&process](const auto& due) { return &due->process == &process; });
}

}  // namespace

ProcessRecord& ProcessTable::start(std::string_view name, Task<> body, Scope* scope, bool service, double delay) {
  check(static_cast<bool>(body), "a process has a body");
  Calendar& today = calendar();
  ProcessRecord* process = nullptr;
  if (!free_records.empty()) {
    process = free_records.back();
    free_records.pop_back();
  } else {
    process = &records().emplace_back();
  }
  process->body = std::move(body);
  process->name = name;
  process->began = today.now();
  process->state = ProcessRecord::State::starting;
  process->service = service;
  process->asked_to_end = false;
  process->number = ++started_;
  process->scope = nullptr;
  const auto coroutine = TaskAccess::handle(process->body);
  coroutine.promise().process = process;
  coroutine.promise().owner = process;
  if (scope != nullptr) scope->link(*process);
  ++alive_;
  if (!service) ++working_;
  process->starts_on_calendar = today.begin_at(today.now() + delay, coroutine);
  return *process;
}

void Due::happened(Event& event) { ProcessTable::reap(static_cast<Due&>(static_cast<Alarm&>(event)).process); }

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
    dues.emplace_back(std::make_unique<Due>(process))->set(today.now());
    return;
  }
  end(process);
}

void ProcessTable::end(ProcessRecord& process) {
  if (process.state == ProcessRecord::State::ending) return;
  const bool awaits_start = process.state == ProcessRecord::State::starting && process.starts_on_calendar;
  process.state = ProcessRecord::State::ending;
  if (process.asked_to_end) [[unlikely]]
    forget_due(process);
  if (awaits_start) Calendar::abandon(TaskAccess::handle(process.body));
  if (process.scope != nullptr) process.scope->unlink(process);
  process.body.reset();
  process.number = 0;
  process.state = ProcessRecord::State::free;
  free_records.push_back(&process);
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
  return record_ != nullptr && record_->number == number_ && record_->state != engine::ProcessRecord::State::ending;
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

// What ends may end others, or start some: those come after all that were there.
void Scope::cancel() {
  while (!empty()) {
    std::vector<engine::ProcessRecord*> present = processes_.all();
    std::sort(present.begin(), present.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
    const std::uint64_t last = present.back()->number;
    for (engine::ProcessRecord* process : present) {
      if (process->scope != this || process->number > last) continue;  // it has ended meanwhile, and its record serves another
      unlink(*process);
      engine::ProcessTable::cancel(*process);
    }
  }
}

std::size_t Scope::working() const {
  const std::vector<engine::ProcessRecord*> present = processes_.all();
  return static_cast<std::size_t>(std::count_if(present.begin(), present.end(), [](const auto* process) { return !process->service; }));
}

void Scope::link(engine::ProcessRecord& process) {
  process.scope = this;
  process.place = processes_.put(process);
}

void Scope::unlink(engine::ProcessRecord& process) {
  processes_.take(process.place);
  process.scope = nullptr;
}

}  // namespace streamtwin
