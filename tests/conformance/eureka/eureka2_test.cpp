// Eureka 2 by the cases of its own tests and rules (Netflix/eureka, branch 2.x-archive): sources, streams, markers, quota, heartbeats.
#include <gmock/gmock.h>

#include "models/registry/eureka2/eviction_queue.hpp"
#include "models/registry/eureka2/heartbeat.hpp"
#include "models/registry/eureka2/index.hpp"
#include "models/registry/eureka2/subscribed_lists.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::eureka2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = NotificationKind;

constexpr Source local{}, replicated{.origin = Source::Origin::replicated, .name = 1, .generation = 1},
    other{.origin = Source::Origin::replicated, .name = 2, .generation = 2};

Instance instance_of(InstanceId id, AppId app, InstanceStatus status = InstanceStatus::up) {
  return {.id = id, .app = app, .vip = 10 + app, .secure_vip = 20 + app, .status = status};
}
Notification note(Kind kind, const Instance& instance = {}) { return {kind, instance}; }

TEST(Eureka2Sources, TheFirstCopyIsToldOfAndOthersAreKept) {
  SourcedRegistry registry;
  EXPECT_THAT(registry.put(replicated, instance_of(1, 0)), ElementsAre(note(Kind::add, instance_of(1, 0))));
  EXPECT_THAT(registry.put(other, instance_of(1, 0, InstanceStatus::down)), IsEmpty());
  EXPECT_EQ(registry.find(1)->status, InstanceStatus::up);
  EXPECT_THAT(registry.put(replicated, instance_of(1, 0)), IsEmpty()) << "nothing differs";
  const Instance out = instance_of(1, 0, InstanceStatus::out_of_service);
  EXPECT_THAT(registry.put(replicated, out), ElementsAre(note(Kind::modify, out)));
  EXPECT_EQ(registry.size(), 1u);
}

TEST(Eureka2Sources, WhatIsRegisteredHereReplacesWhatPeersTell) {
  SourcedRegistry registry;
  registry.put(replicated, instance_of(1, 0, InstanceStatus::down));
  EXPECT_THAT(registry.put(local, instance_of(1, 0)), ElementsAre(note(Kind::add, instance_of(1, 0))));
  EXPECT_THAT(registry.put(other, instance_of(1, 0, InstanceStatus::starting)), IsEmpty());
  EXPECT_EQ(registry.find(1)->status, InstanceStatus::up);
}

TEST(Eureka2Sources, TheOldestOtherIsPromoted) {
  SourcedRegistry registry;
  for (const Source& source : {replicated, other, local}) registry.put(source, instance_of(1, source.name));
  EXPECT_THAT(registry.remove(local, 1), ElementsAre(note(Kind::remove, instance_of(1, 0)), note(Kind::add, instance_of(1, 1))))
      << "of its own to a peer's: gone, and there again";
  EXPECT_THAT(registry.remove(replicated, 1), ElementsAre(note(Kind::modify, instance_of(1, 2))));
  EXPECT_THAT(registry.remove(replicated, 1), IsEmpty());
  EXPECT_THAT(registry.remove(other, 1), ElementsAre(note(Kind::remove, instance_of(1, 2))));
  EXPECT_EQ(registry.find(1), nullptr);
}

TEST(Eureka2Sources, WhatAnEarlierChannelToldGoesWhenALaterOneHasToldAll) {
  SourcedRegistry registry;
  const Source later{.origin = Source::Origin::replicated, .name = 1, .generation = 5};
  for (const InstanceId id : {1u, 2u}) registry.put(replicated, instance_of(id, 0));
  registry.put(other, instance_of(3, 0));
  registry.put(later, instance_of(2, 0));
  EXPECT_THAT(registry.remove_older(later), ElementsAre(note(Kind::remove, instance_of(1, 0))));
  EXPECT_EQ(registry.size(), 2u);
}

TEST(Eureka2Sources, PeersAreToldOfWhatIsRegisteredHereAlone) {
  SourcedRegistry registry;
  EXPECT_THAT(for_peers(replicated, registry.put(replicated, instance_of(1, 0))), IsEmpty()) << "one hop";
  EXPECT_EQ(for_peers(local, registry.put(local, instance_of(1, 0))).size(), 1u);
  EXPECT_THAT(registry.locals(), ElementsAre(note(Kind::add, instance_of(1, 0))));
  EXPECT_THAT(for_peers(local, registry.remove(local, 1)), ElementsAre(note(Kind::remove, instance_of(1, 0))));
  EXPECT_THAT(registry.locals(), IsEmpty());
}

