// Steering on a small country: which sites come first, who is left out and why.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/openconnect/fill.hpp"
#include "models/openconnect/logs.hpp"
#include "models/openconnect/placement.hpp"
#include "models/openconnect/steering.hpp"
#include "tests/refusal.hpp"

namespace streamtwin::openconnect {
namespace {

using namespace literals;

/// The Netherlands: every appliance healthy, idle and holding contents 0 to 9.
class SmallCountry : public testing::Test {
 protected:
  SmallCountry() {
    for (ContentId content = 0; content < 10; ++content) everything_.insert(content);
    for (const Appliance& appliance : topology_.appliances) {
      state_.report_health(appliance.id, at(0s), {});
      state_.report_routes(appliance.id, routes_[appliance.site]);
      state_.report_contents(appliance.id, everything_);
    }
  }

  void load(SiteId site, double utilisation, Instant now = at(0s)) {
    for (const Appliance& appliance : topology_.appliances_of(site))
      state_.report_health(appliance.id, now, {.utilisation = Fraction{utilisation}});
  }
  SiteId site_of(const SteeringList& list, std::size_t rank) const { return topology_.appliances[list.ocas[rank]].site; }
  SteeringList rank(ContentId content = 0, Instant now = at(1s)) { return steering_.rank(group_, content, now, random_); }

