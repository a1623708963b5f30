// Steering: the ranked list of appliances for a client and a title. Sites in the order of routing
// (routing.hpp); within a site the appliances that hold the title, by chance in proportion to what they can
// still carry; hot ones after all others, saturated, sick and silent ones not at all. The order is Bargisen's
// (AfPIF 2018); thresholds and weights are not published. For the study of misses it keeps why the best site
// was passed over.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/openconnect/cache_control.hpp"
#include "models/openconnect/plugged_steering.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::openconnect {

struct SteeringSpec {
  int list_length = 10;
  int from_next_site = 1;
  Fraction hot{0.9};
  Fraction saturated{1.0};

  void check(Checker& checker) const {
    checker.require(from_next_site < list_length, "from_next_site",
                    "all places of the list, its `list_length`, would be kept for sites after the best; at least one is the best site's");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.list_length, {.name = "list_length",
                             .doc = "Appliances in a list, fewer if fewer are eligible",
                             .source = "platform description: the client receives ten",
                             .min = 1,
                             .max = 10});
    visit(self.from_next_site,
          {.name = "from_next_site", .doc = "Places of the list kept for sites after the best", .source = assumption, .min = 0, .max = 9});
    visit(self.hot,
          {.name = "hot", .doc = "Utilisation from which an appliance comes after all others", .source = assumption, .min = 0, .max = 10});
    visit(self.saturated,
          {.name = "saturated", .doc = "Utilisation from which an appliance is not offered", .source = assumption, .min = 0, .max = 10});
  }
};

/// Why the best site by routing does not lead a list.
enum class Exclusion : std::uint8_t {
  none,     ///< it leads
  content,  ///< none of its appliances holds the title
  health,   ///< those that hold it are hot, saturated, sick or silent
  other,    ///< no site covers the client, or those that hold it do not hear its prefix
};

/// Where routing would have a client served: what is left of an answer when its bytes are classified.
struct TopSite {
  static constexpr SiteId no_site = UINT32_MAX;

  SiteId top_site = no_site;  ///< the best site by routing, in the list or not
  Exclusion top_site_excluded = Exclusion::none;
};

/// The answer; plain, fixed size.
struct SteeringList : TopSite {
  static constexpr std::size_t length_max = 10;

  std::uint8_t size = 0;
  std::array<OcaId, length_max> ocas{};

  std::span<const OcaId> ranked() const { return std::span(ocas).first(size); }
};

class Steering {
 public:
  /// `state` is read at every call and must outlive this. Throws std::invalid_argument unless a list has 1 to 10 places and fewer of
  /// them are kept for the next sites. A plugged one ranks who holds the title in the place of the rules of this.
  Steering(const SteeringSpec& config, const CacheControl& state, std::unique_ptr<PluggedSteering> plugged = nullptr);

  /// At most `list_length` appliances, best first; none when no site that covers the group can serve the content. `group` and
  /// `content` must be known to the state. Derived tables are rebuilt when its versions have moved; otherwise no allocation,
  /// and a cost in proportion to the holders of the content at the sites that are looked at.
  SteeringList rank(GroupId group, ContentId content, Instant now, Random& random);

  /// The sites that cover a group, best first.
  std::span<const SiteId> sites_for(GroupId group);

 private:
  struct Holders {
    static constexpr std::uint16_t unknown = UINT16_MAX;
    std::uint32_t begin = 0;
    std::uint16_t count = unknown;
  };
  /// Who holds what at a site: filled as asked, dropped when the site's content changes.
  struct SiteIndex {
    std::uint64_t version = 0;
    std::vector<Holders> by_content;
    std::vector<OcaId> ocas;
  };
  struct Eligible {
    OcaId oca;
    double weight;
  };
  struct Collection;
  /// Who holds a title at a site, and which of them to look at first.
  struct Holding {
    std::span<const OcaId> ocas;
    std::size_t first = 0;
    OcaId operator[](std::size_t i) const { return ocas[first + i < ocas.size() ? first + i : first + i - ocas.size()]; }
  };

  void refresh_routes();
  std::span<const OcaId> holders(SiteId site, ContentId content);
  Holding holding(SiteId site, GroupId group, ContentId content, Instant now);
  SteeringList rank_as_plugged(std::span<const SiteId> sites, GroupId group, ContentId content, Instant now, Random& random);
  static Exclusion why_excluded(const Collection& found);
  /// Sorts a site's holders of the title into good and hot ones.
  void consider_site(SiteId site, GroupId group, ContentId content, Instant now, Collection& found);
  static void draw_by_weight(std::span<Eligible> from, std::size_t count, Random& random);

  SteeringSpec config_;
  const CacheControl& state_;
  const std::unique_ptr<PluggedSteering> plugged_;
  std::uint64_t routes_version_ = 0;
  std::vector<std::vector<SiteId>> sites_by_group_;
  std::vector<bool> hears_alike_;    ///< by site: do all its appliances hear the same?
  std::vector<double> network_bps_;  ///< by appliance, close together
  std::vector<SiteIndex> index_;
};

}  // namespace streamtwin::openconnect

namespace streamtwin {
template <>
inline constexpr auto enum_names<openconnect::Exclusion> = std::to_array<EnumName<openconnect::Exclusion>>(
    {{openconnect::Exclusion::none, "none", "the best site leads"},
     {openconnect::Exclusion::content, "content", "the best site does not hold the title"},
     {openconnect::Exclusion::health, "health", "the best site's appliances are hot, saturated, sick or silent"},
     {openconnect::Exclusion::other, "other", "anything else"}});
}  // namespace streamtwin