TEST(Eureka2Markers, ABufferBeginsWithTheFirstAndEndsWithTheLast) {
  Markers markers;
  EXPECT_EQ(markers.start(1), Kind::buffer_start);
  EXPECT_EQ(markers.start(2), std::nullopt);
  EXPECT_EQ(markers.end(1), std::nullopt);
  EXPECT_EQ(markers.end(2), Kind::buffer_end);
  EXPECT_EQ(markers.end(3), Kind::buffer_end) << "one that has not begun";
}

TEST(Eureka2Markers, AClientSeesWhenItHasAll) {
  EXPECT_EQ(shown_to_user(Kind::buffer_start), std::nullopt);
  EXPECT_EQ(shown_to_user(Kind::buffer_end), Kind::sentinel);
  EXPECT_EQ(shown_to_user(Kind::add), Kind::add);
}

class Eureka2Index : public testing::Test {
 protected:
  void put(const Instance& instance) { tell(registry.put(local, instance)); }
  void remove(InstanceId id) { tell(registry.remove(local, id)); }
  void tell(const Notifications& changes) {
    for (const Notification& change : changes) index.changed(change, [this](Stream&) { ++told; });
  }
  SourcedRegistry registry;
  Index index{registry};
  Stream stream;
  int told = 0;
};

TEST_F(Eureka2Index, WhoSubscribesIsToldWhatThereIsAndThenWhatChanges) {
  put(instance_of(1, 0));
  put(instance_of(2, 1));
  index.subscribe(stream, Interests({{Interest::Kind::application, 0}}));
  put(instance_of(3, 0));
  EXPECT_THAT(stream.take(), ElementsAre(note(Kind::buffer_start), note(Kind::add, instance_of(1, 0)))) << "what changes is held back";
  stream.drained();
  EXPECT_THAT(stream.take(), ElementsAre(note(Kind::buffer_end), note(Kind::add, instance_of(3, 0))));
  remove(1);
  put(instance_of(4, 1));
  EXPECT_THAT(stream.take(), ElementsAre(note(Kind::remove, instance_of(1, 0)))) << "at once, and of nothing else";
}

TEST_F(Eureka2Index, SeveralInterestsAreOneBuffer) {
  put(instance_of(1, 0));
  index.subscribe(stream, Interests({{Interest::Kind::vip, 10}, {Interest::Kind::secure_vip, 20}, {Interest::Kind::instance, 1}}));
  stream.drained();
  const Notification it = note(Kind::add, instance_of(1, 0));
  EXPECT_THAT(stream.take(), ElementsAre(note(Kind::buffer_start), it, it, it, note(Kind::buffer_end))) << "which may repeat itself";
}

TEST_F(Eureka2Index, AnotherInterestIsToldOfAndADroppedOneNoMore) {
  for (const AppId app : {0u, 1u}) put(instance_of(app, app));
  index.subscribe(stream, Interests({{Interest::Kind::application, 0}}));
  stream.drained();
  stream.take();
  index.subscribe(stream, Interests({{Interest::Kind::application, 1}}));
  stream.drained();
  EXPECT_THAT(stream.take(), ElementsAre(note(Kind::buffer_start), note(Kind::add, instance_of(1, 1)), note(Kind::buffer_end)))
      << "and not that the others are gone";
  remove(0);
  EXPECT_TRUE(stream.empty());
  index.unsubscribe(stream);
  remove(1);
  EXPECT_EQ(told, 0);
}

TEST_F(Eureka2Index, MatchesWhatAnInstanceIsNow) {
  put(instance_of(1, 0));
  index.subscribe(stream, Interests({{Interest::Kind::application, 0}}));
  stream.drained();
  stream.take();
  put(instance_of(1, 5));
  EXPECT_TRUE(stream.empty()) << "who knows it by its old name hears nothing";
}

TEST_F(Eureka2Index, NobodyHearsWhoIsInterestedInNothing) {
  index.subscribe(stream, {});
  put(instance_of(1, 0));
  EXPECT_TRUE(stream.empty());
  Stream whole;
  index.subscribe(whole, Interests({Interest{}}));
  whole.drained();
  EXPECT_EQ(whole.take().size(), 3u);
  index.unsubscribe(whole);
}

