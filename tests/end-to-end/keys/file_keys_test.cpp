// No dead keys among those of workloads from files.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::language {
namespace {

const std::filesystem::path keys_folder = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys";

/// Those below a beginning that are neither absent nor files, each of which must matter; how many there are.
int alive_below(const std::string& beginning, Loaded<Scenario> loaded) {
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const std::string before = outcome(loaded.value);
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &loaded.value)) {
    if (!path.starts_with(beginning) || key.type->kind == Type::Kind::file || key.type->kind == Type::Kind::optional) continue;
    EXPECT_TRUE(matters(path, loaded.value, before)) << path << " is dead";
    ++looked_at;
  }
  return looked_at;
}

TEST(FileKeys, OfWorkloadsChangeWhatHappens) {
  const auto file = keys_folder / "files.yaml";
  EXPECT_EQ(alive_below("load.*.course_from", load<Scenario>(file)), 3);
  EXPECT_EQ(alive_below("load.*.file_times", load<Scenario>(file)), 2);
}

TEST(FileKeys, OfTracesChangeWhatHappens) {
  const std::vector<std::string> sets{"members.access.traces=" + (keys_folder / "traces").string(),
                                      "members.access.trace_units={rate: mbps, time: seconds, interval: 1 s}"};
  EXPECT_EQ(alive_below("members.access.trace_units", parse<Scenario>(Document::read(keys_folder / "small.yaml", {.overrides = sets}))), 3);
}

TEST(FileKeys, OfMembersChangeWhatHappens) {
  const ScratchFolder folder;
  std::string titles = "title,views\n";
  for (int title = 0; title < 20'000; ++title) titles += fmt::format("t{},{}\n", title, title % 7 + 1);
  const std::string sites =
      "kind,country,metro,airport,latitude,longitude,sites,appliances,largest_site\nixp,{},Here,HER,52,5,1,2,2\nisp,{},There,THE,53,6,3,5,2\n";
  const auto outcome_with = [](std::vector<std::string> sets) {
    const auto loaded = parse<Scenario>(Document::read(keys_folder / "small.yaml", {.overrides = std::move(sets)}));
    EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
    return outcome(loaded.value);
  };
  const std::string country = parse<Scenario>(Document::read(keys_folder / "small.yaml", {})).value.members->country;
  const std::string before = outcome_with({});
  EXPECT_NE(outcome_with({"members.movie=" + folder.write("movie.csv", "300,1000\n100000,500000\n200000,400000\n").string()}), before);
  EXPECT_NE(outcome_with({"open_connect.title_popularity=" + folder.write("titles.csv", titles).string()}), before);
  EXPECT_NE(outcome_with({"method=[]", "open_connect.topology.sites=" +
                                           folder.write("sites.csv", fmt::format(fmt::runtime(sites), country, country)).string()}),
            outcome_with({"method=[]"}));
}

}  // namespace
}  // namespace streamtwin::language
