// What messages of the cloud suffer between its zones, while something is wrong with the network: they are cut off, come late, or
// are lost and sent again by TCP.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "models/places/geography.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

/// Of a message that never arrives.
inline constexpr Duration never_arrives{HUGE_VAL};

/// How long messages of a call take, or never_arrives.
struct Way {
  Duration there, back;
  Duration held{0};             ///< by the caller's proxy, before the request sets out
  bool answered_there = false;  ///< by that proxy, with an error: nothing sets out
  bool connects() const { return there < never_arrives && back < never_arrives; }
  Duration round_trip() const { return there + back; }
};

/// What is wrong with one direction of a way.
struct Road {
  bool cut = false;       ///< nothing arrives
  Duration latency{0};    ///< that each message takes longer
  Duration deviation{0};  ///< of it from message to message: normal, negative draws are repeated
  Fraction loss{0};       ///< of packets; a message is one

  Road& operator+=(const Road& other);
  /// How long a message takes for which it is `plain` otherwise.
  Duration takes(Duration plain, Random& random) const;
};

struct Disturbance {
  std::vector<ZoneIndex> from, to;  ///< messages from one of those to one of these
  bool both_ways = true;            ///< and back
  Road road;
};

class Roads {
 public:
  using Number = std::size_t;

  explicit Roads(const places::Geography& geography) : geography_(geography) {}

  /// One that can begin and end, as often as one likes but once at a time.
  Number add(Disturbance disturbance);
  void begin(Number number) { set(number, true); }
  void end(Number number) { set(number, false); }

  /// How long a message takes that is sent now; never_arrives where the way is cut.
  Duration one_way(ZoneIndex from, ZoneIndex to) {
    const Duration plain = geography_.one_way(from, to);
    return roads_.empty() ? plain : disturbed(from, to, plain);
  }
  /// Whether a connection can be made, for which both ways are needed.
  bool connects(ZoneIndex a, ZoneIndex b) const { return roads_.empty() || (!road(a, b).cut && !road(b, a).cut); }

 private:
  const Road& road(ZoneIndex from, ZoneIndex to) const { return roads_[from * geography_.zones() + to]; }
  void set(Number number, bool active);
  void disturb(const Road& road, ZoneIndex from, ZoneIndex to);
  Duration disturbed(ZoneIndex from, ZoneIndex to, Duration plain);

  struct Known {
    Disturbance disturbance;
    bool active = false;
  };

  const places::Geography& geography_;
  std::vector<Known> known_;
  std::vector<Road> roads_;     ///< by the zones' positions; none while nothing is wrong
  std::vector<Random> random_;  ///< likewise, from the first trouble on
};

/// How long TCP takes longer until a packet gets through that is lost with this probability each time: a first time-out of 200 ms
/// that doubles (RFC 6298; Linux include/net/tcp.h TCP_RTO_MIN), 15 times at most (tcp_retries2), then never_arrives.
Duration retransmissions(Fraction loss, Random& random);

}  // namespace streamtwin::rpc
