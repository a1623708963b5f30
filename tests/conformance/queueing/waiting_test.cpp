// Stations of several servers, against values of the formulas in another implementation.
#include "sim-core/queueing/waiting.hpp"

#include <gtest/gtest.h>

#include "sim-core/queueing/queueing.hpp"

namespace streamtwin::queueing {
namespace {

using namespace literals;

TEST(Erlang, LossAndWait) {
  struct Row {
    int servers;
    double offered, lost, waits;
  };
  for (const Row& row : {Row{1, .5, .33333333, .5}, Row{2, 1, .2, .33333333}, Row{5, 3, .11005435, .23615160},
                         Row{10, 8, .12166106, .40918015}, Row{50, 45, .05410447, .36386447}, Row{100, 90, .02695738, .21694048},
                         Row{100, 95, .04880421, .50645685}, Row{1000, 960, .00613507, .13369178}}) {
    EXPECT_NEAR(erlang_b(row.servers, row.offered), row.lost, 1e-8) << row.servers;
    EXPECT_NEAR(erlang_c(row.servers, row.offered), row.waits, 1e-8) << row.servers;
  }
}

TEST(LeastServers, ForAShortWait) {
  struct Row {
    double arrivals, rate, time, p;
    int servers;
    double exceeds, with_one_less;
  };
  for (const Row& row : {Row{8, 1, .1, .05, 13, .046096, .093739}, Row{8, 1, .5, .05, 12, .018926, .054658},
                         Row{8, 1, 0, .05, 14, .039280, .075999}, Row{90, 1, .05, .01, 110, .009632, .012891},
                         Row{90, 1, .2, .01, 103, .009144, .013573}, Row{960, 1, .01, .01, 1027, .009905, .010852},
                         Row{4.5, .5, 1, .1, 12, .059360, .158361}, Row{1000, 50, .01, .001, 29, .000445, .001151},
                         Row{1000, 50, 0, .2, 26, .143400, .209103}, Row{.9, 1, 1, .2, 2, .092974, .814354}}) {
    const Rate arrivals{row.arrivals};
    const Duration service{1 / row.rate}, time{row.time};
    const int servers = least_servers(arrivals, service, time, row.p);
    EXPECT_EQ(servers, row.servers);
    EXPECT_NEAR((Servers{arrivals, service, servers}.wait_exceeds(time)), row.exceeds, 1e-6);
    EXPECT_NEAR((Servers{arrivals, service, servers - 1}.wait_exceeds(time)), row.with_one_less, 1e-6);
  }
}

TEST(ResponseTimes, OfMMC) {
  struct Row {
    int servers;
    double arrivals, wait, q50, q90, q95, q99, q999;
  };
  for (const Row& row : {Row{1, .8, 4, 3.465736, 11.512925, 14.978661, 23.025851, 34.538776},
                         Row{2, 1.6, 1.777778, 2.040031, 6.171562, 7.910684, 11.937370, 17.694126},
                         Row{3, 2, .444444, 1.087413, 3.184405, 4.020688, 5.891174, 8.468827},
                         Row{10, 8, .204590, .912145, 2.624320, 3.328275, 4.946111, 7.250557},
                         Row{10, 9.5, 1.651171, 2.090772, 5.558563, 6.970110, 10.208516, 14.818002},
                         Row{100, 95, .101291, .807916, 2.421795, 3.114949, 4.724387, 7.026972}}) {
    const Servers servers{Rate{row.arrivals}, 1s, row.servers};
    EXPECT_NEAR(in_seconds(mmc(servers.arrivals, 1s, row.servers).wait), row.wait, 1e-6);
    EXPECT_NEAR(in_seconds(servers.response_quantile(.5)), row.q50, 1e-6);
    EXPECT_NEAR(in_seconds(servers.response_quantile(.9)), row.q90, 1e-6);
    EXPECT_NEAR(in_seconds(servers.response_quantile(.95)), row.q95, 1e-6);
    EXPECT_NEAR(in_seconds(servers.response_quantile(.99)), row.q99, 1e-6);
    EXPECT_NEAR(in_seconds(servers.response_quantile(.999)), row.q999, 1e-6);
  }
  EXPECT_NEAR(in_seconds((Servers{8_per_s, 1s, 10}.wait_quantile(.99))), 1.855785, 1e-6);
}

// Exact waits, and by how many per cent the approximations are off.
TEST(WaitsOfMGC, AreApproximatedAsPublished) {
  struct Row {
    int servers;
    double arrivals, variation, exact, allen_cunneen, kimura;
  };
  for (const Row& row :
       {Row{2, 1.6, 0, .90328388, -1.59, -.26}, Row{10, 8, 0, .10982779, -6.86, .15}, Row{100, 90, 0, .01233347, -12.05, .31},
        Row{5, 4, .5, .42322607, -1.81, .23}, Row{2, 1.6, 4, 4.28537766, 3.71, -.30}, Row{10, 8, 4, .43236859, 18.30, -2.22}}) {
    const Servers servers{Rate{row.arrivals}, 1s, row.servers};
    const auto off = [&](Duration found) { return 100 * (in_seconds(found) / row.exact - 1); };
    EXPECT_NEAR(off(allen_cunneen(servers, 1, row.variation)), row.allen_cunneen, 0.01) << row.servers;
    EXPECT_NEAR(off(kimura(servers, row.variation)), row.kimura, 0.01) << row.servers;
  }
  const Servers one{Rate{.8}, 1s, 1};
  EXPECT_NEAR(in_seconds(kimura(one, .5)), in_seconds(mg1(one.arrivals, 1s, .5).wait), 1e-12);
}

}  // namespace
}  // namespace streamtwin::queueing
