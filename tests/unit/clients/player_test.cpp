// The player's buffer, the choice of servers and probing, on sequences reckoned by hand.
#include <gtest/gtest.h>

#include "models/clients/player.hpp"
#include "models/clients/player_servers.hpp"
#include "models/clients/probing.hpp"

namespace streamtwin::clients {
namespace {

using namespace literals;

const PlayerModel model(PlayerSpec{}, 4s, 10, 20s);

TEST(Player, StartsWhenTwoChunksAreBuffered) {
  Player player(at(0s));
  EXPECT_FALSE(player.chunk_arrived(model, at(1s), 1_Mbps));
  EXPECT_EQ(player.phase(model, at(1s)), PlayerPhase::starting);
  EXPECT_TRUE(player.chunk_arrived(model, at(2s), 1_Mbps));
  EXPECT_EQ(player.buffer(at(2s)), 8s);
  EXPECT_EQ(player.buffer(at(5s)), 5s);
  EXPECT_EQ(player.runs_dry(), at(10s));
}

TEST(Player, CountsAStallFromTheMomentTheBufferIsEmpty) {
  Player player(at(0s));
  player.chunk_arrived(model, at(1s), 1_Mbps);
  player.chunk_arrived(model, at(2s), 1_Mbps);
  EXPECT_EQ(player.phase(model, at(11s)), PlayerPhase::stalled);
  EXPECT_FALSE(player.chunk_arrived(model, at(13s), 2_Mbps));  // a resumption, not a start
  EXPECT_EQ(player.rebuffers(), 1u);
  EXPECT_EQ(player.rebuffered(), 3s);
  EXPECT_EQ(player.buffer(at(13s)), 4s);
  EXPECT_NEAR(player.mean_bitrate().value(), 4e6 / 3, 1e-6);
}

TEST(Player, AStallSettledInPartsCountsOnce) {
  Player player = Player::playing(at(0s), 3, 2s);
  player.settle(model, at(4s));
  player.settle(model, at(5s));
  EXPECT_EQ(player.rebuffers(), 1u);
  EXPECT_EQ(player.rebuffered(), 3s);
}

TEST(Player, WaitsForRoomInsteadOfOverfilling) {
  const Player player = Player::playing(at(0s), 3, 18s);
  EXPECT_EQ(player.wait_for_room(model, at(0s)), 2s);
  EXPECT_EQ(player.wait_for_room(model, at(1s)), 1s);
  EXPECT_EQ(player.wait_for_room(model, at(3s)), 0s);
}

TEST(Player, TheEndOfTheTitleIsNoStall) {
  Player player = Player::playing(at(0s), 9, 2s);
  player.chunk_arrived(model, at(1s), 1_Mbps);
  EXPECT_TRUE(player.downloaded_all(model));
  EXPECT_EQ(player.phase(model, at(7s)), PlayerPhase::finished);
  player.settle(model, at(60s));
  EXPECT_EQ(player.rebuffers(), 0u);
  EXPECT_EQ(player.played(model), 6s);
}

TEST(Player, ATitleShorterThanTheThresholdStillStarts) {
  const PlayerModel trailer(PlayerSpec{.start_chunks = 5}, 4s, 2, 240s);
  Player player(at(0s));
  EXPECT_FALSE(player.chunk_arrived(trailer, at(1s), 1_Mbps));
  EXPECT_TRUE(player.chunk_arrived(trailer, at(2s), 1_Mbps));
}

const std::uint32_t three[] = {70, 80, 90};
const ServerSwitchSpec switching;

TEST(ServerList, KeepsTheFirstTen) {
  const std::vector<std::uint32_t> many(25, 7);
  EXPECT_EQ(ServerList(many, never).size(), 10u);
  EXPECT_EQ(ServerList({}, never).before_request(at(0s)), ServerAdvice::steer_again);
}

TEST(ServerList, AFailedServerIsHeldBackFor300SecondsAndKeepsItsRank) {
  ServerList list(three, never);
  EXPECT_EQ(list.failed(switching, at(0s)), ServerAdvice::next);
  EXPECT_EQ(list.current(), 80u);
  EXPECT_TRUE(list.held(0, at(299s)));
  EXPECT_FALSE(list.held(0, at(300s)));
  EXPECT_EQ(list.failed(switching, at(10s)), ServerAdvice::next);
  EXPECT_EQ(list.current(), 90u);  // not the first, which is dead still
  EXPECT_EQ(list.failed(switching, at(301s)), ServerAdvice::next);
  EXPECT_EQ(list.current(), 70u);  // first again, where it was before
}

TEST(ServerList, AServerThatHasServedIsTriedOnceMore) {
  ServerList list(three, never);
  list.use(0);
  EXPECT_TRUE(list.connected());
  EXPECT_EQ(list.failed(switching, at(5s)), ServerAdvice::again);
  EXPECT_FALSE(list.connected());
  EXPECT_EQ(list.current(), 70u);
  EXPECT_EQ(list.failed(switching, at(9s)), ServerAdvice::next);
  EXPECT_EQ(list.current(), 80u);
  EXPECT_FALSE(list.connected());
  EXPECT_EQ(list.failed(switching, at(12s)), ServerAdvice::next) << "no second try at one that never served";
}

TEST(ServerList, AChunkRenewsTheFurtherTries) {
  ServerList list(three, never);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(list.chunk_arrived(switching, at(0s), 1_Mbps, 235_kbps, false), ServerAdvice::stay);
    EXPECT_EQ(list.failed(switching, at(0s)), ServerAdvice::again);
  }
}

TEST(ServerList, AFullServerIsHeldBackAtOnce) {
  ServerList list(three, never);
  list.use(0);
  EXPECT_EQ(list.refused(switching, at(0s)), ServerAdvice::next);
  EXPECT_TRUE(list.held(0, at(1s)));
}

TEST(ServerList, ANewListDoesNotForgetWhoFailed) {
  ServerList list(three, never);
  list.failed(switching, at(0s));
  const std::uint32_t others[] = {80, 60, 70};
  list.renew(others, never);
  EXPECT_FALSE(list.held(0, at(1s)));
  EXPECT_TRUE(list.held(2, at(1s)));
  list.forget_holds();
  EXPECT_FALSE(list.held(2, at(1s)));
}

TEST(ServerList, HoldsOfMoreThanTwoListsReplaceTheOldest) {
  ServerList list({}, never);
  for (std::uint32_t server = 0; server < 25; ++server) {
    list.renew(std::span(&server, 1), never);
    list.hold_back(0, switching, at(seconds(server)));
  }
  const auto held = [&](std::uint32_t server) {
    list.renew(std::span(&server, 1), never);
    return list.held(0, at(30s));
  };
  EXPECT_TRUE(held(24));
  EXPECT_TRUE(held(5));
  EXPECT_FALSE(held(4));
}

TEST(ServerList, TwoSlowChunksInARowMoveOn) {
  ServerList list(three, never);
  const auto arrives = [&](BitRate rate) { return list.chunk_arrived(switching, at(0s), rate, 235_kbps, false); };
  EXPECT_EQ(arrives(100_kbps), ServerAdvice::stay);
  EXPECT_EQ(arrives(300_kbps), ServerAdvice::stay);
  EXPECT_EQ(arrives(100_kbps), ServerAdvice::stay);
  EXPECT_EQ(arrives(100_kbps), ServerAdvice::next);
  EXPECT_EQ(list.current(), 80u);
  EXPECT_FALSE(list.held(0, at(0s))) << "slow is not dead";
}

TEST(ServerList, MovesAwayFromSlowServersAreHalfAMinuteApartAndGoRound) {
  ServerList list(three, never);
  const auto stalls = [&](Duration time) { return list.chunk_arrived(switching, at(time), 1_Mbps, 235_kbps, true); };
  EXPECT_EQ(stalls(0s), ServerAdvice::next);
  EXPECT_EQ(stalls(29s), ServerAdvice::stay);
  EXPECT_EQ(stalls(30s), ServerAdvice::next);
  EXPECT_EQ(list.current(), 90u);
  EXPECT_EQ(stalls(60s), ServerAdvice::next);
  EXPECT_EQ(list.current(), 70u);
  list.hold_back(1, switching, at(60s));
  list.hold_back(2, switching, at(60s));
  EXPECT_EQ(stalls(90s), ServerAdvice::stay) << "nowhere else to go";
}

TEST(ServerList, AStallAheadMovesOnAtOnce) {
  ServerList list(three, never);
  EXPECT_EQ(list.chunk_arrived(switching, at(0s), 1_Mbps, 235_kbps, true), ServerAdvice::next);
}

TEST(ServerList, AListUsedUpOrExpiredAsksSteeringAgain) {
  ServerList list(three, at(100s));
  EXPECT_EQ(list.before_request(at(99s)), ServerAdvice::stay);
  EXPECT_EQ(list.before_request(at(100s)), ServerAdvice::steer_again);
  EXPECT_EQ(list.failed(switching, at(1s)), ServerAdvice::next);
  EXPECT_EQ(list.failed(switching, at(1s)), ServerAdvice::next);
  EXPECT_EQ(list.failed(switching, at(1s)), ServerAdvice::steer_again);
}

TEST(Probing, TakesTheFastestAmongThoseThatAnswered) {
  const ProbingSpec config{.margin = 0_pct};
  const Probe probes[] = {{.rank = 0, .answered = false},
                          {.rank = 1, .answered = true, .latency = 50ms, .throughput = 4_Mbps},
                          {.rank = 2, .answered = true, .latency = 20ms, .throughput = 8_Mbps}};
  EXPECT_EQ(choose_probed(config, probes, 1_MB), 2u);
  EXPECT_EQ(choose_probed(config, std::span(probes, 1), 1_MB), std::nullopt);
}

TEST(Probing, PrefersTheHigherRankWhenItIsNearlyAsGood) {
  const ProbingSpec config{.margin = 25_pct};
  const Probe probes[] = {{.rank = 0, .answered = true, .latency = 30ms, .throughput = 8_Mbps},
                          {.rank = 1, .answered = true, .latency = 20ms, .throughput = 9_Mbps},
                          {.rank = 2, .answered = true, .latency = 20ms, .throughput = 20_Mbps}};
  EXPECT_EQ(choose_probed(config, std::span(probes, 2), 1_MB), 0u);
  EXPECT_EQ(choose_probed(config, probes, 1_MB), 2u);
}

}  // namespace
}  // namespace streamtwin::clients
