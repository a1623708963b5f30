// Which appliance a player streams from: the ranked list that steering gave it, and the rule by which it
// leaves one for the next. The device platform switches servers by itself (Content Delivery Summit 2013;
// Adhikari et al., INFOCOM 2012); the exact thresholds are not published.
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

struct ServerSwitchConfig {
  Duration connect_timeout = 3s;
  int slow_chunks = 2;
  Duration back_off_first = 1s;
  Duration back_off_max = 60s;
  Duration list_lifetime = 4h;
  int lists_most = 3;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.connect_timeout, {.name = "connect_timeout",
                                 .doc = "After this without a connection the next "
                                        "appliance is tried",
                                 .source = assumption,
                                 .min = 0.05,
                                 .max = 60});
    visit(self.slow_chunks, {.name = "slow_chunks",
                             .doc = "Consecutive chunks below the lowest bitrate before "
                                    "the next appliance is tried",
                             .source = assumption,
                             .min = 1,
                             .max = 100});
    visit(self.back_off_first, {.name = "back_off_first",
                                .doc = "An appliance that failed is avoided this long; "
                                       "doubled with each failure",
                                .source = assumption,
                                .min = 0,
                                .max = 3600});
    visit(self.back_off_max,
          {.name = "back_off_max", .doc = "Longest time a failed appliance is avoided", .source = assumption, .min = 0, .max = 86400});
    visit(self.list_lifetime, {.name = "list_lifetime",
                               .doc = "After this the URLs of a list expire and steering "
                                      "is asked again",
                               .source = assumption,
                               .min = 1,
                               .max = 604800});
    visit(self.lists_most, {.name = "lists_most",
                            .doc = "Lists in a row without an appliance that answers before the "
                                   "player gives up",
                            .source = assumption,
                            .min = 1,
                            .max = 100});
  }
};

enum class ServerAdvice : std::uint8_t {
  stay,         ///< go on with the current server
  next,         ///< current() is another server now
  steer_again,  ///< no server of the list is left, or its URLs have expired: ask for a new list
};

/// One viewer's list of servers, best first, and what it experienced with them: 64 bytes, and as much again once a
/// server has failed it. Servers are opaque numbers.
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
  /// Streams from this one now (probing chose it).
  void use(std::size_t rank) {
    current_ = static_cast<std::uint8_t>(rank);
    slow_ = 0;
  }
  bool usable(std::size_t rank, Instant now) const { return !failed_ || failed_->avoid_until[rank] <= now; }

  /// No connection within the time-out, or an HTTP error: the best usable server is current afterwards.
  ServerAdvice failed(const ServerSwitchConfig& config, Instant now);
  /// A chunk came at this rate; `stall_ahead` says that even the lowest bitrate would come too late.
  ServerAdvice chunk_arrived(const ServerSwitchConfig& config, Instant now, BitRate throughput, BitRate lowest_bitrate, bool stall_ahead);
  /// Before a request: URLs age.
  ServerAdvice before_request(Instant now) const { return empty() || now >= expires_ ? ServerAdvice::steer_again : ServerAdvice::stay; }

 private:
  /// What only viewers know who had to leave a server.
  struct Failures : engine::Pooled {
    Failures() { avoid_until.fill(Instant{Duration{-HUGE_VAL}}); }
    std::array<Instant, servers_max> avoid_until;
    std::array<std::uint8_t, servers_max> in_a_row{};
  };

  ServerAdvice leave(const ServerSwitchConfig& config, Instant now);

  Instant expires_;
  std::unique_ptr<Failures> failed_;
  std::array<std::uint32_t, servers_max> servers_{};
  std::uint8_t size_ = 0;
  std::uint8_t current_ = 0;
  std::uint8_t slow_ = 0;
};
static_assert(sizeof(ServerList) <= 64);

}  // namespace streamtwin::clients
