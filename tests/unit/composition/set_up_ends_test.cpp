// Whoever composes a platform can be interrupted: each part that may take long asks now and then whether to go on.
#include <gtest/gtest.h>

#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"
#include "sim-core/set_up.hpp"

namespace streamtwin {
namespace {

/// Nobody wants a set-up while this lives.
class Unwanted {
 public:
  Unwanted() : before_(Trying::ask([] { return false; })) {}
  ~Unwanted() { Trying::ask(before_); }

 private:
  std::function<bool()> before_;
};

Scenario small_scenario(const std::string& rest) {
  auto loaded = language::parse<Scenario>(language::Document::from_text(
      "streamtwin: 1\nname: small\nregions: [{name: here, latitude: 50.1, longitude: 8.7, zones: 1}]\n" + rest, "small.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return loaded.value;
}

std::string mesh_of(long subjects, const std::string& memory) {
  return "load: {shop: {target: front, rate: 100 /s, subjects: " + std::to_string(subjects) +
         "}}\nservices: {front: {data: {cache: near, store: disk, item: 1 kB}}, near: {cache: {memory: " + memory +
         "}}, disk: {store: {}}}\n";
}

std::string country_with(const std::string& plays, int titles) {
  return "members: {accounts: 2000, plays_at_peak: " + plays + "}\nopen_connect: {titles: " + std::to_string(titles) +
         "}\nservices: {zuul: {gateway: {origins: [{service: apps}]}}, apps: {role: playback_apps, calls: [{service: steering}]}, "
         "steering: {role: steering}}\n";
}

void expect_to_end(const std::string& rest) {
  const Scenario scenario = small_scenario(rest);
  const Unwanted nobody_wants_it;
  EXPECT_THROW(Twin(scenario, RunPlan{}), SetUpEnded) << rest;
}

TEST(SetUp, EndsWhileCachesAreFilled) {
  expect_to_end(mesh_of(5000, "1 GB"));
  expect_to_end(mesh_of(5000, "1 MB"));
}

TEST(SetUp, EndsWhileTitlesArePlaced) { expect_to_end(country_with("0 /s", 5000)); }

TEST(SetUp, EndsWhileViewersAreFoundWatching) { expect_to_end(country_with("3 /s", 20)); }

TEST(SetUp, OfWhatIsWantedGoesOn) {
  int asked = 0;
  const auto before = Trying::ask([&] { return ++asked > 0; });
  EXPECT_NO_THROW(Twin(small_scenario(mesh_of(5000, "1 GB")), RunPlan{}));
  Trying::ask(before);
  EXPECT_GT(asked, 4);
}

}  // namespace
}  // namespace streamtwin
