// What plug-ins are asked and given beside the original's own: a cheap question for each host, a number to keep arrays by, and as
// much about failures as the caller wants to know.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/fenzo/cluster.hpp"

namespace streamtwin::fenzo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Hosts of even numbers only; counts what it is asked.
class EvenNumber : public Constraint {
 public:
  std::string name() const override { return "EvenNumber"; }
  std::optional<std::string> failure(const TaskRequest&, const Host& host, const TaskTracker&) const override {
    ++explained;
    return host.number() % 2 == 0 ? std::nullopt : std::optional(host.name() + " is odd");
  }
  bool holds(const TaskRequest&, const Host& host, const TaskTracker&) const override {
    ++asked;
    return host.number() % 2 == 0;
  }

  mutable int asked = 0, explained = 0;
};

Task constrained(const std::string& id, const Resources& needs, const std::shared_ptr<const EvenNumber>& constraint) {
  TaskRequest task = request(id, needs);
  task.hard.push_back(constraint);
  return shared(std::move(task));
}

TEST(FenzoPlugIns, AConstraintIsAskedForATextOnlyToExplain) {
  const auto even = std::make_shared<const EvenNumber>();
  Scheduler scheduler({});
  const auto placed = scheduler.schedule(Instant{}, {constrained("t", amounts(1, 1), even)}, leases_of("h", 4, amounts(1, 1)));
  EXPECT_EQ(placed.assigned.size(), 1u);
  EXPECT_EQ(even->explained, 0);
  EXPECT_EQ(even->asked, 4);
  const auto refused = scheduler.schedule(Instant{}, {constrained("u", amounts(2, 1), even)}, {});
  ASSERT_THAT(refused.failures, SizeIs(1));
  const auto& causes = refused.failures[0].causes;
  ASSERT_THAT(causes, SizeIs(2));
  EXPECT_EQ(name_of(causes[0]), "constraint:EvenNumber");
  EXPECT_EQ(causes[0].reason, "h001 is odd") << "of the first of its hosts";
  EXPECT_EQ(causes[0].count, 2u);
  EXPECT_EQ(even->explained, 1);
}

TEST(FenzoPlugIns, AHostKeepsItsNumberUntilItIsPurgedAndNumbersStayDense) {
  Scheduler scheduler({});
  scheduler.schedule(Instant{}, std::vector<Task>{}, leases_of("h", 3, amounts(1, 1)));
  const auto number = [&](const std::string& name) { return scheduler.fleet().find(name)->number(); };
  EXPECT_EQ((std::set<HostNumber>{number("h000"), number("h001"), number("h002")}), (std::set<HostNumber>{0, 1, 2}));
  const HostNumber first = number("h000"), last = number("h002");
  scheduler.fleet().expire_leases_of("h000");
  scheduler.schedule(at(61s), std::vector<Task>{}, leases_of("new", 1, amounts(1, 1)));
  EXPECT_EQ(scheduler.fleet().find("h000"), nullptr) << "purged after a minute";
  EXPECT_EQ(number("new000"), 3u) << "the old host was there still";
  scheduler.schedule(at(62s), std::vector<Task>{}, leases_of("newer", 1, amounts(1, 1)));
  EXPECT_EQ(number("newer000"), first);
  EXPECT_EQ(number("h002"), last);
  EXPECT_EQ(scheduler.fleet().numbers(), 4u);
}

/// The higher the host's number, the better.
class LastHost : public SetEvaluator {
 public:
  double idle(const TaskRequest&, std::uint32_t host, int, int, int) const override { return 0.1 + 0.01 * host; }
  double used(const TaskRequest&, std::uint32_t, int, int, int, int) const override { return 0.9; }
};

TEST(FenzoPlugIns, HostsWhosePlacesAreRatedAreNotTakenToBeAlike) {
  const LastHost last;
  auto leases = leases_of("h", 20, amounts(4, 4000));
  for (Lease& lease : leases) lease.sets.push_back({"ENIs", 2, 4, &last});
  TaskRequest task = request("t", amounts(1, 1));
  task.sets.push_back({"ENIs", "sg", 1});
  Scheduler scheduler({});
  EXPECT_EQ(host_of(scheduler.schedule(Instant{}, {shared(task)}, leases), "t"), "h019");
}

IterationResult failing(FailureDetail detail) {
  Scheduler scheduler({.failures = detail});
  const auto leases = joined(leases_of("a", 1, amounts(4, 100)), leases_of("b", 2, amounts(1, 4000)));
  return scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(2, 1000)), leases);
}

TEST(FenzoPlugIns, FailuresTellAsMuchAsIsAsked) {
  const auto causes_with = [](FailureDetail detail) { return failing(detail).failures.at(0).causes; };
  const auto hosts = causes_with(FailureDetail::hosts), counts = causes_with(FailureDetail::counts),
             first = causes_with(FailureDetail::first);
  ASSERT_THAT(hosts, SizeIs(2));
  EXPECT_THAT((std::vector{hosts[0].count, hosts[1].count}), ElementsAre(1, 2));
  EXPECT_THAT(hosts[1].hosts, SizeIs(2));
  ASSERT_THAT(counts, SizeIs(2));
  EXPECT_EQ(name_of(counts[1]), "CPU");
  EXPECT_EQ(counts[1].count, 2u);
  EXPECT_THAT(counts[1].hosts, IsEmpty());
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(name_of(first[0]), "Memory");
  EXPECT_EQ(first[0].count, 1u);
}

}  // namespace
}  // namespace streamtwin::fenzo
