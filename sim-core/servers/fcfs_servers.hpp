// FcfsServers: c equal servers and one queue, first come, first served (M/M/c when fed so). An arrival beyond the
// limit of the queue is rejected at once, one whose time is over when its turn comes is turned away then. A process
// that is cancelled while queued leaves the queue; one that is cancelled while served leaves its work behind, which
// keeps its server until it is done. All servers can be stopped together for a while.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "sim-core/places.hpp"
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
    Serve(FcfsServers& servers, double work, double expires) : servers_(servers), work_(work), expires_(expires) {}
    Awaiter operator co_await() const;

   private:
    FcfsServers& servers_;
    double work_;
    double expires_;
  };
  /// `co_await servers.serve(2ms)`: Service::served when done, or Service::rejected. With `expires`, Service::expired
  /// when a server is free only then or later.
  Serve serve(Duration work, Instant expires = never) { return Serve{*this, in_seconds(work), in_seconds(expires)}; }

  std::size_t servers() const { return servers_; }
  std::size_t busy() const { return busy_; }
  std::size_t queued() const { return queue_.size(); }
  /// Work in service that nobody waits for any more.
  std::size_t abandoned() const { return abandoned_; }
  /// Server-seconds worked so far.
  Duration worked() const;
  /// Fewer servers than are busy: those finish what they have.
  void set_servers(std::size_t servers);
  /// Until resume() nothing is worked; work in service keeps its server, arrivals are taken up.
  void pause();
  void resume();

 private:
  struct Arrival;
  /// Work in service: the calendar holds it until it is done, whether somebody waits for it or not.
  struct Running : engine::PooledEvent {
    explicit Running(FcfsServers* at) : PooledEvent(&FcfsServers::done), server(at) {}
    bool older_than(const Running& other) const { return static_cast<std::int32_t>(number - other.number) < 0; }
    FcfsServers* server;
    double ends = 0;
    Arrival* arrival = nullptr;  // null when nobody waits any more
    std::uint32_t number = 0;    // counts what has ever been begun here, and begins again
    std::uint32_t place = 0;
  };
  static_assert(sizeof(Running) == 64);  // one line of the cache
  struct Arrival : engine::Waiter {
    Arrival(const char* what, double work_, double expires_) : Waiter(what), work(work_), expires(expires_) {}
    double work;
    double expires;
    bool served = false;
    Running* running = nullptr;
  };

  void begin(Arrival& arrival);
  void begin_waiting();
  void take_off(Running& running);
  static void done(engine::Event& event);
  void account();

  std::size_t servers_;
  std::size_t queue_limit_;
  std::size_t busy_ = 0;
  engine::WaitList queue_;
  double worked_ = 0;
  double accounted_until_ = 0;
  std::optional<double> paused_at_;
  engine::Places<Running, 4> running_;  // most machines have no more cores
  std::uint32_t begun_ = 0;
  std::uint32_t abandoned_ = 0;
  const char* what_;
};

class FcfsServers::Awaiter {
 public:
  Awaiter(FcfsServers& servers, double work, double expires) : servers_(servers), arrival_(servers.what_, work, expires) {}
  Awaiter(const Awaiter&) = delete;
  Awaiter& operator=(const Awaiter&) = delete;
  ~Awaiter();
  bool await_ready() const { return (servers_.busy_ >= servers_.servers_ && servers_.queue_.size() >= servers_.queue_limit_) || expired(); }
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
    if (!entered_) return expired() ? Service::expired : Service::rejected;
    return arrival_.served ? Service::served : Service::expired;
  }

 private:
  bool expired() const { return engine::calendar().now() >= arrival_.expires; }

  FcfsServers& servers_;
  Arrival arrival_;
  bool entered_ = false;
};

inline FcfsServers::Awaiter FcfsServers::Serve::operator co_await() const { return Awaiter{servers_, work_, expires_}; }

}  // namespace streamtwin
