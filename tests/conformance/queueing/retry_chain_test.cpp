// Servers whose clients try again, against values of a dense solution of the same chains.
#include <gtest/gtest.h>

#include <cmath>

#include "sim-core/check.hpp"
#include "sim-core/queueing/retry_server.hpp"

namespace streamtwin::queueing {
namespace {

using namespace literals;

constexpr RetryServer tiny_published{1_per_s, 2_per_s, 3, 2, 1s, 1}, tiny{1_per_s, 2_per_s, 2, 1, 1s, 1};

std::vector<double> row(const RetryChain& chain, int state) {
  const Eigen::MatrixXd dense = chain.chain.generator();
  return {dense.row(state).begin(), dense.row(state).end()};
}

void expect_all_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance = 1e-8) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], tolerance) << "entry " << i;
}

std::vector<double> shares(const RetryChain& chain) {
  const Eigen::VectorXd found = chain.chain.stationary();
  return {found.begin(), found.end()};
}

TEST(PublishedRetryChain, OfATinyServer) {
  const RetryChain chain = published_retry_chain(tiny_published);
  expect_all_near(row(chain, 1), {2, -3.25, 1, 0, 0, 0.25});
  expect_all_near(shares(chain), {.52406417, .25668449, .14438503, .02139037, .02139037, .03208556});
  EXPECT_NEAR(in_seconds(chain.recovery(1)), 1.34210526, 1e-8);
}

TEST(PublishedRetryChain, WithTheOptionKeepsRetryingWhenFull) {
  const RetryChain chain = published_retry_chain(tiny_published, {.orbit_share = 0.25, .retry_when_full = true});
  expect_all_near(row(chain, chain.state(2, 0)), {0, 2, -2.25, 0, 0, 0.25});
  expect_all_near(row(chain, chain.state(2, 1)), {0, 0, 0.5, 0, 2, -2.5});
}

TEST(RetryChain, OfATinyServer) {
  EXPECT_NEAR(time_out_probability(tiny, 0), .13533528, 1e-8);
  EXPECT_NEAR(time_out_probability(tiny, 1), .40600585, 1e-8);
  const RetryChain chain = retry_chain(tiny);
  expect_all_near(row(chain, 0), {-1, .86466472, 0, 0, .13533528, 0});
  expect_all_near(row(chain, 1), {2, -3, .59399415, 0, 0, .40600585});
  expect_all_near(row(chain, 2), {0, 2, -3, 0, 0, 1});
  expect_all_near(row(chain, 3), {.5, .43233236, 0, -2, 1.06766764, 0});
  expect_all_near(row(chain, 4), {0, .5, .29699708, 2, -4, 1.20300292});
  expect_all_near(row(chain, 5), {0, 0, .5, 0, 2, -2.5});
  expect_all_near(shares(chain), {.44819848, .20139896, .06599932, .09080112, .09080112, .102801});
  EXPECT_NEAR(in_seconds(chain.recovery(1)), 1.33201755, 1e-8);
  EXPECT_NEAR(in_seconds(chain.recovery(0)), 1.29002194, 1e-8);
}

struct Row {
  double down_and_orbit_full, down_and_orbit_empty, tips_over, empty, full, in_queue, in_orbit, second, third, escape_up, escape_down;
  double by_10, by_30, by_100;
  Stability verdict;
};

/// One unit of the last digit that the value is given with.
void near(double found, double expected, double unit) { EXPECT_NEAR(found, expected, unit); }

void expect_row(const RetryChain& chain, const Row& expected, double late_unit) {
  const int up = chain.state(0, 0), down = chain.state(chain.queue_most, chain.orbit_most);
  const MarkovChain::States empty = chain.queue_is(0), full = chain.queue_is(chain.queue_most);
  near(in_seconds(chain.recovery(chain.orbit_most)), expected.down_and_orbit_full, 1e-7);
  near(in_seconds(chain.recovery(0)), expected.down_and_orbit_empty, 1e-7);
  near(in_seconds(chain.chain.time_to(full)[static_cast<std::size_t>(up)]), expected.tips_over, expected.tips_over < 1000 ? 1e-6 : 1e-2);
  const Eigen::VectorXd share = chain.chain.stationary();
  double of_empty = 0, of_full = 0, in_queue = 0, in_orbit = 0;
  for (int o = 0; o <= chain.orbit_most; ++o) {
    of_empty += share(chain.state(0, o)), of_full += share(chain.state(chain.queue_most, o));
    for (int q = 0; q <= chain.queue_most; ++q) in_queue += q * share(chain.state(q, o)), in_orbit += o * share(chain.state(q, o));
  }
  near(of_empty, expected.empty, 1e-8), near(of_full, expected.full, 1e-8);
  near(in_queue, expected.in_queue, 1e-6), near(in_orbit, expected.in_orbit, 1e-6);
  const auto slow = chain.chain.slowest(2);
  near(slow[0].real(), expected.second, 1e-8), near(slow[1].real(), expected.third, 1e-5);
  const auto only = [&](int state) {
    MarkovChain::States one = MarkovChain::States::Constant(chain.chain.states(), false);
    one(state) = true;
    return one;
  };
  near(chain.chain.escape(up, full), expected.escape_up, 1e-9);
  near(chain.chain.escape(down, only(up)), expected.escape_down, 1e-8);
  near(chain.chain.reached(down, empty, 10s), expected.by_10, late_unit);
  near(chain.chain.reached(down, empty, 30s), expected.by_30, 1e-6);
  near(chain.chain.reached(down, empty, 100s), expected.by_100, 1e-6);
  EXPECT_EQ(name_of(stability(chain)), name_of(expected.verdict));
}

