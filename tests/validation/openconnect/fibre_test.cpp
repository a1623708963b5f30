// What distance costs: the default of the fibre's detour is what measured round trips between cities say.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "models/data/tables.hpp"
#include "models/places/globe.hpp"

namespace streamtwin::data {
namespace {

const std::map<std::string, places::Place> cities{
    {"Dallas", {32.78, -96.80}},     {"Toronto", {43.65, -79.38}}, {"Washington DC", {38.90, -77.04}}, {"Frankfurt", {50.11, 8.68}},
    {"London", {51.51, -0.13}},      {"Madrid", {40.42, -3.70}},   {"Montreal", {45.50, -73.57}},      {"Chennai", {13.08, 80.27}},
    {"Mumbai", {19.08, 72.88}},      {"Osaka", {34.69, 135.50}},   {"Sydney", {-33.87, 151.21}},       {"Tokyo", {35.68, 139.69}},
    {"Sao Paulo", {-23.55, -46.63}},
};

/// Measured round trip over that of light in fibre on the great circle, for each pair once, in rising order.
std::vector<double> detours() {
  const places::Fibre straight{.path_stretch = 1};
  std::vector<double> found;
  for (const auto& row : csv_rows(region_latency_ms_csv)) {
    const places::Place from = cities.at(std::string{row.at(0)});
    std::size_t column = 0;
    for (const char* to : {"Dallas", "Toronto", "Washington DC", "Frankfurt", "London", "Madrid", "Montreal", "Chennai", "Mumbai", "Osaka",
                           "Sydney", "Tokyo", "Sao Paulo"}) {
      const double measured_s = csv_number(row.at(++column)) / 1000;
      if (std::string{row.at(0)} < to) found.push_back(measured_s / in_seconds(places::round_trip(from, cities.at(to), straight)));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Fibre, TakesTheDetourThatMeasuredRoundTripsShow) {
  const std::vector<double> found = detours();
  ASSERT_EQ(found.size(), 78u);
  const double median = (found[38] + found[39]) / 2;
  EXPECT_NEAR(places::Fibre{}.path_stretch, median, 0.05);
  EXPECT_GT(found.front(), 1) << "nothing is faster than light in fibre";
  EXPECT_NEAR(found[19], 1.5, 0.05);
  EXPECT_NEAR(found[58], 2, 0.05);
}

}  // namespace
}  // namespace streamtwin::data
