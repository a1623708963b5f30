// Probabilistically bounded staleness (Bailis et al., VLDB 2012): Cassandra's replicas, told to read from all and to take the first,
// without hints, repair, snitch or faults, with delays drawn from the published fits, are as fresh as a Monte Carlo of the paper's
// rule says. Beside it how Cassandra reads by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "models/stores/cassandra/node.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::stores {
namespace {

using cassandra::Consistency;
using cassandra::MessageDelays;

/// Six nodes in three zones on which nothing takes time but messages, of which three keep each item: it is written once, and read some
/// times later.
class Freshness {
 public:
  /// Who coordinates: a node that keeps the item, counted from the one that owns it, or one that does not.
  struct Coordinators {
    std::optional<int> write, read;
  };
  Freshness(CassandraSpec spec, Consistency read, Consistency write, std::vector<Duration> later, Coordinators coordinators = {})
      : read_(read), write_(write), later_(std::move(later)), coordinators_(coordinators), fresh_(later_.size(), 0) {
    spec.replicas = 3;
    services::ServiceSpec store = services::service_of(Duration{0}, 1000);
    store.instances_per_zone = 2;
    store.store = spec;
    backend_.emplace(std::map<std::string, services::ServiceSpec>{{"store", store}}, Seed{1}, services::MeshSpec{}, 3);
  }

  /// The share of reads that see what was written, by how long after its acknowledgement they begin.
  std::vector<double> of(int trials) {
    scope_.spawn("trials", begin(trials));
    backend_->simulation.run();
    std::vector<double> shares;
    for (const int fresh : fresh_) shares.push_back(static_cast<double>(fresh) / trials);
    return shares;
  }

 private:
  rpc::Instance& coordinator(std::uint64_t key, std::optional<int> keeper) {
    const Topology& topology = static_cast<Node&>(*backend_->mesh.stores().front()).topology();
    const std::span<const NodeIndex> keepers = topology.replicas(key);
    if (keeper) return *topology.instance(keepers[static_cast<std::size_t>(*keeper)]);
    NodeIndex other = 0;
    while (std::find(keepers.begin(), keepers.end(), other) != keepers.end()) ++other;
    return *topology.instance(other);
  }
  Task<rpc::Reply> send(Request what, std::optional<int> keeper) {
    rpc::Envelope request;
    request.body = what;
    auto [promise, future] = make_promise<rpc::Reply>();
    backend_->mesh.network.send(coordinator(what.key, keeper), {}, request, std::move(promise));
    co_return co_await std::move(future);
  }
  Task<> begin(int trials) {
    for (int trial = 0; trial < trials; ++trial) {
      scope_.spawn("a trial", write_and_read(static_cast<std::uint64_t>(trial)));
      co_await delay(10ms);
    }
  }
  Task<> write_and_read(std::uint64_t key) {
    const Request item{.key = key, .version = now(), .operation = Operation::write, .level = write_};
    co_await send(item, coordinators_.write);
    for (std::size_t i = 0; i < later_.size(); ++i) scope_.spawn("a read", read_after(item, i));
  }
  Task<> read_after(Request item, std::size_t which) {
    co_await delay(later_[which]);
    const Version written = item.version;
    item.operation = Operation::read;
    item.level = read_;
    const rpc::Reply reply = co_await send(item, coordinators_.read);
    const Version* const found = reply.enclosed.get<Version>();
    fresh_[which] += found != nullptr && *found == written;
  }

