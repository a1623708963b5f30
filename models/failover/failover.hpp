// Leaving a region: its starts are watched; the other regions get the capacity for its traffic; its gateways pass on more and more
// of its requests; DNS names the others; and back again. What is decided is in detection.hpp, capacity_plan.hpp and procedure.hpp,
// with the sources; here are waits and messages.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/edge/dns/name_service.hpp"
#include "models/edge/edge.hpp"
#include "models/failover/detection.hpp"
#include "models/failover/procedure.hpp"
#include "models/failover/reserve.hpp"

namespace streamtwin::failover {

/// Requests of clients that are at home in a region, at a time of the run so many days ago: as they came then, without what the
/// method does today.
using UsualLoad = std::function<Rate(RegionIndex home, Instant time, int days_ago)>;

class Failover {
 public:
  struct Ground {
    edge::Edge& edge;
    dns::NameService& names;
    Recorder& recorder;
    const std::vector<edge::RegionTraffic>& traffic;  ///< by region
    UsualLoad usual;
    std::string gateway;
    Duration dns_ttl;
    std::vector<RegionIndex> allowed;  ///< to take traffic
  };
  /// By region, the services that can be made more, those that others call first and the gateway last. Must outlive it.
  using Reserves = std::vector<std::deque<Reserve>>;
  Failover(const FailoverSpec& spec, Ground ground, Reserves& reserves, FailoverMeasures& measures);

  /// The watch over the starts begins.
  void start();

  struct Order {
    RegionIndex from;
    ProcedureKind procedure;
    std::optional<RegionIndex> to;  ///< all that have room if absent
  };
  /// Somebody says so. Nothing happens if it goes on already.
  void evacuate(const Order& order);
  /// The region gets its traffic back.
  void give_back(RegionIndex region);

 private:
  struct Count {
    double asked = 0, started = 0;
  };
  struct Evacuation {
    Order order;
    Instant trouble{};  ///< since when
    Count before;
    Rate load{};  ///< at home there
    edge::Saviours saviours;
    Instant proxies_since = never;
    Fraction proxied{0};
    Instant drained = never;  ///< DNS names it to nobody any more whose resolver keeps to the time to live
    bool under_way = true;
    bool turned_back = false;
    std::vector<RegionIndex> relieved;  ///< saviours that have been found short of instances
    Instant short_until{};              ///< one of them was low and short of instances up to then
  };

  Task<> watch();
  void look(Instant began, const Count& before);
  Reading read(RegionIndex region);
  void trigger();
  void tell_of_several(bool several);
  void turn_back_what_follows();
  bool is_short_of_instances(RegionIndex region) const;
  void relieve(Evacuation& evacuation, RegionIndex saviour);

  void begin(const Order& order, Instant trouble, const Count& before);
  Task<> carry_out(RegionIndex from);
  bool plan(Evacuation& evacuation);
  Task<> get_capacity(const Evacuation& evacuation);
  bool has_capacity(const edge::Saviours& saviours, Instant ordered) const;
  Task<> proxy(Evacuation& evacuation);
  Task<> flip(Evacuation& evacuation);
  void finish(Evacuation& evacuation);
  void aim(const Evacuation& evacuation);
  void aim_others(RegionIndex lost);
  void turn_back(RegionIndex from, const std::string& why);
  Task<> return_traffic(RegionIndex region);
  Task<> release(edge::Saviours saviours);

  std::vector<Candidate> candidates(const Order& order) const;
  Rate highest(RegionIndex home) const;
  Rate sent_to(RegionIndex region) const;
  Rate came_to(RegionIndex region, int days_ago) const;
  Count count() const;
  void tell(RegionIndex region, const std::string& text) const;
  EvacuationMeasures& measured(RegionIndex region) { return measures_.regions[ground_.edge.region_name(region)]; }

  const FailoverSpec spec_;
  const Ground ground_;
  Reserves& reserves_;
  FailoverMeasures& measures_;
  Detector detector_;
  std::vector<std::optional<Evacuation>> evacuations_;  ///< by region
  std::vector<double> started_;                         ///< by region, up to the last look
  std::vector<Count> before_low_;                       ///< by region, when its starts became low
  std::vector<bool> held_off_;                          ///< by region: not evacuated by itself until its starts have been as usual
  bool told_of_several_ = false;
  Scope scope_;
};

}  // namespace streamtwin::failover
