// Names in DNS: who dies leaves them after its checks, and clients see that when resolvers and their own caches let them.
#include "models/registry/dns_names.hpp"

#include <gmock/gmock.h>

#include <set>

#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

using testing::ElementsAre;

class DnsNamesTest : public testing::Test {
 protected:
  static DnsNamesSpec spec() {
    DnsNamesSpec spec;  // 30 s between checks of 6 s, three in a row
    spec.ttl = 0s;
    spec.resolve_interval = 1s;
    spec.answer_max = 3;
    return spec;
  }
  /// Service 0 is called, by 1 alone.
  Member member(InstanceId id, AppId app) {
    Member made{.id = id, .app = app, .identity = id, .scope = &scope};
    made.refresh_balancers = [this, id](const RegistryView& view) {
      std::vector<InstanceId> ids;
      for (const ViewedInstance& up : view.up(0)) ids.push_back(up.id);
      known[id] = ids;
    };
    made.calls = [app](AppId called) { return app == 1 && called == 0; };
    made.answers = [this, id] { return !dead.contains(id); };
    return made;
  }
  void begin(InstanceId callees) {
    for (InstanceId id = 0; id < callees; ++id) names.join(member(id, 0), std::nullopt, true);
    names.join(member(9, 1), std::nullopt, true);
    names.start();
  }

  Simulation simulation{Seed{1}};
  DnsNames names{spec()};
  Scope scope;
  std::set<InstanceId> dead;
  std::map<InstanceId, std::vector<InstanceId>> known;
};

TEST_F(DnsNamesTest, WhoDiesIsNamedUntilThreeChecksInARowHaveTimedOut) {
  begin(3);
  EXPECT_THAT(known[9], ElementsAre(0, 1, 2));
  dead = {1};
  simulation.run_until(at(89s));
  EXPECT_THAT(known[9], ElementsAre(0, 1, 2));
  simulation.run_until(at(92s));
  EXPECT_THAT(known[9], ElementsAre(0, 2));
  dead = {};
  simulation.run_until(at(200s));
  EXPECT_THAT(known[9], ElementsAre(0, 1, 2)) << "it is back by the same checks";
}

TEST_F(DnsNamesTest, AllAreNamedWhenAllAreDead) {
  begin(2);
  dead = {0, 1};
  simulation.run_until(at(300s));
  EXPECT_THAT(known[9], ElementsAre(0, 1));
}

TEST_F(DnsNamesTest, AReplacementIsNamedWhenTheChangeHasPropagated) {
  begin(2);
  simulation.run_until(at(10s));
  names.join(member(5, 0), 1, false);
  simulation.run_until(at(69s));
  EXPECT_THAT(known[9], ElementsAre(0, 1));
  simulation.run_until(at(72s));
  EXPECT_THAT(known[9], ElementsAre(0, 5));
}

TEST_F(DnsNamesTest, WithoutAnswersClientsKeepTheAddressesThatTheyHave) {
  begin(2);
  names.begin(DnsTrouble::missing);
  dead = {1};
  simulation.run_until(at(200s));
  EXPECT_THAT(known[9], ElementsAre(0, 1));
  names.join(member(8, 1), std::nullopt, false);
  simulation.run_until(at(300s));
  EXPECT_FALSE(known.contains(8)) << "who is new has none";
  names.end(DnsTrouble::missing);
  simulation.run_until(at(302s));
  EXPECT_THAT(known[9], ElementsAre(0));
}

TEST_F(DnsNamesTest, StaleAnswersAreThoseOfBefore) {
  begin(2);
  names.begin(DnsTrouble::stale);
  names.begin(DnsTrouble::stale);
  names.join(member(5, 0), 1, false);
  simulation.run_until(at(100s));
  EXPECT_THAT(known[9], ElementsAre(0, 1));
  names.end(DnsTrouble::stale);
  simulation.run_until(at(110s));
  EXPECT_THAT(known[9], ElementsAre(0, 1)) << "one more holds";
  names.end(DnsTrouble::stale);
  simulation.run_until(at(112s));
  EXPECT_THAT(known[9], ElementsAre(0, 5));
}

TEST_F(DnsNamesTest, WrongAnswersNameNobody) {
  begin(2);
  names.begin(DnsTrouble::wrong);
  simulation.run_until(at(2s));
  EXPECT_EQ(known[9].size(), 2u);
  EXPECT_THAT(known[9], testing::Each(testing::Gt(1000u)));
  names.end(DnsTrouble::wrong);
  simulation.run_until(at(4s));
  EXPECT_THAT(known[9], ElementsAre(0, 1));
}

TEST_F(DnsNamesTest, OfManyRecordsAnAnswerHasSomeAndOthersEachTime) {
  begin(8);
  std::set<std::vector<InstanceId>> answers;
  for (int second = 1; second <= 20; ++second) {
    simulation.run_until(at(Duration{second}));
    EXPECT_EQ(known[9].size(), 3u);
    answers.insert(known[9]);
  }
  EXPECT_GT(answers.size(), 10u);
}

}  // namespace
}  // namespace streamtwin::registry
