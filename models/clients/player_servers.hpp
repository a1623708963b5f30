// Which appliance a player streams from: the ranked list that steering gave it, and the rule by which it
// leaves one for the next. The device platform switches servers by itself (Content Delivery Summit 2013;
// Adhikari et al., INFOCOM 2012); the exact thresholds are not published, so that they are those of open players.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "sim-core/description.hpp"
#include "sim-core/frame_pool.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

struct ServerSwitchSpec {
  Duration connect_timeout = 3s;
  Duration silence_timeout = 5s;
  int retries = 1;
  Duration retry_after = 1s;
  Duration hold = 300s;
  int slow_chunks = 2;
  Duration least_stay = 30s;
  Duration list_lifetime = 4h;
  int lists_max = 6;
  Duration list_wait_first = 1s;
  Duration list_wait_max = 8s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.connect_timeout, {.name = "connect_timeout",
                                 .doc = "After this without a connection the next "
                                        "appliance is tried",
                                 .source = assumption,
                                 .min = 0.05,
                                 .max = 60});
    visit(self.silence_timeout, {.name = "silence_timeout",
                                 .doc = "An appliance that has served and sends no byte for this long has failed",
                                 .source = "shaka-player networking_engine.js: a stall of 5 s",
                                 .min = 0.05,
                                 .max = 60});
    visit(self.retries, {.name = "retries",
                         .doc = "Further tries at an appliance that has served and fell silent, before it is held back",
                         .source = "assumption: Media3 0 to 3, Shaka 1, dash.js 3",
                         .min = 0,
                         .max = 10});
    visit(self.retry_after, {.name = "retry_after",
                             .doc = "Wait before such a try, half of it up or down at random",
                             .source = "shaka-player player_configuration.js",
                             .min = 0,
                             .max = 60});
    visit(self.hold, {.name = "hold",
                      .doc = "An appliance that failed or refused is held back so long and keeps its rank; `60 s` is Shaka's, a day "
                             "lasts for the session, as dash.js's",
                      .source = "androidx/media BaseUrlExclusionList, hls.js content-steering-controller: 300 s",
                      .min = 0.1,
                      .max = 604800});
    visit(self.slow_chunks, {.name = "slow_chunks",
                             .doc = "Consecutive chunks below the lowest bitrate before "
                                    "the next appliance is tried",
                             .source = assumption,
                             .min = 1,
                             .max = 100});
    visit(self.least_stay, {.name = "least_stay",
                            .doc = "Time between two moves away from an appliance that is only slow; it is not held back",
                            .source = assumption,
                            .min = 0,
                            .max = 3600});
    visit(self.list_lifetime, {.name = "list_lifetime",
                               .doc = "After this the URLs of a list expire and steering "
                                      "is asked again",
                               .source = assumption,
                               .min = 1,
                               .max = 604800});
    visit(self.lists_max, {.name = "lists_max",
                           .doc = "Lists in a row without an appliance that answers before the "
                                  "player gives up",
                           .source = assumption,
                           .min = 1,
                           .max = 100});
    visit(self.list_wait_first, {.name = "list_wait_first",
                                 .doc = "From the second list in a row without an appliance on, what is held back is forgotten, and the "
                                        "player waits before it asks for another: so long at first, then double; half of it up or down at "
                                        "random",
                                 .source = assumption,
                                 .min = 0.1,
                                 .max = 3600});
    visit(self.list_wait_max,
          {.name = "list_wait_max", .doc = "Longest wait before another list", .source = assumption, .min = 0.1, .max = 86400});
  }
};

enum class ServerAdvice : std::uint8_t {
  stay,         ///< go on with the current server
  again,        ///< try the current server once more, after a while
  next,         ///< current() is another server now
  steer_again,  ///< no server of the list is left, or its URLs have expired: ask for a new list
};

/// One viewer's list of servers, best first, and what it experienced with them: 64 bytes, and more once a server has
/// failed it. Servers are opaque numbers. A server that failed is held back for a while and keeps its rank: the
/// candidates are the list without those, as in Media3 and hls.js.
class ServerList {
 public:
  static constexpr std::size_t servers_max = 10;

  /// Takes the first ten; `expires` is when the URLs stop working.
  ServerList(std::span<const std::uint32_t> ranked, Instant expires);

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::uint32_t operator[](std::size_t rank) const { return servers_[rank]; }
  std::uint32_t current() const { return servers_[current_]; }
  std::size_t current_rank() const { return current_; }
  /// Whether the last request to the current server was answered, or a probe.
  bool connected() const { return serves_ && retried_ == 0; }
  /// Streams from this one now (probing chose it).
  void use(std::size_t rank) {
    move_to(static_cast<std::uint8_t>(rank));
    serves_ = true;
  }
  /// Is found at this one, with what it knows of it when that is where it is.
  void found_at(std::size_t rank) {
    if (rank != current_) use(rank);
    serves_ = true;
  }
  bool held(std::size_t rank, Instant now) const { return experience_ && experience_->holds(servers_[rank], now); }
  /// A new list; those held back stay so.
  void renew(std::span<const std::uint32_t> ranked, Instant expires);
  /// The second time that every server is held back, as dash.js.
  void forget_holds();

  /// Silence where a request went to the current server. One that has served is tried again, then held back; `next` is
  /// the best one that is not.
  ServerAdvice failed(const ServerSwitchSpec& config, Instant now);
  /// The current server is full or answered with an error: held back at once.
  ServerAdvice refused(const ServerSwitchSpec& config, Instant now);
  /// The same of any server of the list, which was probed.
  void hold_back(std::size_t rank, const ServerSwitchSpec& config, Instant now);
  /// A chunk came at this rate; `stall_ahead` says that even the lowest bitrate would come too late. A slow server is
  /// left for the next in turn, but not held back.
  ServerAdvice chunk_arrived(const ServerSwitchSpec& config, Instant now, BitRate throughput, BitRate lowest_bitrate, bool stall_ahead);
  /// Before a request: URLs age.
  ServerAdvice before_request(Instant now) const { return empty() || now >= expires_ ? ServerAdvice::steer_again : ServerAdvice::stay; }

 private:
  /// What only viewers know who had to leave a server.
  struct Experience : engine::Pooled {
    static constexpr std::size_t holds_max = 2 * servers_max;  ///< of two lists; the next takes the place of the oldest
    struct Hold {
      Instant until{Duration{-HUGE_VAL}};
      std::uint32_t server = 0;
    };
    bool holds(std::uint32_t server, Instant now) const;
    void hold(std::uint32_t server, Instant until);

    std::array<Hold, holds_max> held;
    Instant moved{Duration{-HUGE_VAL}};  ///< away from a slow server
  };

  Experience& experience();
  void move_to(std::uint8_t rank);
  ServerAdvice next_best(Instant now);

  Instant expires_;
  std::unique_ptr<Experience> experience_;
  std::array<std::uint32_t, servers_max> servers_{};
  std::uint8_t size_ = 0;
  std::uint8_t current_ = 0;
  std::uint8_t slow_ = 0;
  std::uint8_t retried_ = 0;
  bool serves_ = false;  ///< the current one has
};
static_assert(sizeof(ServerList) <= 64);

}  // namespace streamtwin::clients
