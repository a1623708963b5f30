// Geographic DNS: each member's resolver gets the region that is nearest, keeps the answer for its time to
// live, and some devices keep it much longer. When a region is evacuated its answer names others; clients
// follow as their answers expire (Netflix: steering by DNS in regional failover, "Project Nimble").
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "models/data/geography.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

struct GeoDnsConfig {
  Duration ttl = 60s;
  Fraction stragglers{0.05};
  Duration straggler_mean = 30min;
  Duration watch_period = 10s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.ttl, {.name = "ttl",
                     .doc = "How long a resolver keeps an answer",
                     .source = "Netflix regional failover, as widely published",
                     .min = 0,
                     .max = 86400});
    visit(self.stragglers, {.name = "stragglers",
                            .doc = "Share of look-ups whose answer is kept far longer",
                            .source = "Netflix regional failover, as widely published",
                            .min = 0,
                            .max = 1});
    visit(self.straggler_mean,
          {.name = "straggler_mean", .doc = "How much longer, on average (exponential)", .source = assumption, .min = 0, .max = 604800});
    visit(self.watch_period,
          {.name = "watch_period", .doc = "How often the regions are looked at", .source = assumption, .min = 0.1, .max = 3600});
  }
};

using Region = std::uint16_t;

/// The authoritative side: which region to name for a place.
class GeoDns {
 public:
  explicit GeoDns(std::vector<data::Place> regions);

  std::size_t regions() const { return places_.size(); }
  /// The region nearest to a place, whatever is evacuated.
  Region home(data::Place client) const;
  /// From now on members at home in `from` are sent to these regions, by weight; empty puts things back.
  struct Redirect {
    Region to;
    Fraction weight;
  };
  void redirect(Region from, std::span<const Redirect> to);
  /// The region to name. `quantile` in [0, 1) tells members of one home apart: each keeps the same saviour.
  Region answer(Region home, double quantile) const;

 private:
  std::vector<data::Place> places_;
  std::vector<std::vector<Redirect>> redirects_;
};

/// What one resolver (or one device) remembers: 16 bytes.
class ResolverCache {
 public:
  /// The region to use now; asks `dns` when the answer in hand has expired. `quantile` as in GeoDns::answer.
  Region look_up(const GeoDns& dns, const GeoDnsConfig& config, Region home, double quantile, Instant now, Random& random) {
    if (now >= expires_) {
      region_ = dns.answer(home, quantile);
      expires_ = now + config.ttl;
      if (random.chance(config.stragglers.value())) expires_ += random.exponential(config.straggler_mean);
    }
    return region_;
  }
  /// An answer found at the start of a run, part of its life gone.
  void preload(Region region, Instant expires) {
    region_ = region;
    expires_ = expires;
  }

 private:
  Instant expires_{Duration{-HUGE_VAL}};
  Region region_ = 0;
};

}  // namespace streamtwin::clients
