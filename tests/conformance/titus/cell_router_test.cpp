// Vectors of Netflix/titus-control-plane ApplicationCellRouterTest @ 7fea12f3, but for a cell that all jobs avoid: there a federation
// without a route refuses the job, which is an error of the scenario here.
#include "models/titus/federation/routing.hpp"

#include <gtest/gtest.h>

namespace streamtwin::titus {
namespace {

class TitusCellRouter : public ::testing::Test {
 protected:
  static FederationSpec rules(std::vector<RouteSpec> routes) {
    FederationSpec spec;
    spec.cells = {"cell1", "cell2"};
    spec.routes = std::move(routes);
    return spec;
  }
  std::string cell_of(const FederationSpec& spec, const std::string& name, const CellChoiceSpec& choice = {}) const {
    return spec.cells[CellRouter(spec).route(name, "", choice)];
  }
  const FederationSpec two = rules({{"app1.*|app2.*", "cell1"}, {"app3.*", "cell2"}});
};

TEST_F(TitusCellRouter, TheFirstRuleThatMatchesCountsAndTheFirstCellIsThatOfTheOthers) {
  EXPECT_EQ(cell_of(two, "app3foobar"), "cell2");
  EXPECT_EQ(cell_of(two, "app2foobar"), "cell1");
  EXPECT_EQ(cell_of(two, "other"), "cell1");
}

TEST_F(TitusCellRouter, RulesOfCellsThatAreNotThereAreIgnored) {
  EXPECT_EQ(cell_of(rules({{"app1.*|app2.*", "cell1"}, {"app3.*", "cell2"}, {"app4.*", "cell3"}}), "app4foobar"), "cell1");
}

TEST_F(TitusCellRouter, ARuleThatIsNoExpressionIsRefused) {
  EXPECT_THROW(CellRouter(rules({{"app1.*|app2.*", "cell1"}, {"#)(", "cell2"}})), std::regex_error);
}

TEST_F(TitusCellRouter, FlippedRulesFlipTheCells) {
  const FederationSpec flipped = rules({{"app1.*|app2.*", "cell2"}, {"app3.*", "cell1"}});
  EXPECT_EQ(cell_of(flipped, "app3foobar"), "cell1");
  EXPECT_EQ(cell_of(flipped, "app2foobar"), "cell2");
  EXPECT_EQ(cell_of(flipped, "other"), "cell1");
}

TEST_F(TitusCellRouter, AJobMayAskForACellOrAvoidSome) {
  EXPECT_EQ(cell_of(two, "app2foobar", {.cell = "cell2", .avoid_cells = {}}), "cell2");
  EXPECT_EQ(cell_of(two, "app2foobar", {.cell = "", .avoid_cells = {"cell4", "cell1"}}), "cell2");
}

// ApplicationCellRouter routeKeyFor.
TEST_F(TitusCellRouter, ItsCapacityGroupGoesBeforeItsName) {
  EXPECT_EQ(two.cells[CellRouter(two).route("app3foobar", "app1", {})], "cell1");
}

TEST_F(TitusCellRouter, WhatOverflowsGoesToTheOthersInTheirOrder) {
  using Order = std::vector<CellIndex>;
  EXPECT_EQ(CellRouter(two).order("app3", "", {}), (Order{1, 0}));
  EXPECT_EQ(CellRouter(two).order("app3", "", {.cell = "", .avoid_cells = {"cell1"}}), Order{1});
  EXPECT_EQ(CellRouter(two).order("app3", "", {.cell = "cell1", .avoid_cells = {}}), Order{0});
}

}  // namespace
}  // namespace streamtwin::titus
