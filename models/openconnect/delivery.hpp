// Open Connect at work: appliances on their machines, the links between them and the viewers, their reports to cache
// control, the fill of new titles. Steering, placement, routing and fill decide; here are machines, links and waits.
// Reports of health and content, fill from the nearest that has a title, steering by what was last reported: Netflix,
// "Distributing Content to Open Connect" and "How Netflix Works With ISPs"; sizes and limits: delivery_spec.hpp.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <vector>

#include "models/openconnect/cache_control.hpp"
#include "models/openconnect/delivery_spec.hpp"
#include "models/openconnect/link_capacities.hpp"
#include "models/openconnect/link_faults.hpp"
#include "models/openconnect/logs.hpp"
#include "models/openconnect/measures.hpp"
#include "models/openconnect/steering.hpp"
#include "sim-core/flows/downloads.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/platform/shared_links.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::openconnect {

class Delivery;

/// A viewer's place at an appliance, given back when it dies.
class Seat {
 public:
  Seat() = default;
  Seat(Seat&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Seat& operator=(Seat&& other) noexcept {
    Seat old = std::move(*this);
    taken_ = std::exchange(other.taken_, nullptr);
    return *this;
  }
  ~Seat() {
    if (taken_ != nullptr) --*taken_;
  }

 private:
  friend class Delivery;
  explicit Seat(std::uint32_t& taken) : taken_(&taken) { ++taken; }
  std::uint32_t* taken_ = nullptr;
};

/// Whom it delivers to, and over what distances. `members`: how many the run simulates, for the shared access networks.
struct Market {
  std::string country;
  long members = 0;
  places::Fibre fibre;
};

class Delivery {
 public:
  /// `catalogue`: titles in falling order of popularity. Throws std::invalid_argument when the country has no
  /// appliances, or the catalogue another order.
  Delivery(const DeliverySpec& spec, const Market& market, std::vector<PlacedContent> catalogue, Platform& platform, Recorder& recorder,
           Seed seed, std::unique_ptr<PluggedSteering> steering = nullptr);

  /// Titles are placed, cache control knows everything, reports go on at random phases.
  void start();

  // What a client sees.
  /// Whether the appliance's machine and the links on its way are on: whoever asks one that is not hears nothing.
  bool reachable(OcaId oca, GroupId group) const;
  /// Whether the access network of a group is on: behind one that is not nobody reaches anybody, the cloud included.
  bool online(GroupId group) const { return downloads_.is_on(access_[group]); }
  bool has_room(OcaId oca) const { return boxes_[oca].viewers < boxes_[oca].seats; }
  /// Throws EngineError when it has none.
  Seat take_seat(OcaId oca) {
    check(has_room(oca), "a full appliance takes no viewer");
    return Seat(boxes_[oca].viewers);
  }
  /// There and back over fibre between the group's city and the appliance's site, without the member's access line.
  Duration round_trip(GroupId group, OcaId oca) const { return round_trips_[group * topology_.sites.size() + site_of(oca)]; }
  SiteId site_of(OcaId oca) const { return topology_.appliances[oca].site; }
  /// So many bytes over the links between them and the member's line, at the max-min fair share of what is full. Fails when the
  /// appliance or a link on the way goes off.
  flows::Download download(OcaId oca, GroupId group, BitRate line, Bytes size) { return downloads_.download(path(oca, group), line, size); }

  // What a run begins with.
  /// The links on the way from an appliance to a group.
  std::array<flows::LinkId, 3> links(OcaId oca, GroupId group) {
    return {boxes_[oca].nic, delivery_link(topology_.appliances[oca].site, group), access_[group]};
  }
  /// What the appliance's network card carries, under the run's sample of the country.
  BitRate port(OcaId oca) const { return downloads_.capacity(boxes_[oca].nic); }
  /// Cache control takes this for the appliance's latest report.
  void assume(OcaId oca, Fraction utilisation) { control_.report_health(oca, now(), {true, utilisation}); }

