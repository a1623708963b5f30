// The allocator against a max-min solver written for clarity alone, on random networks under random histories:
// after every change the rates are the max-min fair ones, and no byte is made or lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim-core/flows/flow_network.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::flows {
namespace {

struct FlowSpec {
  std::vector<std::uint32_t> links;
  double cap;
};

/// Progressive filling: raise all rates together; freeze a flow at its cap, and every flow of a link that is full.
std::vector<double> fill(const std::vector<double>& capacities, const std::vector<FlowSpec>& flows) {
  std::vector<double> rates(flows.size(), 0);
  std::vector<bool> frozen(flows.size(), false);
  for (std::size_t left = flows.size(); left > 0;) {
    double level = HUGE_VAL;
    std::vector<double> link_level(capacities.size(), HUGE_VAL);
    for (std::size_t link = 0; link < capacities.size(); ++link) {
      double room = capacities[link];
      int rising = 0;
      for (std::size_t i = 0; i < flows.size(); ++i) {
        if (std::ranges::find(flows[i].links, link) == flows[i].links.end()) continue;
        frozen[i] ? void(room -= rates[i]) : void(++rising);
      }
      if (rising > 0) link_level[link] = std::max(0.0, room / rising);
      level = std::min(level, link_level[link]);
    }
    for (std::size_t i = 0; i < flows.size(); ++i) {
      if (!frozen[i]) level = std::min(level, flows[i].cap);
    }
    for (std::size_t i = 0; i < flows.size(); ++i) {
      if (frozen[i]) continue;
      bool stop = flows[i].cap <= level;
      for (std::uint32_t link : flows[i].links) stop |= link_level[link] <= level * (1 + 1e-13);
      if (!stop) continue;
      rates[i] = level, frozen[i] = true, --left;
    }
  }
  return rates;
}

/// A random network with flows that come, finish, change and are cut off, checked after every step.
class History {
 public:
  explicit History(std::uint64_t seed, double tolerance = 1e-8)
      : random_(seed, "history", "flows"), network_(tolerance), overload_(std::max(1e-7, tolerance)) {
    const std::size_t links = 1 + random_.below(12);
    for (std::size_t i = 0; i < links; ++i) {
      capacities_.push_back(1e6 * math::exp(random_.uniform(0, 5)));
      network_.add_link(BitRate{capacities_.back()});
    }
    const std::size_t paths = 1 + random_.below(20);
    for (std::size_t i = 0; i < paths; ++i) {
      std::vector<LinkId> path;
      for (std::size_t k = 1 + random_.below(4); k > 0; --k) {
        const LinkId link{static_cast<std::uint32_t>(random_.below(links))};
        if (std::ranges::find(path, link) == path.end()) path.push_back(link);
      }
      paths_.push_back(network_.path(path));
    }
    few_caps_ = random_.chance(0.3);
    flows_aim_ = 1 + random_.below(60);
  }

  void step() {
    const double choice = random_.uniform();
    if (flows_.size() < flows_aim_ || choice < 0.2) {
      start(now_);
    } else if (choice < 0.5) {
      finish_next();
    } else if (choice < 0.7) {
      pass_time();
      network_.set_cap(flows_[random_.below(flows_.size())], any_cap(), now_);
    } else if (choice < 0.8) {
      pass_time();
      const std::size_t victim = random_.below(flows_.size());
      network_.abort(flows_[victim], now_);
      flows_.erase(flows_.begin() + static_cast<long>(victim));
    } else {
      pass_time();
      const std::size_t link = random_.below(capacities_.size());
      capacities_[link] = random_.chance(0.1) ? 0 : 1e6 * math::exp(random_.uniform(0, 5));
      network_.set_capacity({static_cast<std::uint32_t>(link)}, BitRate{capacities_[link]}, now_);
    }
  }

  void expect_max_min() {
    std::vector<FlowSpec> demands;
    for (FlowId flow : flows_) {
      FlowSpec& demand = demands.emplace_back();
      for (LinkId link : network_.links_of(network_.path_of(flow))) demand.links.push_back(link.index);
      demand.cap = network_.cap(flow).value();
    }
    const std::vector<double> expected = fill(capacities_, demands);
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      EXPECT_NEAR(network_.rate(flows_[i]).value(), expected[i], 1e-6 * expected[i] + 1e-9);
    }
  }

  void expect_conservation() {
    const FlowTotals totals = network_.totals(now_);
    const double sum = (totals.received + totals.lost + totals.in_flight).value();
    EXPECT_NEAR(totals.sent.value(), sum, 1e-9 * sum + 1e-3);
    EXPECT_EQ(totals.started, totals.finished + totals.aborted + network_.size());
    EXPECT_EQ(network_.size(), flows_.size());
    for (std::uint32_t link = 0; link < capacities_.size(); ++link) {
      EXPECT_LE(network_.carried({link}).value(), capacities_[link] * (1 + overload_));
    }
  }

 private:
  BitRate any_cap() {
    if (random_.chance(0.03)) return BitRate{0};
    if (few_caps_) return BitRate{1e6 * static_cast<double>(1 + random_.below(4))};
    return BitRate{1e5 * math::exp(random_.uniform(0, 6))};
  }

  void start(Instant when) {
    flows_.push_back(network_.start(paths_[random_.below(paths_.size())], any_cap(), Bytes{random_.uniform(1e4, 1e7)}, when));
  }

  void finish_next() {
    const Instant next = network_.next_completion();
    if (next == never) return;
    now_ = next;
    network_.complete_until(now_, [&](const Completion& completion) {
      std::erase(flows_, completion.flow);
      if (random_.chance(0.5)) start(now_);
    });
  }

  void pass_time() {
    const Instant next = network_.next_completion();
    const Duration step = next == never ? seconds(1) : (next - now_) * random_.uniform();
    if (random_.chance(0.7)) now_ += step;
  }

  Random random_;
  FlowNetwork network_;
  double overload_;
  std::vector<double> capacities_;
  std::vector<PathId> paths_;
  std::vector<FlowId> flows_;
  std::size_t flows_aim_ = 0;
  bool few_caps_ = false;
  Instant now_ = at(0s);
};

TEST(MaxMinSharing, HoldsAfterEveryChangeAndConservesEveryByte) {
  for (std::uint64_t seed = 0; seed < 400 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    History history(seed);
    for (int step = 0; step < 150 && !testing::Test::HasFailure(); ++step) {
      history.step();
      history.expect_max_min();
    }
    history.expect_conservation();
  }
}

TEST(MaxMinSharing, ConservesEveryByteAtACoarseToleranceToo) {
  for (std::uint64_t seed = 1000; seed < 1100 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    History history(seed, 1e-3);
    for (int step = 0; step < 300; ++step) history.step();
    history.expect_conservation();
  }
}

}  // namespace
}  // namespace streamtwin::flows
