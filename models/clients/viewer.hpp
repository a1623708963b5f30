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

/// A member's line: a rate with the course of its bad spells, or a measured trace, from a position of its own.
struct AccessLine {
  BitRate rate;
  const traces::BandwidthTrace* trace = nullptr;
  Duration offset{0};
  bool relative = false;  ///< the trace holds shares of the rate instead of rates

  BitRate rate_at(Instant now) const {
    if (trace == nullptr) return rate;
    const BitRate found = trace->rate_at(now.time_since_epoch() + offset);
    return relative ? rate * found.value() : found;
  }
  /// Outside its bad spells.
  BitRate usual_rate(Instant now) const { return relative ? rate : rate_at(now); }
  /// How long it stays so.
  Duration steady_for(Instant now) const { return stretch_at(now).left; }
  /// Both.
  traces::BandwidthTrace::Stretch stretch_at(Instant now) const {
    if (trace == nullptr) return {rate, Duration{HUGE_VAL}};
    const traces::BandwidthTrace::Stretch found = trace->stretch_at(now.time_since_epoch() + offset);
    return relative ? traces::BandwidthTrace::Stretch{rate * found.rate.value(), found.left} : found;
  }
};

/// What is known of a line that stays as it is for many chunks: its course is looked up again only where it changes.
class SteadyLine {
 public:
  BitRate rate_at(const AccessLine& line, Instant now) {
    if (!(now < until_)) {
      const traces::BandwidthTrace::Stretch found = line.stretch_at(now);
      rate_ = found.rate;
      until_ = now + found.left;
    }
    return rate_;
  }
  /// Of the rate asked for last.
  Instant until() const { return until_; }

 private:
  BitRate rate_;
  Instant until_{Duration{-HUGE_VAL}};
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
  float part_to_come = 1;  ///< of the next chunk: one was on its way when the run began
  float under_way_s = 0;   ///< for how long it was
  Device device = Device::tv;
  abr::Level level = 0;
  abr::Level level_under_way = 0;

  // What a request for a play tells.
  std::uint32_t member = 0;
  std::uint64_t play = 0;  ///< counts the plays of the run
  Random random;
};
static_assert(sizeof(Viewer) <= 296);

}  // namespace streamtwin::clients