TEST_F(Eureka2Index, ASourceThatIsReadAnewKeepsTheBufferOpen) {
  stream.begin_buffer(0);
  index.subscribe(stream, Interests({{Interest::Kind::application, 0}}));
  stream.drained();
  put(instance_of(1, 0));
  EXPECT_THAT(stream.take(), ElementsAre(note(Kind::buffer_start), note(Kind::add, instance_of(1, 0))));
  stream.end_buffer(0);
  EXPECT_THAT(stream.take(), ElementsAre(note(Kind::buffer_end)));
}

/// Whom a registry of that size gives up at once if all fail.
int evicted_of(std::size_t size) {
  EvictionQueue<int> queue(Fraction{0.2});
  for (std::size_t i = 0; i < size; ++i) queue.add(0, size);
  int evicted = 0;
  for (; queue.next(size); --size) ++evicted;
  return evicted;
}

TEST(Eureka2Eviction, GivesUpAFifth) {
  const std::vector<std::pair<std::size_t, int>> of{{1, 0}, {4, 0}, {5, 1}, {10, 2}, {21, 4}, {100, 20}};
  for (const auto& [size, evicted] : of) EXPECT_EQ(evicted_of(size), evicted) << size;
}

TEST(Eureka2Eviction, WhoRegistersMakesRoom) {
  EvictionQueue<int> queue(Fraction{0.2});
  for (int i = 0; i < 3; ++i) queue.add(i, 10);
  EXPECT_EQ(queue.next(10), 0);
  EXPECT_EQ(queue.next(9), 1);
  EXPECT_EQ(queue.next(8), std::nullopt);
  EXPECT_EQ(queue.next(9), 2) << "one more has registered";
  EXPECT_EQ(queue.next(8), std::nullopt);
  queue.add(3, 8);
  EXPECT_EQ(queue.next(8), 3) << "the size is taken anew when nobody waits";
}

TEST(Eureka2Eviction, OrNobodyAtAll) {
  EvictionQueue<int> queue(Fraction{0});
  queue.add(0, 10);
  EXPECT_EQ(queue.next(10), std::nullopt);
}

TEST(Eureka2Heartbeat, WhoHasOpenedAChannelGivesUpAfterMoreThanNinetySeconds) {
  ClientHeartbeat heartbeat(90s);
  EXPECT_TRUE(heartbeat.tick(s(30)));
  EXPECT_TRUE(heartbeat.tick(s(120))) << "the first tick counts";
  heartbeat.answered(s(121));
  EXPECT_TRUE(heartbeat.tick(s(211)));
  EXPECT_FALSE(heartbeat.tick(s(241)));
}

TEST(Eureka2Heartbeat, AServerGivesUpAfterNinetyToAHundredAndEightySeconds) {
  const auto noticed = [](double last) {
    ServerHeartbeat heartbeat(90s, s(0));
    heartbeat.heard(s(last));
    double now = 90;
    while (heartbeat.look(s(now))) now += 90;
    return now - last;
  };
  EXPECT_EQ(noticed(1), 179);
  EXPECT_EQ(noticed(89), 91);
  EXPECT_EQ(noticed(90), 90) << "90 s ago is silence";
}

TEST(Eureka2Lists, ShowWhoTakesTraffic) {
  SubscribedLists lists;
  EXPECT_TRUE(lists.take({note(Kind::add, instance_of(2, 0)), note(Kind::add, instance_of(1, 0)),
                          note(Kind::add, instance_of(3, 0, InstanceStatus::starting))}));
  EXPECT_EQ(lists.view().up(0).size(), 2u);
  EXPECT_FALSE(lists.take({note(Kind::add, instance_of(2, 0))})) << "told twice";
  EXPECT_TRUE(lists.take({note(Kind::modify, instance_of(1, 0, InstanceStatus::out_of_service))}));
  EXPECT_EQ(lists.view().up(0).front().id, 2u);
}

TEST(Eureka2Lists, AreKeptUntilAnotherServerHasToldAll) {
  SubscribedLists lists;
  lists.take({note(Kind::add, instance_of(1, 0)), note(Kind::add, instance_of(2, 1))});
  lists.begin_anew();
  EXPECT_FALSE(lists.take({note(Kind::buffer_start), note(Kind::add, instance_of(5, 0))}));
  EXPECT_EQ(lists.view().up(0).front().id, 1u);
  EXPECT_TRUE(lists.take({note(Kind::buffer_end)}));
  EXPECT_EQ(lists.view().up(0).front().id, 5u);
  EXPECT_TRUE(lists.view().up(1).empty()) << "of whom it has not told is no more";
}

}  // namespace
}  // namespace streamtwin::eureka2
