// Processes: coroutines with a name and a life of their own. A Scope owns processes the way an instance, a host or a
// client owns what it is doing: when the owner dies, so do they, at that instant, each unhooked from what it waits for.
#pragma once

#include <deque>
#include <memory>
#include <string_view>

#include "sim-core/calendar.hpp"
#include "sim-core/places.hpp"
#include "sim-core/task.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

class Scope;

namespace engine {

/// What the engine knows of a process: one line of the cache. Records are kept and outlive the run, so that a handle can always ask.
struct alignas(64) ProcessRecord final : Completion {
  std::coroutine_handle<> finished(PromiseBase& coroutine) noexcept override;

  Task<> body;
  std::string_view name;
  std::uint64_t number = 0;  ///< counts the processes ever started, from 1
  double began = 0;
  Scope* scope = nullptr;
  std::uint32_t place = 0;  ///< in its scope
  enum class State : std::uint8_t { free, starting, running, ending } state = State::free;
  bool service = false;
  bool starts_on_calendar = false;  ///< else never
  bool asked_to_end = false;
};
static_assert(sizeof(ProcessRecord) == 64);

/// All processes of the live simulation.
class ProcessTable {
 public:
  static ProcessRecord& start(std::string_view name, Task<> body, Scope* scope, bool service, double delay = 0);
  static void cancel(ProcessRecord& process);
  /// Cancels everything that is alive (at the end of a run).
  static void cancel_all();
  static std::size_t alive() { return alive_; }
  /// Those that are alive and not services.
  static std::size_t working() { return working_; }
  /// The process has finished and its frame is off the stack.
  static void reap(ProcessRecord& process);
  static const std::deque<ProcessRecord>& all();

 private:
  friend struct ProcessRecord;
  static void end(ProcessRecord& process);
  inline static constinit std::size_t alive_ = 0;
  inline static constinit std::size_t working_ = 0;
  inline static constinit std::uint64_t started_ = 0;
};

}  // namespace engine

/// A handle that may outlive its process.
class Process {
 public:
  Process() = default;
  bool alive() const;
  /// Ends the process now. A process that cancels itself, directly or through its owner, is ended by an event at this
  /// instant: it runs on to its next co_await.
  void cancel();
  friend bool operator==(const Process&, const Process&) = default;

 private:
  friend class Scope;
  friend Process spawn(std::string_view, Task<>);
  friend Process spawn_service(std::string_view, Task<>);
  explicit Process(engine::ProcessRecord& record) : record_(&record), number_(record.number) {}

  engine::ProcessRecord* record_ = nullptr;
  std::uint64_t number_ = 0;
};

/// Starts a process at this instant, after the present event. `name` must outlive it.
Process spawn(std::string_view name, Task<> body);
/// As spawn(), for a process that may wait for ever (a server's loop): a run does not hang because of it.
Process spawn_service(std::string_view name, Task<> body);
/// The process on whose behalf the present event happens.
std::string_view current_process_name();

class Scope {
 public:
  Scope() = default;
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() { cancel(); }

  Process spawn(std::string_view name, Task<> body);
  Process spawn_service(std::string_view name, Task<> body);
  /// Starts a process after `delay`: a message on its way to this owner, which is lost when the owner dies first.
  Process spawn_after(Duration delay, std::string_view name, Task<> body);
  /// Ends every process of this scope, in the order they were spawned. The scope can be used again.
  void cancel();
  /// One will be spawned soon: fetches what that will touch.
  void look_ahead() const { processes_.look_ahead(); }
  std::size_t size() const { return processes_.size(); }
  /// Those that are not services, messages on their way to this owner included. O(size).
  std::size_t working() const;
  bool empty() const { return processes_.size() == 0; }

 private:
  friend class engine::ProcessTable;
  void link(engine::ProcessRecord& process);
  void unlink(engine::ProcessRecord& process);

  engine::Places<engine::ProcessRecord> processes_;
};

}  // namespace streamtwin