  const Consistency read_, write_;
  const std::vector<Duration> later_;
  const Coordinators coordinators_;
  std::vector<int> fresh_;
  std::optional<services::Backend> backend_;
  Scope scope_;
};

CassandraSpec of_the_paper(MessageDelays delays) {
  return {.speculative_retry = {.policy = cassandra::Speculation::none},
          .snitch = {.dynamic = false},
          .hints = {.enabled = false},
          .read_from = ReadFrom::all,
          .read_repair = ReadRepair::none,
          .message_delays = delays};
}

struct Row {
  const char* name;
  MessageDelays delays;
  int read, write;                ///< replicas that must answer
  std::array<double, 4> fresh;    ///< 0, 1, 5 and 10 ms after the acknowledgement
  std::optional<Duration> t99_9;  ///< when that is one in a thousand less than certain
  int trials;
};

Consistency level_of(int answers) { return answers == 1 ? Consistency::one : Consistency::quorum; }

class Pbs : public testing::TestWithParam<Row> {};

TEST_P(Pbs, AgreesWithTheMonteCarlo) {
  const Row& row = GetParam();
  std::vector<Duration> later{0ms, 1ms, 5ms, 10ms};
  if (row.t99_9) later.insert(later.end(), {*row.t99_9 * 0.9, *row.t99_9 * 1.1});
  const std::vector<double> fresh = Freshness(of_the_paper(row.delays), level_of(row.read), level_of(row.write), later).of(row.trials);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(fresh[i], row.fresh[i], 0.003) << in_milliseconds(later[i]) << " ms";
  if (!row.t99_9) return;
  EXPECT_LT(fresh[4], 0.999) << "a tenth before";
  EXPECT_GT(fresh[5], 0.999) << "a tenth after";
}

INSTANTIATE_TEST_SUITE_P(Of, Pbs,
                         testing::Values(Row{"ssd_1_1", MessageDelays::ssd, 1, 1, {.974, .995, 1, 1}, 1.95ms, 200'000},
                                         Row{"ssd_2_1", MessageDelays::ssd, 2, 1, {.999, 1, 1, 1}, {}, 100'000},
                                         Row{"disk_1_1", MessageDelays::disk, 1, 1, {.437, .583, .818, .926}, 52ms, 400'000},
                                         Row{"disk_1_2", MessageDelays::disk, 1, 2, {.713, .773, .894, .956}, 49ms, 400'000},
                                         Row{"disk_2_1", MessageDelays::disk, 2, 1, {.762, .869, .975, .996}, 14ms, 400'000},
                                         Row{"ymmr_1_1", MessageDelays::ymmr, 1, 1, {.887, .907, .933, .940}, 1470ms, 200'000},
                                         Row{"ymmr_2_1", MessageDelays::ymmr, 2, 1, {.990, .993, .996, .997}, 218ms, 1'000'000},
                                         Row{"ymmr_2_2", MessageDelays::ymmr, 2, 2, {1, 1, 1, 1}, {}, 100'000}),
                         [](const auto& row) { return std::string(row.param.name); });

// A coordinator that keeps the item has written it when it acknowledges at ONE, and reads its own copy: the others are not waited for.
// By way of the same one a read is always fresh, by way of another one only if the message with the write has come: the paper's rule,
// by which the first acknowledgement has itself travelled, says more.
TEST(TokenAwareReads, AreFreshByWayOfTheirWriterAndBehindTheMessageElsewhere) {
  constexpr int trials = 200'000;
  CassandraSpec closest = of_the_paper(MessageDelays::disk);
  closest.read_from = ReadFrom::closest;
  const std::vector<Duration> later{0ms, 5ms};
  const std::vector<double> same = Freshness(closest, Consistency::one, Consistency::one, later, {.write = 0, .read = 0}).of(trials);
  EXPECT_EQ(same[0], 1);
  const std::vector<double> other = Freshness(closest, Consistency::one, Consistency::one, later, {.write = 0, .read = 1}).of(trials);
  EXPECT_EQ(other[0], 0);
  const double has_come = .38 * (1 - std::pow(1.05 / 5, 1.51)) + .62 * (1 - std::exp(-.183 * 5));
  EXPECT_NEAR(other[1], has_come, 0.003);
  EXPECT_LT(other[1], .818) << "of the paper's rule";
}

// Two of three, twice, have one in common.
TEST(TokenAwareReads, AreAlwaysFreshByQuorums) {
  CassandraSpec closest = of_the_paper(MessageDelays::ymmr);
  closest.read_from = ReadFrom::closest;
  const std::vector<double> fresh =
      Freshness(closest, Consistency::local_quorum, Consistency::local_quorum, {0ms}, {.write = 0, .read = 1}).of(50'000);
  EXPECT_EQ(fresh[0], 1);
}

}  // namespace
}  // namespace streamtwin::stores
