// A viewing session, from pressing play to leaving: ask for the title, probe the appliances, download chunk after
// chunk under the bitrate rule, switch when an appliance fails. One coroutine per viewer; its state is one struct, so
// that a run can start with viewers in the middle of their titles.
#pragma once

#include <vector>

#include "models/clients/abr/abr.hpp"
#include "models/clients/measures.hpp"
#include "models/clients/member_spec.hpp"
#include "models/clients/name_service.hpp"
#include "models/clients/player.hpp"
#include "models/clients/player_servers.hpp"
#include "models/clients/traces/bandwidth_trace.hpp"
#include "models/edge/edge.hpp"
#include "models/openconnect/delivery.hpp"
#include "models/pipeline/keystone.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::clients {

/// A member's line: a constant rate, or a trace replayed from a position of its own.
struct AccessLine {
  BitRate rate;
  const traces::BandwidthTrace* trace = nullptr;
  Duration offset{0};

  BitRate rate_at(Instant now) const {
    return trace ? trace->rate_at(now.time_since_epoch() + offset) : rate;
  }
};

struct Viewer {
  std::uint64_t play = 0;  ///< counts the plays of the run
  std::uint32_t member = 0;
  std::uint32_t title = 0;
  std::uint16_t group = 0;
  Device device = Device::tv;
  Random random;
  AccessLine line;
  Duration watches{0};     ///< leaves when so much has been played
  Player player{Instant{}};
  abr::AbrState abr;
  ServerList servers{{}, Instant{}};
  openconnect::SteeringList list;  ///< as steering gave it, for the miss taxonomy
  abr::Level level = 0;
};

/// What all sessions of a run share.
struct SessionContext {
  const MemberSpec& spec;
  edge::Edge& edge;
  NameService& names;
  std::size_t regions;
  std::vector<Duration> region_one_way;  ///< by group, by region: the access line and the way to the region
  openconnect::Delivery& delivery;
  pipeline::Keystone& keystone;
  PlayMeasures& plays;
  ViewingMeasures& viewing;
  Recorder& recorder;
  AuditKind play_audit;
  AuditKind session_audit;
  std::vector<abr::Abr> abr;        ///< by device: its part of the ladder
  std::vector<PlayerModel> player;  ///< by device
  const abr::Movie& movie;          ///< chunk sizes of a title on the full ladder
};

/// A member presses play.
Task<> press_play(SessionContext& context, Viewer viewer);
/// A member who is already watching when the run begins.
Task<> keep_watching(SessionContext& context, Viewer viewer);

}  // namespace streamtwin::clients
