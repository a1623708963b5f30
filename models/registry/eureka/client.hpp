// The policies of a Eureka client (EC/): how long until the next fetch or heartbeat, when a changed status may be sent
// at once, which server is asked, and whether a delta led to the server's registry.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/registry/eureka/registry.hpp"
#include "models/registry/eureka/token_bucket.hpp"

namespace streamtwin::eureka {

/// TimedSupervisorTask: fixed delay after completion; a time-out doubles it up to ten times, success resets it, any
/// other failure leaves it.
class SupervisedDelay {
 public:
  SupervisedDelay(Duration base, int bound) : base_(base), most_(base * bound), delay_(base) {}
  enum class Result : std::uint8_t { success, timeout, failure };
  /// Until the next run.
  Duration completed(Result result) {
    if (result == Result::success) delay_ = base_;
    if (result == Result::timeout) delay_ = std::min(most_, delay_ * 2);
    return delay_;
  }

 private:
  Duration base_;
  Duration most_;
  Duration delay_;
};

/// InstanceInfoReplicator: on-demand sending of a changed status is limited to a burst of 2, then 4 per minute. Both the
/// interval's seconds and the rate are whole numbers there, so that beyond two minutes the rate is 0, which is no limit.
inline TokenBucket on_demand_limiter(const ClientProperties& properties) {
  constexpr int burst = 2;
  const auto seconds = std::max<std::int64_t>(1, to_nanoseconds(properties.replication_interval) / 1'000'000'000);
  return TokenBucket(burst, 60 * burst / seconds, 60s);
}

/// Which server a client asks (RetryableEurekaHttpClient over the zone-affine, randomised list): the one that last
/// answered, else the next candidate outside quarantine; three tries per request. Only a candidate that fails is
/// quarantined, not the one that answered last: when that dies, it is tried again as the first candidate that it was.
class ServerChoice {
 public:
  struct Server {
    std::uint32_t id = 0;
    ZoneIndex zone = 0;
  };
  ServerChoice(std::span<const Server> servers, ZoneIndex own_zone, const ClientProperties& properties, Random& random);

  void begin_request();
  /// The server to try; nothing when the tries or the candidates are used up.
  std::optional<std::uint32_t> next();
  void succeeded() { current_ok_ = true; }
  void failed();
  /// The session ends every 20 minutes or so (SessionedEurekaHttpClient makes a new client): the next request chooses anew
  /// from the front of the list, with nobody in quarantine.
  void reconnect() {
    current_ok_ = false;
    quarantine_.clear();
  }
  /// The session's length: spread evenly over one half to three halves.
  static Duration session_length(const ClientProperties& properties, Random& random) {
    return properties.session * (0.5 + random.uniform());
  }
  std::size_t quarantined() const { return quarantine_.size(); }

 private:
  int tries_ = 0;
  int tries_max_;
  std::uint32_t current_ = 0;
  bool current_ok_ = false;
  bool listed_ = false;
  std::size_t next_candidate_ = 0;
  double refresh_;
  std::vector<std::uint32_t> ordered_;
  std::vector<std::uint32_t> quarantine_;
  std::vector<std::uint32_t> candidates_;
};

/// The lists that a client makes of what it knows, in an order of its own: of the applications that it looks at.
class ClientLists {
 public:
  /// Takes over the lists that are others than before, shuffled as the client shuffles them. `looks_at` is asked once an application.
  template <class LooksAt>
  void take(const KnownRegistry& known, LooksAt&& looks_at, Random& random) {
    for (; asked_ < known.apps.size(); ++asked_) {
      if (looks_at(static_cast<AppId>(asked_))) looked_at_.push_back({static_cast<AppId>(asked_), nullptr});
    }
    for (List& list : looked_at_) take_list(list, known, random);
  }
  const registry::RegistryView& view() const { return view_; }

 private:
  struct List {
    AppId app;
    SharedApp known;
  };
  void take_list(List& list, const KnownRegistry& known, Random& random);

  std::size_t asked_ = 0;
  std::vector<List> looked_at_;
  registry::RegistryView view_;
};

}  // namespace streamtwin::eureka
