// ProcessorSharing: cores that all present jobs share equally, a job never faster than one core (M/G/1-PS with one
// core). Egalitarian sharing needs no look at the jobs that stay: with a clock of attained service that runs at the
// common rate min(1, cores / jobs), a job ends when that clock reaches its arrival reading plus its work. A heap over
// these readings makes an arrival or departure O(log n). A process that is cancelled leaves its job behind: it takes
// its share until it is done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim-core/servers/service.hpp"
#include "sim-core/units.hpp"
#include "sim-core/waiter.hpp"

namespace streamtwin {

class ProcessorSharing {
 public:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  /// `cores` may be a fraction. Arrivals beyond `job_limit` present jobs are rejected.
  explicit ProcessorSharing(double cores, std::size_t job_limit = unlimited, const char* what = "a processor");
  ProcessorSharing(const ProcessorSharing&) = delete;
  ProcessorSharing& operator=(const ProcessorSharing&) = delete;
  ~ProcessorSharing();

  class Awaiter;
  class [[nodiscard]] Serve {
   public:
    Serve(ProcessorSharing& processor, double work) : processor_(processor), work_(work) {}
    Awaiter operator co_await() const;

   private:
    ProcessorSharing& processor_;
    double work_;
  };
  /// `work` is the time the job takes on a core of its own.
  Serve serve(Duration work) { return Serve{*this, in_seconds(work)}; }

  double cores() const { return cores_; }
  void set_cores(double cores);
  std::size_t jobs() const { return heap_.size(); }
  /// Jobs that nobody waits for any more.
  std::size_t abandoned() const { return abandoned_; }
  /// Core-seconds worked so far.
  Duration worked() const;

 private:
  struct Arrival : engine::Waiter {
    explicit Arrival(const char* what) : Waiter(what) {}
    std::uint32_t job = 0;
    bool present = false;
  };
  /// A job: ends when the clock of attained service reads `end`; of equals, the one that came first.
  struct Ending {
    double end;
    std::uint64_t order;
    std::uint32_t job;
  };
  static bool later(const Ending& a, const Ending& b) { return a.end != b.end ? a.end > b.end : a.order > b.order; }

  struct Bell : engine::Alarm {
    explicit Bell(ProcessorSharing& rung) : Alarm(&ProcessorSharing::due), processor(rung) {}
    ProcessorSharing& processor;
  };

  void arrive(Arrival& arrival, double work);
  void advance();
  void plan();
  double rate() const;
  double first_end() const;
  static void due(engine::Event& event);
  void end_first();

  double cores_;
  std::size_t job_limit_;
  const char* what_;
  double attained_ = 0;  // reading of the clock of attained service at read_at_
  double read_at_ = 0;
  double worked_ = 0;
  std::uint64_t arrivals_ = 0;
  std::size_t abandoned_ = 0;
  std::vector<Ending> heap_;
  std::vector<Arrival*> waiting_;  // by job; null when abandoned
  std::vector<std::uint32_t> free_jobs_;
  Bell alarm_;
  double alarm_at_ = std::numeric_limits<double>::infinity();
  bool exact_ = false;  // nothing changed since the alarm was set: it rings when the first job ends
};

class ProcessorSharing::Awaiter {
 public:
  Awaiter(ProcessorSharing& processor, double work) : processor_(processor), work_(work), arrival_(processor.what_) {}
  Awaiter(const Awaiter&) = delete;
  Awaiter& operator=(const Awaiter&) = delete;
  ~Awaiter();
  bool await_ready() const { return processor_.heap_.size() >= processor_.job_limit_; }
  template <engine::SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    entered_ = true;
    arrival_.park(coroutine);
    processor_.arrive(arrival_, work_);
  }
  Service await_resume() {
    arrival_.resumed();
    return entered_ ? Service::served : Service::rejected;
  }

 private:
  ProcessorSharing& processor_;
  double work_;
  Arrival arrival_;
  bool entered_ = false;
};

inline ProcessorSharing::Awaiter ProcessorSharing::Serve::operator co_await() const { return Awaiter{processor_, work_}; }

}  // namespace streamtwin
