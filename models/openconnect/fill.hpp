// Fill: how new content reaches the appliances. Each asks for its manifest, compares it with its disks and,
// inside its nightly window, takes what is missing from ranked sources: peers of its own site, then other
// sites by route cost, then the origin, each open to it only after a wait. Netflix, "Netflix and Fill", and
// partner help 360035618071 (window, rates); the waits are not published.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/openconnect/cache_control.hpp"
#include "models/openconnect/content.hpp"
#include "models/openconnect/topology.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::openconnect {

struct FillSpec {
  Duration window_begin = 2h;
  Duration window_length = 12h;
  Duration tier_wait = 30min;
  Duration network_wait = 2h;
  Duration origin_wait = 6h;
  Distance tier_reach{1500};
  int masters_per_site = 1;
  Duration retry_after = 60s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.window_begin, {.name = "window_begin",
                              .doc = "Local time at which the nightly window opens",
                              .source = "Open Connect partner help 360035618071",
                              .min = 0,
                              .max = 86400});
    visit(self.window_length, {.name = "window_length",
                               .doc = "How long it stays open",
                               .source = "Open Connect partner help 360035618071",
                               .min = 0,
                               .max = 86400});
    visit(self.tier_wait,
          {.name = "tier_wait", .doc = "Wait before taking from another site within reach", .source = assumption, .min = 0, .max = 604800});
    visit(self.network_wait,
          {.name = "network_wait", .doc = "Wait before taking from any site", .source = assumption, .min = 0, .max = 604800});
    visit(self.origin_wait, {.name = "origin_wait",
                             .doc = "Wait before taking from the origin; fill masters do "
                                    "not wait",
                             .source = assumption,
                             .min = 0,
                             .max = 604800});
    visit(self.tier_reach,
          {.name = "tier_reach", .doc = "How far another site may be at first", .source = assumption, .min = 0, .max = 21000});
    visit(self.masters_per_site, {.name = "masters_per_site",
                                  .doc = "Appliances of an exchange's site that take "
                                         "from the origin at once",
                                  .source = assumption,
                                  .min = 0,
                                  .max = 1000});
    visit(self.retry_after, {.name = "retry_after",
                             .doc = "Wait before looking for a source again after finding none, or "
                                    "after a fill that failed",
                             .source = assumption,
                             .min = 1,
                             .max = 86400});
  }
};

enum class FillTier : std::uint8_t { peer, tier, origin };

/// One place to take a content from.
struct FillSource {
  FillTier tier = FillTier::origin;
  OcaId oca = 0;      ///< meaningless for the origin
  Distance distance;  ///< stands for the route's cost
  bool operator==(const FillSource&) const = default;
};

/// Is the window open at this local time of day, and if not, how long until it opens?
bool window_open(const FillSpec& config, Duration local_time);
Duration until_window(const FillSpec& config, Duration local_time);

/// What a window lets one appliance take in at most.
inline Bytes window_bytes(const FillSpec& config, const Appliance& appliance) { return appliance.fill_max * config.window_length; }

/// May this appliance take from the origin at once? The first appliances of each exchange.
bool is_fill_master(const FillSpec& config, const Topology& topology, OcaId oca);

/// Sources of a content for an appliance that has waited this long for it, best first: those open to it now
/// that hold the content, are alive and not saturated. Those who ask spread over the appliances of a source's site
/// (assumption). Empty: wait on.
std::vector<FillSource> rank_sources(const FillSpec& config, const CacheControl& state, OcaId oca, ContentId content, Duration waited,
                                     Instant now);

/// Enough copies to offer the title to members: at least one appliance at `sites_needed` sites holds it.
bool is_live(const CacheControl& state, ContentId content, std::size_t sites_needed);

}  // namespace streamtwin::openconnect

namespace streamtwin {
template <>
inline constexpr auto enum_names<openconnect::FillTier> =
    std::to_array<EnumName<openconnect::FillTier>>({{openconnect::FillTier::peer, "peer", "an appliance of the same site"},
                                                    {openconnect::FillTier::tier, "tier", "an appliance of another site"},
                                                    {openconnect::FillTier::origin, "origin", "the origin in the cloud"}});
}  // namespace streamtwin
