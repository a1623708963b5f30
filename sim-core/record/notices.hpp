// What the platform finds out by itself: that an instance does not answer, that a circuit opens, that another serves in
// its place. Whoever finds it says so; from the times of faults and of these follows how long it took.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin {

enum class NoticeKind : std::uint8_t {
  tripped,       ///< a caller's balancer leaves an instance out for a while, since it does not connect or answer (Ribbon)
  ejected,       ///< a caller's balancer ejects an instance by what others of its service are like (Envoy)
  circuit_open,  ///< a caller's circuit to a service is open (Hystrix)
  taken_out,     ///< a load balancer's health checks of an instance have failed
  evicted,       ///< a registry has dropped an instance whose lease was not renewed
  dns,           ///< name servers answer otherwise for a place
  found_dead,    ///< a status check found that an instance's machine is gone
  serving,       ///< an instance serves in the place of one that was found dead
};
/// As a timeline says it: "taken out".
std::string_view name_of(NoticeKind kind);

struct Notice {
  Instant time{};
  NoticeKind kind{};
  std::string target;  ///< an instance, a service or a place, by name
  std::string by;      ///< who says so

  bool operator==(const Notice&) const = default;
};

/// In the order in which they were said. No part of a run's digest: nothing follows from them.
class Notices {
 public:
  /// For so long the same is not said again of the same target, whoever says it: a hundred callers find the same out.
  static constexpr Duration silence = 60s;

  void add(Instant time, NoticeKind kind, std::string_view target, std::string_view by);
  const std::vector<Notice>& all() const { return all_; }

 private:
  std::vector<Notice> all_;
  std::map<std::pair<NoticeKind, std::string>, Instant> last_;
};

}  // namespace streamtwin