  // What the steering service decides with.
  /// The ranked list for a client of the group; empty when no site that covers it can serve the title.
  SteeringList steer(GroupId group, ContentId title, Instant now) { return steering_.rank(group, title, now, random_); }
  /// Whether bytes came from the top-ranked site, or why not (the miss taxonomy of Netflix's posts on content, health, other).
  ByteClass classify(const TopSite& top, OcaId served_by) const { return openconnect::classify(top, topology_.appliances[served_by].site); }

  /// A title that only the exchanges hold goes to every embedded site that should have it.
  void release(ContentId title);
  /// Before the run: the title is new, embedded sites do not have it yet.
  void hold_back(ContentId title);

  const Topology& topology() const { return topology_; }
  const LinkCapacities& capacities() const { return capacities_; }
  Host& machine(OcaId oca) { return *boxes_[oca].machine; }
  std::vector<Host*> machines_of(SiteId site);
  /// What viewers' downloads cross, for faults that strike it: an appliance's port, a site's way to one client group or to all, and a
  /// group's access network.
  flows::LinkId port_link(OcaId oca) const { return boxes_[oca].nic; }
  flows::LinkId delivery_link(SiteId site, GroupId group);
  std::vector<flows::LinkId> delivery_links(SiteId site);
  flows::LinkId access_link(GroupId group) const { return access_[group]; }
  LinkFaults& link_faults() { return link_faults_; }
  flows::Downloads& downloads() { return downloads_; }
  const CacheControl& cache_control() const { return control_; }
  /// Bytes that a site has served, and its highest utilisation over a report period.
  Bytes served(SiteId site);
  /// Records which share of the delivery links in use is full at this instant.
  void sample_links();
  /// Bytes served over what the ports carry, of the busiest report period so far; 0 before the first.
  double peak_utilisation(SiteId site) const { return peak_[site]; }

 private:
  struct Box {
    Host* machine = nullptr;
    flows::LinkId nic{};
    std::uint32_t viewers = 0;
    std::uint32_t seats = 0;
    Bytes served_at_report;
    ContentSet contents;
    ContentSet held_back;  ///< titles that it gets only on their release
    Scope scope;
  };

  void build_sites(Platform& platform);
  void build_groups(Platform& platform, const Market& market);
  void build_links();
  flows::PathId path(OcaId oca, GroupId group);
  void cut_or_joined(flows::LinkId link);
  void machine_or_uplink_changed(OcaId oca);
  Fraction measure_utilisation(OcaId oca, Duration over);
  Task<> report_health(OcaId oca, Duration phase);
  Task<> report_inventory(OcaId oca, Duration phase);
  Task<> fill(OcaId oca, ContentId title);

  const DeliverySpec spec_;
  const std::vector<PlacedContent> catalogue_;
  const Topology topology_;
  const LinkCapacities capacities_;
  CacheControl control_;
  Steering steering_;
  Random random_;
  std::deque<Box> boxes_;     ///< by OcaId
  std::vector<Zone*> zones_;  ///< by SiteId
  Host* origin_ = nullptr;
  flows::Downloads downloads_;
  LinkFaults link_faults_;
  SharedLinks sharing_;                               ///< of the sites' uplinks, between viewers and fills
  std::vector<std::vector<GroupRoute>> routes_;       ///< by SiteId
  std::vector<Duration> round_trips_;                 ///< by group, by site
  std::vector<flows::LinkId> site_link_;              ///< of embedded sites, by SiteId
  std::vector<std::uint32_t> peering_;                ///< by group, by site; 0 is none yet, otherwise link + 1
  std::vector<flows::LinkId> access_;                 ///< by group
  std::vector<std::function<void()>> settle_access_;  ///< by group: turns it on or off as it should be
  std::vector<std::uint32_t> paths_;                  ///< by group, by appliance; 0 is none yet, otherwise path + 1
  std::vector<double> peak_;                          ///< by SiteId
  Counter filled_, fills_, failed_fills_, reports_;
  DeliveryMeasures measures_;
  Scope scope_;
};

}  // namespace streamtwin::openconnect
