// An item that many write at once, each only where nobody else has, by coordinators that are slow, die and come back: it is one
// register all the same. Versions grow, so that their order is the one history there can be.
#include <gtest/gtest.h>

#include <set>

#include "models/stores/cassandra/node.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::stores {
namespace {

using cassandra::Consistency;
using cassandra::PaxosVariant;

struct Outcome {
  enum class Kind { saw, set, not_set, unknown } kind;
  Instant began, ended;
  Version expected = never_written;  ///< of who would have written
  Version version = never_written;   ///< that the item then had
};

class Register {
 public:
  Register(std::uint64_t seed, PaxosVariant variant, int nodes) : random_(seed, "register", "property"), nodes_(nodes) {
    services::ServiceSpec store = services::service_of(2ms, 4);
    store.cost.shape = rpc::CostShape::exponential;
    CassandraSpec spec{.replicas = nodes, .transactions = {.variant = variant}};
    if (random_.chance(0.5)) spec.message_delays = cassandra::MessageDelays::ymmr;
    store.store = spec;
    backend_.emplace(std::map<std::string, services::ServiceSpec>{{"store", store}}, Seed{seed}, services::MeshSpec{}, nodes);
    for (int client = 0; client < clients; ++client) scope_.spawn("a client", ask_again_and_again());
    scope_.spawn("crashes", crash());
    backend_->simulation.run_until(at(60s));
  }
  const std::vector<Outcome>& history() const { return history_; }

 private:
  static constexpr int clients = 4;
  static constexpr std::uint64_t key = 11;

  Task<> ask_again_and_again() {
    Version known = never_written;
    for (int i = 0; i < 25; ++i) {
      co_await delay(seconds(random_.uniform(0, 0.2)));
      const bool reads = random_.chance(0.4);
      Outcome outcome{Outcome::Kind::unknown, now(), {}, known};
      const std::optional<rpc::Reply> reply = co_await ask(reads ? Operation::read : Operation::compare_and_set, known);
      outcome.ended = now();
      if (reads && (!reply || !rpc::answered(reply->status))) continue;
      if (reply && rpc::answered(reply->status)) note(*reply, reads, outcome);
      if (outcome.kind != Outcome::Kind::unknown) known = outcome.version;
      history_.push_back(outcome);
    }
  }
  static void note(const rpc::Reply& reply, bool reads, Outcome& outcome) {
    if (reads) {
      outcome.kind = Outcome::Kind::saw;
      if (const Version* const found = reply.enclosed.get<Version>()) outcome.version = *found;
      return;
    }
    const Compared& compared = *reply.enclosed.get<Compared>();
    outcome.kind = compared.set ? Outcome::Kind::set : Outcome::Kind::not_set;
    outcome.version = compared.version;
  }
  Task<std::optional<rpc::Reply>> ask(Operation operation, Version expected) {
    rpc::Instance* const coordinator = backend_->mesh.service("store").slot(static_cast<ZoneIndex>(random_.below(nodes_)), 0);
    auto [promise, answer] = make_promise<rpc::Reply>();
    rpc::Envelope request;
    request.body = Request{.key = key, .version = expected, .bytes = 100, .operation = operation, .level = Consistency::serial};
    if (coordinator != nullptr) backend_->mesh.network.send(*coordinator, {}, request, std::move(promise));
    co_return co_await answer.within(3s);
  }
  // One at a time, so that most are there.
  Task<> crash() {
    for (;;) {
      co_await delay(seconds(random_.uniform(0, 1.5)));
      const auto zone = static_cast<ZoneIndex>(random_.below(nodes_));
      rpc::Instance& victim = *backend_->mesh.service("store").slot(zone, 0);
      Host& machine = victim.machine;
      backend_->mesh.lives.stop(victim);
      co_await delay(seconds(random_.uniform(0, 1)));
      backend_->mesh.lives.launch(backend_->mesh.service("store"), machine, zone, 0);
    }
  }

  Random random_;
  const int nodes_;
  std::vector<Outcome> history_;
  std::optional<services::Backend> backend_;
  Scope scope_;
};

/// What an answer says that the item was like when the request took effect.
Version before(const Outcome& outcome) { return outcome.kind == Outcome::Kind::set ? outcome.expected : outcome.version; }

void expect_one_history(const std::vector<Outcome>& history) {
  std::set<Version> seen{never_written}, set;
  std::size_t unknown = 0;
  for (const Outcome& outcome : history) {
    if (outcome.kind == Outcome::Kind::unknown) {
      ++unknown;
    } else {
      seen.insert(before(outcome));
    }
    EXPECT_TRUE(outcome.kind != Outcome::Kind::not_set || outcome.version != outcome.expected) << "it was as expected";
    EXPECT_TRUE(outcome.kind != Outcome::Kind::set || set.insert(outcome.version).second) << "two have the same version";
  }
  seen.insert(set.begin(), set.end());
  EXPECT_LE(seen.size() - 1 - set.size(), unknown) << "versions that nobody can have written";
  for (const Outcome& outcome : history) {
    if (outcome.kind != Outcome::Kind::set) continue;
    const auto next = seen.upper_bound(outcome.expected);
    EXPECT_EQ(*next, outcome.version) << "something came between what was expected and what was written";
  }
  for (const Outcome& first : history) {
    for (const Outcome& second : history) {
      const bool known = first.kind != Outcome::Kind::unknown && second.kind != Outcome::Kind::unknown;
      if (!known || second.began <= first.ended) continue;
      EXPECT_GE(before(second), first.version) << "the item went back in time";
    }
  }
}

class Transactions : public testing::TestWithParam<std::tuple<PaxosVariant, int>> {};

TEST_P(Transactions, AreLinearizable) {
  std::size_t set = 0, unknown = 0, ended = 0;
  for (std::uint64_t seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) {
    const auto [variant, nodes] = GetParam();
    const std::vector<Outcome> history = Register(seed, variant, nodes).history();
    SCOPED_TRACE(seed);
    expect_one_history(history);
    ended += history.size();
    for (const Outcome& outcome : history) {
      set += outcome.kind == Outcome::Kind::set;
      unknown += outcome.kind == Outcome::Kind::unknown;
    }
  }
  RecordProperty("set", static_cast<int>(set));
  RecordProperty("unknown", static_cast<int>(unknown));
  RecordProperty("ended", static_cast<int>(ended));
  EXPECT_GT(set, ended / 20) << "some get through";
  EXPECT_GT(unknown, 0u) << "and of some nobody knows";
}

INSTANTIATE_TEST_SUITE_P(Of, Transactions, testing::Combine(testing::Values(PaxosVariant::v1, PaxosVariant::v2), testing::Values(3, 5)),
                         [](const auto& of) {
                           return std::string(std::get<0>(of.param) == PaxosVariant::v1 ? "v1" : "v2") + "_" +
                                  std::to_string(std::get<1>(of.param));
                         });

}  // namespace
}  // namespace streamtwin::stores