TEST(PublishedRetryChain, ThatRecovers) {
  expect_row(published_retry_chain({5_per_s, 10_per_s, 20, 10, 1s, 3}),
             {10.05603366, 6.60865090, 1389.43, .48896273, 6.12191e-4, 1.173077, .085803, -.17027907, -.78211, 2.98256e-4, .50584945,
              .612682, .986579, 1, Stability::recovers},
             1e-6);
}

TEST(PublishedRetryChain, ThatIsBistable) {
  expect_row(published_retry_chain({8_per_s, 10_per_s, 50, 20, 3s, 4}),
             {6069.55857661, 5998.43969709, 698.082802, .02036290, .21004089, 41.431716, 10.417039, -.00163888, -.24776, 9.29949e-4,
              .00371255, 6.5e-6, .001540, .012903, Stability::bistable},
             1e-7);
}

TEST(RetryChain, ThatIsBistableAndWeaklySo) {
  expect_row(retry_chain({5_per_s, 10_per_s, 20, 20, 1s, 3}),
             {148.75324328, 84.86518106, 2443.40, .47050544, .02157622, 1.955785, .907856, -.00742078, -.43133, 1.66837e-4, .00539446,
              .026823, .152750, .481795, Stability::bistable},
             1e-6);
}

TEST(RetryChain, ThatIsBistable) {
  expect_row(retry_chain({5_per_s, 10_per_s, 30, 30, 1s, 3}),
             {6631.16261677, 6025.10597180, 2538.07, .13758943, .34624741, 21.105473, 14.345210, -5.46222e-4, -.26885, 1.60778e-4,
              .00143057, 6.3e-5, .002481, .012973, Stability::bistable},
             1e-6);
}

TEST(RetryChain, ThatRecovers) {
  const RetryChain chain = retry_chain({3_per_s, 10_per_s, 20, 20, 1s, 3});
  EXPECT_NEAR(in_seconds(chain.recovery(20)), 15.76032729, 1e-7);
  EXPECT_NEAR(in_seconds(chain.recovery(0)), 4.53771284, 1e-8);
  const Eigen::VectorXd share = chain.chain.stationary();
  double empty = 0;
  for (int o = 0; o <= chain.orbit_most; ++o) empty += share(chain.state(0, o));
  EXPECT_NEAR(empty, .69978329, 1e-8);
  EXPECT_EQ(name_of(stability(chain)), "recovers");
}

TEST(PublishedRetryChain, OfItsReadmeHasTheFailedStateOnly) {
  const RetryChain chain = published_retry_chain({9.5_per_s, 10_per_s, 100, 20, 3s, 4});
  EXPECT_NEAR(in_seconds(chain.chain.time_to(chain.queue_is(99))[0]), 62.787395, 1e-6);
  const Eigen::VectorXd share = chain.chain.stationary();
  double full = 0;
  for (int o = 0; o <= chain.orbit_most; ++o) full += share(chain.state(99, o));
  EXPECT_NEAR(full, .31867082, 1e-8);
  EXPECT_EQ(in_seconds(chain.recovery(19)), HUGE_VAL) << "7e13 s: beyond what double precision tells";
  EXPECT_EQ(name_of(stability(chain)), "only down");
}

TEST(RetryChain, OfAServerThatIsNoneIsRefused) {
  EXPECT_THROW(retry_chain({1_per_s, 0_per_s, 2, 1, 1s, 1}), ProgrammingError);
  EXPECT_THROW(retry_chain({1_per_s, 2_per_s, 0, 1, 1s, 1}), ProgrammingError);
  EXPECT_THROW(retry_chain({1_per_s, 2_per_s, 2, 1, 0s, 1}), ProgrammingError);
  EXPECT_EQ(name_of(stability(retry_chain({12_per_s, 10_per_s, 5, 5, 1s, 1}))), "only down") << "more comes than it can do";
}

}  // namespace
}  // namespace streamtwin::queueing