  Topology topology_ = build_topology("Netherlands");
  std::vector<std::vector<GroupRoute>> routes_ = announced_routes({}, topology_);
  CacheControl state_{{}, topology_};
  Steering steering_{{}, state_};
  ContentSet everything_;
  Random random_{1, "steering", "test"};
  GroupId group_ = 0;  // the largest site's ISP in Amsterdam
};

TEST_F(SmallCountry, TheEmbeddedSiteComesFirstAndTheNearestExchangeNext) {
  const SteeringList list = rank();
  EXPECT_EQ(list.size, 10);
  EXPECT_EQ(list.top_site, *topology_.groups[group_].embedded);
  EXPECT_EQ(list.top_site_excluded, Exclusion::none);
  EXPECT_EQ(site_of(list, 0), list.top_site);
  const auto sites = steering_.sites_for(group_);
  EXPECT_EQ(topology_.sites[sites[1]].name, "ams001.ix");
  EXPECT_EQ(site_of(list, 9), sites[1]);
  EXPECT_EQ(std::set<OcaId>(list.ranked().begin(), list.ranked().end()).size(), 10u);
}

TEST_F(SmallCountry, AnEmbeddedSiteServesNobodyButItsOwnIsp) {
  for (const ClientGroup& group : topology_.groups)
    for (SiteId site : steering_.sites_for(group.id)) EXPECT_TRUE(topology_.sites[site].kind == SiteKind::ixp || group.embedded == site);
}

TEST_F(SmallCountry, ATitleThatTheSiteLacksIsAContentMiss) {
  ContentSet less = everything_;
  less.erase(3);
  for (const Appliance& appliance : topology_.appliances_of(*topology_.groups[group_].embedded)) state_.report_contents(appliance.id, less);
  const SteeringList list = rank(3);
  EXPECT_EQ(list.top_site_excluded, Exclusion::content);
  EXPECT_EQ(topology_.sites[site_of(list, 0)].kind, SiteKind::ixp);
  EXPECT_EQ(classify(list, site_of(list, 0)), ByteClass::content_miss);
  EXPECT_EQ(rank(2).top_site_excluded, Exclusion::none);
}

TEST_F(SmallCountry, AHotSiteComesLastAndASaturatedOneNotAtAll) {
  const SiteId own = *topology_.groups[group_].embedded;
  for (const Site& site : topology_.sites)
    if (site.kind == SiteKind::ixp && site.country != "Netherlands") load(site.id, 1.2);
  const SiteId exchange = steering_.sites_for(group_)[1];
  for (const Appliance& appliance : topology_.appliances_of(exchange))
    if (appliance.id >= topology_.sites[exchange].first_appliance + 4) state_.report_health(appliance.id, at(0s), {.healthy = false});
  load(own, 0.95);
  const SteeringList hot = rank();
  EXPECT_EQ(hot.top_site_excluded, Exclusion::health);
  EXPECT_EQ(hot.size, 10);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(site_of(hot, i), exchange);
  for (int i = 4; i < 10; ++i) EXPECT_EQ(site_of(hot, i), own);
  load(own, 1.0);
  const SteeringList saturated = rank();
  EXPECT_EQ(saturated.size, 4);
  EXPECT_EQ(classify(saturated, exchange), ByteClass::health_miss);
}

TEST_F(SmallCountry, AnApplianceThatMissedThreeReportsIsNotOffered) {
  EXPECT_EQ(rank(0, at(180s)).size, 10);
  EXPECT_EQ(rank(0, at(181s)).size, 0);
  load(*topology_.groups[group_].embedded, 0.1, at(180s));
  const SteeringList list = rank(0, at(181s));
  EXPECT_EQ(site_of(list, 0), list.top_site);
}

TEST_F(SmallCountry, ABoxThatDoesNotHearThePrefixIsLeftOut) {
  const Site& own = topology_.sites[*topology_.groups[group_].embedded];
  state_.report_routes(own.first_appliance, {});
  for (int i = 0; i < 50; ++i) {
    const SteeringList list = rank();
    for (OcaId oca : list.ranked()) EXPECT_NE(oca, own.first_appliance);
  }
}

TEST_F(SmallCountry, AGroupThatNobodyHearsGetsAnEmptyList) {
  for (const Appliance& appliance : topology_.appliances) state_.report_routes(appliance.id, {});
  const SteeringList list = rank();
  EXPECT_EQ(list.size, 0);
  EXPECT_EQ(list.top_site, SteeringList::no_site);
  EXPECT_EQ(list.top_site_excluded, Exclusion::other);
}

TEST_F(SmallCountry, WithinASiteLoadFallsWhereThereIsRoom) {
  const Site& own = topology_.sites[*topology_.groups[group_].embedded];
  load(own.id, 0.8);
  const OcaId idle = own.first_appliance + own.appliances - 1;
  state_.report_health(idle, at(0s), {.utilisation = 0_pct});
  int led = 0;
  for (int i = 0; i < 1000; ++i) led += rank().ocas[0] == idle;
  // Weight of network * (1 - utilisation)^2: 36 for the idle one, 36 * 0.04 or 96 * 0.04 for the others.
  double others = 0;
  for (const Appliance& appliance : topology_.appliances_of(own.id))
    if (appliance.id != idle) others += appliance.network.value() / 1e9 * 0.04;
  EXPECT_NEAR(led / 1000.0, 36 / (36 + others), 0.05);
}

TEST_F(SmallCountry, TheLogsJoinToTheMissReport) {
  ContentSet less = everything_;
  less.erase(3);
  const SiteId own = *topology_.groups[group_].embedded;
  for (const Appliance& appliance : topology_.appliances_of(own)) state_.report_contents(appliance.id, less);
  const SteeringList with = rank(0), without = rank(3);
  const std::vector<ManifestRow> manifests = {{at(5s), 1, group_, 3, without}, {at(1s), 1, group_, 0, with}, {at(1s), 2, group_, 0, with}};
  const std::vector<ServerRow> served = {{at(2s), 1, with.ocas[0], 60_MB},
                                         {at(6s), 1, without.ocas[0], 30_MB},
                                         {at(3s), 2, with.ocas[9], 9_MB},
                                         {at(3s), 7, with.ocas[0], 1_MB}};
  const MissTally tally = classify_misses(manifests, served, topology_);
  EXPECT_EQ(tally.total(), 100_MB);
  EXPECT_EQ(tally.bytes(ByteClass::top_site), 60_MB);
  EXPECT_EQ(tally.bytes(ByteClass::content_miss), 30_MB);
  EXPECT_EQ(tally.bytes(ByteClass::health_miss), 0_MB);
  EXPECT_EQ(tally.bytes(ByteClass::other_miss), 10_MB);
}

TEST(Topology, AnUnknownCountryIsAnErrorThatNamesNearOnes) {
  EXPECT_NE(refusal_of<std::invalid_argument>([] { build_topology("netherland"); }).find("did you mean Netherlands?"), std::string::npos);
  EXPECT_THROW(build_topology(""), std::invalid_argument);
}

TEST_F(SmallCountry, FillTakesFromPeersThenTiersThenTheOrigin) {
  const FillSpec config;
  for (const Appliance& appliance : topology_.appliances) {
    ContentSet fresh = everything_;
    if (appliance.site != *topology_.groups[group_].embedded) fresh.insert(42);
    state_.report_contents(appliance.id, fresh);
  }
  const Site& own = topology_.sites[*topology_.groups[group_].embedded];
  const OcaId oca = own.first_appliance;
  EXPECT_TRUE(rank_sources(config, state_, oca, 42, 29min, at(1s)).empty());
  const auto tier = rank_sources(config, state_, oca, 42, 30min, at(1s));
  ASSERT_FALSE(tier.empty());
  EXPECT_EQ(tier.front().tier, FillTier::tier);
  EXPECT_TRUE(std::is_sorted(tier.begin(), tier.end(), [](auto& a, auto& b) { return a.distance < b.distance; }));
  EXPECT_EQ(rank_sources(config, state_, oca, 42, 6h, at(1s)).back().tier, FillTier::origin);
  EXPECT_EQ(rank_sources(config, state_, oca, 0, 0s, at(1s)).front().tier, FillTier::peer);
  // The first appliance of an exchange takes from the origin at once.
  const Site& exchange = topology_.sites[steering_.sites_for(group_)[1]];
  ASSERT_TRUE(is_fill_master(config, topology_, exchange.first_appliance));
  EXPECT_EQ(rank_sources(config, state_, exchange.first_appliance, 99, 0s, at(1s)), (std::vector<FillSource>{{.tier = FillTier::origin}}));
  EXPECT_TRUE(is_live(state_, 42, 2));
  EXPECT_FALSE(is_live(state_, 99, 1));
}

// A released title is asked for by all at once: one source for all of them would give each a fraction of a fill rate.
TEST(Fill, WhoAsksSpreadsOverTheAppliancesOfASite) {
  const Topology germany = build_topology("Germany");
  CacheControl state({}, germany);
  ContentSet fresh;
  fresh.insert(42);
  for (const Appliance& appliance : germany.appliances) {
    state.report_health(appliance.id, at(0s), {});
    if (germany.sites[appliance.site].kind == SiteKind::ixp) state.report_contents(appliance.id, fresh);
  }
  std::map<OcaId, int> asked;
  for (const Appliance& appliance : germany.appliances) {
    if (germany.sites[appliance.site].kind != SiteKind::isp) continue;
    const auto sources = rank_sources(FillSpec{}, state, appliance.id, 42, 30min, at(1s));
    ASSERT_FALSE(sources.empty());
    ++asked[sources.front().oca];
  }
  const auto most = std::max_element(asked.begin(), asked.end(), [](auto& a, auto& b) { return a.second < b.second; });
  EXPECT_GT(asked.size(), 20U);
  EXPECT_LT(most->second, 8) << "of one that serves everybody";
}

TEST(Fill, OpensAtTwoAndClosesAtTwo) {
  const FillSpec config;
  EXPECT_FALSE(window_open(config, 1h));
  EXPECT_TRUE(window_open(config, 2h));
  EXPECT_TRUE(window_open(config, 13h));
  EXPECT_FALSE(window_open(config, 14h));
  EXPECT_TRUE(window_open(config, 26h));
  EXPECT_EQ(until_window(config, 14h), 12h);
  EXPECT_EQ(until_window(config, 3h), 0s);
}

TEST(ContentSet, KnowsWhatIsMissing) {
  ContentSet wanted, held;
  for (ContentId content : {0u, 63u, 64u, 1000u}) wanted.insert(content);
  held.insert(63);
  held.insert(7);
  EXPECT_EQ(wanted.without(held), (std::vector<ContentId>{0, 64, 1000}));
  EXPECT_EQ(wanted.size(), 4u);
  wanted.erase(1000);
  EXPECT_FALSE(wanted.contains(1000));
  EXPECT_FALSE(wanted == held);
}

}  // namespace
}  // namespace streamtwin::openconnect
