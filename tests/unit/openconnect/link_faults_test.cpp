// Links that faults narrow or cut are as they were when those have ended.
#include "models/openconnect/link_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim-core/simulation.hpp"

namespace streamtwin::openconnect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LinkFaultsTest : public testing::Test {
 protected:
  double gbps(flows::LinkId link) { return downloads.capacity(link).value() / 1e9; }

  Simulation simulation;
  flows::Downloads downloads;
  flows::LinkId one = downloads.add_link(BitRate{1e9}), other = downloads.add_link(BitRate{4e9});
  std::vector<std::uint32_t> heard;
  LinkFaults faults{downloads, [this](flows::LinkId link) { heard.push_back(link.index); }};
};

TEST_F(LinkFaultsTest, LeaveWhatSeveralLeaveTogether) {
  const auto half = faults.add({one, other}, Fraction{0.5}), tenth = faults.add({other}, Fraction{0.1});
  faults.begin(half);
  EXPECT_EQ(gbps(one), 0.5);
  faults.begin(tenth);
  EXPECT_DOUBLE_EQ(gbps(other), 0.2);
  faults.end(half);
  EXPECT_EQ(gbps(one), 1);
  EXPECT_DOUBLE_EQ(gbps(other), 0.4);
  faults.end(tenth);
  EXPECT_EQ(gbps(other), 4);
  EXPECT_THAT(heard, IsEmpty()) << "nothing was cut";
}

TEST_F(LinkFaultsTest, CutUntilTheLastHasEnded) {
  const auto both = faults.add({one, other}, Fraction{0}), again = faults.add({one}, Fraction{0});
  faults.begin(both);
  faults.begin(again);
  EXPECT_THAT(heard, ElementsAre(one.index, other.index)) << "once each";
  EXPECT_TRUE(faults.cuts(one));
  faults.end(both);
  EXPECT_TRUE(faults.cuts(one));
  EXPECT_FALSE(faults.cuts(other));
  faults.end(again);
  EXPECT_FALSE(faults.cuts(one));
  EXPECT_THAT(heard, ElementsAre(one.index, other.index, other.index, one.index));
}

TEST_F(LinkFaultsTest, NarrowedAndCutIsCut) {
  const auto narrow = faults.add({one}, Fraction{0.5}), cut = faults.add({one}, Fraction{0});
  faults.begin(cut);
  faults.begin(narrow);
  EXPECT_TRUE(faults.cuts(one));
  faults.end(cut);
  EXPECT_EQ(gbps(one), 0.5);
}

}  // namespace
}  // namespace streamtwin::openconnect
