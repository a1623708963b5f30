// A viewing session, from pressing play to leaving: ask for the title, probe the appliances (finding.hpp), download
// chunk after chunk under the bitrate rule and switch when an appliance fails (streaming.hpp). One coroutine per
// viewer: a large one until the first frame, a small one for the hours after it.
#pragma once

#include <vector>

#include "models/clients/group_roads.hpp"
#include "models/clients/homes.hpp"
#include "models/clients/measures.hpp"
#include "models/clients/member_spec.hpp"
#include "models/clients/viewer.hpp"
#include "models/edge/edge.hpp"
#include "models/pipeline/keystone.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::clients {

/// Hears of all plays, and of each at last whether a stream has started; nothing more of one that was refused.
class PlayObserver {
 public:
  virtual ~PlayObserver() = default;
  /// By a member whose requests come to a region now.
  virtual void play_asked(std::uint64_t play, std::uint32_t member, RegionIndex region) = 0;
  virtual void play_refused(std::uint64_t play) = 0;
  virtual void play_ended(std::uint64_t play, bool started) = 0;
};

/// What all sessions of a run share.
struct SessionContext {
  const MemberSpec& spec;
  edge::Edge& edge;
  const dns::NameService& names;
  MemberHomes homes;
  std::size_t regions;
  std::vector<Duration> region_one_way;  ///< by group, by region: the access line and the way to the region
  GroupRoads& roads;
  openconnect::Delivery& delivery;
  openconnect::SessionLogs& logs;
  pipeline::Keystone& keystone;
  PlayMeasures& plays;
  ViewingMeasures& viewing;
  Recorder& recorder;
  AuditKind play_audit;
  AuditKind session_audit;
  std::vector<abr::Abr> abr;        ///< by device: its part of the ladder
  std::vector<PlayerModel> player;  ///< by device
  const abr::Movie& movie;          ///< chunk sizes of a title on the full ladder
  PlayObserver* observer = nullptr;

  /// Where a member's requests come in who asks now.
  RegionIndex region_of(const Viewer& viewer) const {
    return names.resolve(homes.of(viewer.member, viewer.group), client_of(viewer.member, viewer.group)).region;
  }

  const abr::Abr& abr_of(const Viewer& viewer) const { return abr[static_cast<std::size_t>(viewer.device)]; }
  /// Of messages between a client group and a region, while its access network is on.
  rpc::Way way_to(std::uint16_t group, RegionIndex region) const {
    const Duration takes = delivery.online(group) ? region_one_way[group * regions + region] : rpc::never_arrives;
    return roads.way(group, region, {takes, takes});
  }
  const PlayerModel& player_of(const Viewer& viewer) const { return player[static_cast<std::size_t>(viewer.device)]; }
  /// From a request to an appliance until its first byte, or never_arrives.
  Duration round_trip(const Viewer& viewer, std::uint32_t appliance) const {
    return roads.round_trip(viewer.group, delivery.site_of(appliance), plain_round_trip(viewer, appliance));
  }
  /// What a member's line of so much carries from there.
  BitRate rate_from(std::uint32_t appliance, const Viewer& viewer, BitRate line) const {
    return roads.line(viewer.group, delivery.site_of(appliance), line, plain_round_trip(viewer, appliance));
  }
  Duration plain_round_trip(const Viewer& viewer, std::uint32_t appliance) const {
    return delivery.round_trip(viewer.group, appliance) + spec.access.round_trip;
  }
};

/// A member presses play. Who sees a first frame goes on watching in a process of `viewers`.
Task<> press_play(SessionContext& context, Scope& viewers, Viewer viewer);
/// A member who is already watching when the run begins.
void found_watching(SessionContext& context, Scope& viewers, Viewer viewer);

}  // namespace streamtwin::clients
