// Geographic DNS: a client's resolver gets the region that is nearest, keeps the answer for its time to live, and some
// keep it much longer. When a region is lost its answer names others; clients follow as their answers expire (Netflix:
// steering by DNS in regional failover, "Project Nimble").
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/edge/saviours.hpp"
#include "models/registry/dns/resolvers.hpp"
#include "models/places/globe.hpp"
#include "models/places/ids.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::dns {

struct GeoDnsSpec {
  Duration ttl = 60s;
  Fraction stragglers{0.05};
  Duration straggler_mean = 30min;
  Duration watch_period = 10s;
  Duration resolve_timeout = 10s;

  ResolverHabits habits() const { return {ttl, stragglers, straggler_mean}; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.ttl, {.name = "ttl",
                     .doc = "How long resolvers keep an answer",
                     .source = "Netflix regional failover, as widely published",
                     .min = 0,
                     .max = 86400});
    visit(self.stragglers, {.name = "stragglers",
                            .doc = "Share of clients behind resolvers that keep answers far longer",
                            .source = "Netflix regional failover, as widely published",
                            .min = 0,
                            .max = 1});
    visit(self.straggler_mean, {.name = "straggler_mean",
                                .doc = "How much longer they keep an answer, on average (exponential)",
                                .source = assumption,
                                .min = 0,
                                .max = 604800});
    visit(self.watch_period,
          {.name = "watch_period", .doc = "How often the regions are looked at", .source = assumption, .min = 0.1, .max = 3600});
    visit(self.resolve_timeout, {.name = "resolve_timeout",
                                 .doc = "How long a client waits for an answer until the name is not resolved",
                                 .source = "resolv.conf(5): 5 s, and a second attempt",
                                 .min = 0.01,
                                 .max = 600});
  }
};

/// The authoritative side: which region to name for a place.
class GeoDns {
 public:
  /// The regions' places, by index. Throws std::invalid_argument unless there are 1 to 255.
  explicit GeoDns(std::vector<places::Place> regions);

  std::size_t regions() const { return places_.size(); }
  /// The region nearest to a place by great circle, whatever is evacuated.
  RegionIndex home(places::Place client) const;
  using Redirect = edge::Saviour;
  /// From now on clients at home in `from` are sent to these regions, by weight; empty puts things back.
  void redirect(RegionIndex from, std::span<const Redirect> to, Instant now);
  /// Whether all that was ever named to clients at home there is their home.
  bool always_home(RegionIndex home) const { return redirects_[home].empty(); }
  /// The region that was named then. `quantile` in [0, 1) tells clients of one home apart: each keeps the same saviour.
  RegionIndex answer(RegionIndex home, double quantile, Instant then) const;

 private:
  std::vector<places::Place> places_;
  std::vector<Answers<std::vector<Redirect>>> redirects_;  ///< by home; the first answer is home itself
};

}  // namespace streamtwin::dns
