// Failures that are injected into the requests of some members and of nobody else: Netflix's FIT. A gateway marks a request with what
// is to befall it; the mark travels with all that the request leads to, and the points that it names act on it: Hystrix
// commands, Ribbon clients, EVCache and Cassandra.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/rpc/http_request.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/record/metrics.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::fit {

/// Where an injection acts.
enum class Point : std::uint8_t { command, client, cache, store };

struct Injection {
  // Who
  Fraction members{1};                 ///< always the same ones
  std::optional<std::uint16_t> group;  ///< only of this client group
  std::optional<std::uint16_t> route;  ///< only who takes this one
  // Where
  Point point = Point::command;
  std::optional<std::uint16_t> caller;  ///< service, by index; any if absent
  std::optional<std::uint16_t> callee;
  // What
  Duration latency{0};
  Duration deviation{0};  ///< normal, negative draws are repeated
  Fraction errors{0};     ///< of the calls

  bool acts_on(Point at, std::uint16_t from, std::uint16_t to) const {
    return point == at && caller.value_or(from) == from && callee.value_or(to) == to;
  }
};

/// What a call suffers.
struct Injected {
  Duration wait{0};
  bool fails = false;
  explicit operator bool() const { return fails || wait > Duration{0}; }
};

class Injections {
 public:
  using Number = std::size_t;
  /// A request carries a bit for each.
  static constexpr std::size_t most = 32;

  /// `random`: of this injection alone; it also says whose members are struck.
  Number add(const Injection& injection, Random random);
  void begin(Number number) { active_ |= bit(number); }
  void end(Number number) { active_ &= ~bit(number); }

  bool active() const { return active_ != 0; }
  /// For a gateway: the marks of a request that comes now.
  std::uint32_t marks_of(const rpc::HttpRequest& request, std::uint16_t route = 0);
  /// For a point: what a call suffers that carries these marks.
  Injected strike(std::uint32_t marks, Point point, std::uint16_t caller, std::uint16_t callee);

  Counter marked;    ///< requests
  Counter injected;  ///< calls that were delayed or failed

 private:
  struct Known {
    Injection injection;
    std::uint64_t salt;
    Random random;
  };
  static constexpr std::uint32_t bit(Number number) { return std::uint32_t{1} << number; }
  static bool struck(const Known& known, const rpc::HttpRequest& request, std::uint16_t route);

  std::vector<Known> known_;
  std::uint32_t active_ = 0;
};

}  // namespace streamtwin::fit

namespace streamtwin {
template <>
inline constexpr auto enum_names<fit::Point> = std::to_array<EnumName<fit::Point>>({
    {fit::Point::command, "command",
     "in the Hystrix command, before its client tries anything: the command's time-out and fallback see it"},
    {fit::Point::client, "client",
     "in the Ribbon client, at each try: the client's retries see it, as a connection that does not come about"},
    {fit::Point::cache, "cache", "in the EVCache client: reads that fail are misses to their service, writes are lost"},
    {fit::Point::store, "store", "in the Cassandra driver"},
});
}  // namespace streamtwin
