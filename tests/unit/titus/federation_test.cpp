// What a federation does where a cell is full or lost; where jobs go by their routes has vectors of Netflix's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/titus/federation/overflow.hpp"

namespace streamtwin::titus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Views = std::vector<CellView>;

constexpr CellView closed(CellView view) {
  view.open = false;
  return view;
}

TEST(TitusOverflow, WhoIsOverdueIsWantedInTheNextCell) {
  EXPECT_THAT(sizes_by_cell(10, Views{{.desired = 10, .started = 10}, {}}, 1), ElementsAre(10, 0)) << "nobody waits";
  EXPECT_THAT(sizes_by_cell(10, Views{closed({.desired = 10, .started = 7, .overdue = 3}), {}}, 1), ElementsAre(7, 3));
  EXPECT_THAT(sizes_by_cell(10, Views{closed({.desired = 10, .started = 7, .overdue = 3}), closed({}), {}}, 1), ElementsAre(7, 0, 3));
}

TEST(TitusOverflow, WhereAllCellsAreFullTheyWaitInTheFirstThatIsThere) {
  EXPECT_THAT(sizes_by_cell(10, Views{closed({.desired = 10, .started = 7, .overdue = 3}), closed({})}, 1), ElementsAre(10, 0));
  const CellView gone{.desired = 10, .started = 0, .overdue = 10, .open = false, .lost = true};
  EXPECT_THAT(sizes_by_cell(10, Views{gone, closed({})}, 1), ElementsAre(0, 10));
  EXPECT_THAT(sizes_by_cell(10, Views{gone, {.open = false, .lost = true}}, 1), ElementsAre(10, 0)) << "nobody has room for them";
}

TEST(TitusOverflow, AGrownServiceGrowsWhereItIs) {
  EXPECT_THAT(sizes_by_cell(14, Views{{.desired = 10, .started = 10}, {}}, 0), ElementsAre(14, 0));
  EXPECT_THAT(sizes_by_cell(14, Views{closed({.desired = 7, .started = 7}), {.desired = 3, .started = 3}}, 0), ElementsAre(7, 7));
}

TEST(TitusOverflow, ComesBackStepByStepAndBreaksNothingBeforeItIsMade) {
  EXPECT_THAT(sizes_by_cell(10, Views{{.desired = 4, .started = 4}, {.desired = 6, .started = 6}}, 2), ElementsAre(6, 6)) << "asked for";
  EXPECT_THAT(sizes_by_cell(10, Views{{.desired = 6, .started = 5}, {.desired = 6, .started = 6}}, 2), ElementsAre(6, 5)) << "one is there";
  EXPECT_THAT(sizes_by_cell(10, Views{{.desired = 6, .started = 6}, {.desired = 5, .started = 5}}, 2), ElementsAre(6, 4));
  EXPECT_THAT(sizes_by_cell(10, Views{{.desired = 9, .started = 9}, {.desired = 1, .started = 1}}, 2), ElementsAre(10, 1))
      << "no more than left";
  EXPECT_THAT(sizes_by_cell(10, Views{{.desired = 4, .started = 3}, {.desired = 6, .started = 6}}, 2), ElementsAre(4, 6))
      << "it is not whole";
}

TEST(TitusOverflow, WhatFindsNoRoomAsItComesBackStaysWhereItWas) {
  const Views views{closed({.desired = 6, .started = 4, .overdue = 2}), {.desired = 6, .started = 6}};
  EXPECT_THAT(sizes_by_cell(10, views, 2), ElementsAre(4, 6));
}

TEST(TitusOverflow, ASmallerServiceIsSmallerElsewhereFirst) {
  EXPECT_THAT(shrunk(5, Views{{.desired = 4, .started = 4}, {.desired = 6, .started = 6}}), ElementsAre(4, 1));
  EXPECT_THAT(shrunk(3, Views{{.desired = 4, .started = 4}, {.desired = 6, .started = 6}}), ElementsAre(3, 0));
}

TEST(TitusOverflow, ACellIsOpenAgainWhenItHasShownNoLackForAWhile) {
  CellGate gate(300s);
  EXPECT_TRUE(gate.open(at(0s)));
  gate.saw(true, at(10s));
  gate.saw(false, at(20s));
  EXPECT_FALSE(gate.open(at(309s)));
  EXPECT_TRUE(gate.open(at(310s)));
  gate.saw(true, at(400s));
  gate.saw(true, at(500s));
  EXPECT_FALSE(gate.open(at(799s))) << "since it was seen last";
}

TEST(TitusOverflow, WhoHasBeenLackingForLongestIsServedFirst) {
  WaitsForContainers waits;
  EXPECT_THAT(waits.lack(2, at(0s)), IsEmpty());
  EXPECT_THAT(waits.lack(3, at(10s)), IsEmpty());
  EXPECT_EQ(waits.lacking(), 3);
  EXPECT_THAT(waits.lack(1, at(30s)), ElementsAre(30s, 30s));
  EXPECT_THAT(waits.lack(-1, at(40s)), ElementsAre(30s)) << "more may run than are wanted";
}

TEST(TitusOverflow, WhoIsNotWantedAnyMoreHasNotWaitedForAnything) {
  WaitsForContainers waits;
  waits.lack(2, at(0s));
  waits.lack(4, at(10s));
  waits.forgo(3);
  EXPECT_EQ(waits.lacking(), 3);
  EXPECT_THAT(waits.lack(0, at(30s)), ElementsAre(30s, 30s, 20s));
}

}  // namespace
}  // namespace streamtwin::titus
