// One viewer: all that is known of somebody who asked for a title or watches it, in one struct of four cache lines
// and a bit, so that a million of them fit in memory and a run can start with viewers in the middle of their titles.
#pragma once

#include "models/clients/abr/abr.hpp"
#include "models/clients/demand_members.hpp"
#include "models/clients/player.hpp"
#include "models/clients/player_servers.hpp"
#include "models/clients/traces/bandwidth_trace.hpp"
#include "models/openconnect/delivery.hpp"
#include "models/openconnect/steering.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::clients {

/// A member's line: a constant rate, or a trace replayed from a position of its own.
struct AccessLine {
  BitRate rate;
  const traces::BandwidthTrace* trace = nullptr;
  Duration offset{0};

  BitRate rate_at(Instant now) const { return trace ? trace->rate_at(now.time_since_epoch() + offset) : rate; }
};

struct Viewer {
  // What every chunk reads and writes.
  Player player{Instant{}};
  abr::AbrState abr;
  AccessLine line;
  ServerList servers{{}, Instant{}};
  openconnect::TopSite top_site;  ///< as steering gave it, for the classes of misses
  openconnect::Seat seat;         ///< at the appliance in use
  Duration watches{0};            ///< leaves when so much has been played
  std::uint32_t title = 0;
  std::uint16_t group = 0;
  Device device = Device::tv;
  abr::Level level = 0;

  // What a request for a play tells.
  std::uint32_t member = 0;
  std::uint64_t play = 0;  ///< counts the plays of the run
  Random random;
};
static_assert(sizeof(Viewer) <= 288);

}  // namespace streamtwin::clients
