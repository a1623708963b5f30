// Cache Control: what the control plane believes of the appliances, from their periodic reports of health and
// load, of the routes they hear and of the content they hold. An appliance that misses three health reports
// counts as gone. Flow after Geoff Huston's account of Open Connect (APNIC, June 2018); the periods are not
// published.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/openconnect/content.hpp"
#include "models/openconnect/routing.hpp"
#include "models/openconnect/topology.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::openconnect {

struct CacheControlSpec {
  Duration health_period = 60s;
  Duration inventory_period = 300s;
  int stale_after_missed = 3;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.health_period,
          {.name = "health_period", .doc = "Appliances report health and load this often", .source = assumption, .min = 1, .max = 3600});
    visit(self.inventory_period, {.name = "inventory_period",
                                  .doc = "Appliances report routes and content this "
                                         "often",
                                  .source = assumption,
                                  .min = 1,
                                  .max = 86400});
    visit(self.stale_after_missed, {.name = "stale_after_missed",
                                    .doc = "Missed health reports after which an "
                                           "appliance is no longer offered",
                                    .source = assumption,
                                    .min = 1,
                                    .max = 100});
  }
};

struct HealthReport {
  bool healthy = true;
  Fraction utilisation;  ///< the busiest of network and disk
};

class CacheControl {
 public:
  CacheControl(const CacheControlSpec& config, const Topology& topology);

  void report_health(OcaId oca, Instant now, HealthReport report);
  /// All routes the appliance hears, by rising group.
  void report_routes(OcaId oca, std::span<const GroupRoute> routes);
  void report_contents(OcaId oca, const ContentSet& contents);

  const Topology& topology() const { return topology_; }
  Duration health_period() const { return health_period_; }
  bool stale(OcaId oca, Instant now) const { return now - health_[oca].reported > stale_after_; }
  bool healthy(OcaId oca) const { return health_[oca].report.healthy; }
  Fraction utilisation(OcaId oca) const { return health_[oca].report.utilisation; }
  bool holds(OcaId oca, ContentId content) const { return contents_[oca].contains(content); }
  const ContentSet& contents(OcaId oca) const { return contents_[oca]; }
  std::span<const GroupRoute> routes(OcaId oca) const { return routes_[oca]; }
  bool hears(OcaId oca, GroupId group) const;

  /// Grows when a report changed something: views derived from routes or content compare it.
  std::uint64_t routes_version() const { return routes_version_; }
  std::uint64_t contents_version(SiteId site) const { return contents_version_[site]; }

 private:
  struct Health {
    Instant reported{Duration{-HUGE_VAL}};
    HealthReport report;
  };

  const Topology& topology_;
  Duration health_period_, stale_after_;
  std::vector<Health> health_;
  std::vector<std::vector<GroupRoute>> routes_;
  std::vector<ContentSet> contents_;
  std::uint64_t routes_version_ = 1;
  std::vector<std::uint64_t> contents_version_;
};

}  // namespace streamtwin::openconnect
