// Static lists: a change of the fleet reaches a client when the list has been edited and the client has read it again.
#include "models/registry/static_lists.hpp"

#include <gmock/gmock.h>

#include "models/registry/eureka/client.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

using testing::ElementsAre;

class StaticListsTest : public testing::Test {
 protected:
  Member member(InstanceId id) {
    Member made{.id = id, .app = 0, .zone = 0, .identity = id, .scope = &scope, .refresh_balancers = {}};
    made.refresh_balancers = [this, id](const RegistryView& view) {
      std::vector<InstanceId> ids;
      for (const ViewedInstance& up : view.up(0)) ids.push_back(up.id);
      known[id] = ids;
    };
    return made;
  }

  Simulation simulation{Seed{1}};
  StaticLists lists{{.edit_delay = 60s, .reload_interval = 10s}};
  Scope scope;
  std::map<InstanceId, std::vector<InstanceId>> known;
};

TEST_F(StaticListsTest, ThoseThatWereThereBeforeKnowEachOtherFromTheBeginning) {
  lists.join(member(0), std::nullopt, true);
  lists.join(member(1), std::nullopt, true);
  lists.start();
  EXPECT_THAT(known[0], ElementsAre(0, 1));
  EXPECT_THAT(known[1], ElementsAre(0, 1));
}

TEST_F(StaticListsTest, WhoReplacesAnotherIsKnownOnceTheListIsEditedAndReadAgain) {
  lists.join(member(0), std::nullopt, true);
  lists.join(member(1), std::nullopt, true);
  lists.start();
  simulation.run_until(at(100s));
  lists.join(member(2), 1, false);
  simulation.run_until(at(159s));
  EXPECT_THAT(known[0], ElementsAre(0, 1)) << "the dead stay listed until then";
  EXPECT_THAT(known[2], ElementsAre(0, 1)) << "not even itself";
  simulation.run_until(at(171s));
  EXPECT_THAT(known[0], ElementsAre(0, 2));
  EXPECT_THAT(known[2], ElementsAre(0, 2));
}

TEST(ClientView, KeepsTheListsOfApplicationsThatHaveNotChanged) {
  using namespace eureka;
  const auto info = [](InstanceId id, AppId app, InstanceStatus status) {
    InstanceInfo made;
    made.id = id;
    made.app = app;
    made.status = status;
    return made;
  };
  Random random(1, "test", "view");
  ClientRegistry client;
  client.replace({info(1, 0, InstanceStatus::up), info(2, 0, InstanceStatus::down), info(3, 1, InstanceStatus::up)});
  const SharedView first = client.view(RegistryView{}, random);
  EXPECT_THAT(first->up(0), ElementsAre(ViewedInstance{1, 0}));
  EXPECT_THAT(first->up(1), ElementsAre(ViewedInstance{3, 0}));
  client.replace({info(1, 0, InstanceStatus::up), info(2, 0, InstanceStatus::up), info(3, 1, InstanceStatus::up)});
  const SharedView second = client.view(*first, random);
  EXPECT_EQ(second->up(0).size(), 2u);
  EXPECT_EQ(second->apps[1], first->apps[1]);
  client.replace({info(3, 1, InstanceStatus::up)});
  EXPECT_TRUE(client.view(*second, random)->up(0).empty());
}

}  // namespace
}  // namespace streamtwin::registry
