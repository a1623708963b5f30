// FcfsServers: c equal servers and one queue, first come, first served (M/M/c when fed so). An arrival beyond the
// limit of the queue is rejected at once. A process that is cancelled while queued leaves the queue; one that is
// cancelled while served leaves its work behind, which keeps its server until it is done.
#pragma once

#include <cstddef>
#include <limits>

#include "sim-core/servers/service.hpp"
#include "sim-core/units.hpp"
#include "sim-core/waiter.hpp"

namespace streamtwin {

class FcfsServers {
 public:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  /// `what` names it in a hang report.
  explicit FcfsServers(std::size_t servers, std::size_t queue_limit = unlimited, const char* what = "a server");
  FcfsServers(const FcfsServers&) = delete;
  FcfsServers& operator=(const FcfsServers&) = delete;
  ~FcfsServers();

  class Awaiter;
  class [[nodiscard]] Serve {
   public:
    Serve(FcfsServers& servers, double work) : servers_(servers), work_(work) {}
    Awaiter operator co_await() const;

   private:
    FcfsServers& servers_;
    double work_;
  };
  /// `co_await servers.serve(2ms)`: Service::served when done, or Service::rejected.
  Serve serve(Duration work) { return Serve{*this, in_seconds(work)}; }

  std::size_t servers() const { return servers_; }
  std::size_t busy() const { return busy_; }
  std::size_t queued() const { return queue_.size(); }
  /// Work in service that nobody waits for any more.
  std::size_t abandoned() const { return abandoned_; }
  /// Server-seconds worked so far.
  Duration worked() const;
  /// Fewer servers than are busy: those finish what they have.
  void set_servers(std::size_t servers);

 private:
  struct Running;
  struct Arrival : engine::Waiter {
    Arrival(const char* what, double work_) : Waiter(what), work(work_) {}
    double work;
    Running* running = nullptr;
  };

  void begin(Arrival& arrival);
  void begin_waiting();
  static void done(engine::Event& event);
  void account();

  std::size_t servers_;
  std::size_t queue_limit_;
  const char* what_;
  std::size_t busy_ = 0;
  std::size_t abandoned_ = 0;
  double worked_ = 0;
  double accounted_until_ = 0;
  engine::WaitList queue_;
  Running* running_ = nullptr;  // all work in service, for the end of the server
};

class FcfsServers::Awaiter {
 public:
  Awaiter(FcfsServers& servers, double work) : servers_(servers), arrival_(servers.what_, work) {}
  Awaiter(const Awaiter&) = delete;
  Awaiter& operator=(const Awaiter&) = delete;
  ~Awaiter();
  bool await_ready() const {
    return servers_.busy_ >= servers_.servers_ && servers_.queue_.size() >= servers_.queue_limit_;
  }
  template <engine::SimulatedCoroutine Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) {
    entered_ = true;
    if (servers_.busy_ < servers_.servers_) {
      arrival_.park(coroutine);
      servers_.begin(arrival_);
    } else {
      arrival_.park(coroutine, servers_.queue_);
    }
  }
  Service await_resume() {
    arrival_.resumed();
    return entered_ ? Service::served : Service::rejected;
  }

 private:
  FcfsServers& servers_;
  Arrival arrival_;
  bool entered_ = false;
};

inline FcfsServers::Awaiter FcfsServers::Serve::operator co_await() const { return Awaiter{servers_, work_}; }

}  // namespace streamtwin
