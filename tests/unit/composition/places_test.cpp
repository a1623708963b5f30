// No two things on a platform are called the same, and files and folders that a scenario names are there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include "scenarios/scenario/places.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/unit/composition/shop.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using namespace shop_scenario;

TEST(Places, AreCalledApart) {
  const auto regions = [](const std::string& a, const std::string& b) {
    return errors_of(watched, {"load.shop.regions={}",
                               "regions=[{name: " + a + ", latitude: 0, longitude: 0}, {name: " + b + ", latitude: 0, longitude: 9}]"});
  };
  EXPECT_THAT(
      regions("here", "herea"),
      ElementsAre(AllOf(StartsWith("regions[1].name"), HasSubstr("`herea` would be the name of a zone of the region here and of the region "
                                                                 "herea; rename one of them"))));
  EXPECT_THAT(regions("world", "there"), ElementsAre(AllOf(StartsWith("regions[0].name"), HasSubstr("the network around all regions"))));
  EXPECT_THAT(regions("here core", "here"), ElementsAre(AllOf(StartsWith("regions[1].name"), HasSubstr("`here core`"))));
  EXPECT_THAT(regions("here", "fra001.ix"),
              ElementsAre(AllOf(StartsWith("regions[1].name"), HasSubstr("the Open Connect site fra001.ix"))));
  EXPECT_THAT(regions("here", "c001.fra001.ix"), ElementsAre(HasSubstr("the appliance c001.fra001.ix")));
  EXPECT_THAT(regions("origin", "there"), ElementsAre(HasSubstr("Open Connect's origin")));
  EXPECT_THAT(regions("a/b", "there"), ElementsAre(HasSubstr("a region's name has no `/`")));
  EXPECT_THAT(regions("here", "here"), ElementsAre(HasSubstr("declared twice")));
  EXPECT_THAT(regions("here", "hereby"), IsEmpty());
}

TEST(Places, OfASpareServiceAndOfSpareMachinesAreCalledApart) {
  EXPECT_THAT(errors_of(shop, {"services.spare={}"}),
              ElementsAre(AllOf(StartsWith("services.spare"), HasSubstr("`spare-0` would be the name of a machine"))));
  EXPECT_THAT(errors_of(shop, {"services.spare={}", "fleet.spare_machines=0"}), IsEmpty());
}

TEST(Places, OfMembersAreListed) {
  EXPECT_THAT(errors_of(watched, {"members.country=Atlantis"}), ElementsAre(StartsWith("members.country: found `Atlantis`")));
  EXPECT_THAT(errors_of(watched, {"members.country=Germny"}), ElementsAre(HasSubstr("did you mean `Germany`?")));
}

TEST(Places, OfTracesAreReadBeforeTheRun) {
  const ScratchFolder folder;
  folder.write("a.txt", "0 1\nnonsense\n");
  EXPECT_THAT(errors_of(watched, {"members.access.traces=" + folder.path().string()}),
              ElementsAre(AllOf(StartsWith("members.access.traces: "), HasSubstr("a.txt:2: 1 columns instead of two"))));
}

TEST(Inputs, AreFilesOrFoldersAsIsMeant) {
  const ScratchFolder folder;
  const std::string pipe = (folder / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const char* at : {"load.shop={target: front, arrival_times: ", "load.shop={target: front, bursts: {file: "}) {
    const std::string end = std::string_view{at}.find("bursts") == std::string_view::npos ? "}" : "}}";
    EXPECT_THAT(errors_of(shop, {"load.shop.rate=~", at + pipe + end}), ElementsAre(HasSubstr("neither a regular file nor a folder")))
        << at;
    EXPECT_THAT(errors_of(shop, {"load.shop.rate=~", at + folder.path().string() + end}),
                ElementsAre(HasSubstr("is a folder; expected a file")))
        << at;
  }
  EXPECT_THAT(errors_of(watched, {"members.access.traces=" + folder.write("a.txt", "0 1\n1 1\n").string()}),
              ElementsAre(HasSubstr("no such folder")));
}

TEST(Windows, AreNotTooManyForMemory) {
  EXPECT_THAT(errors_of(shop, {"clock={window: 10 ms, lasts: 1e7 s}"}),
              ElementsAre(AllOf(StartsWith("clock.window"), HasSubstr("`warm_up`"), HasSubstr("`lasts`"), HasSubstr("at most 100000"))));
  EXPECT_THAT(errors_of(shop, {"clock={window: 10 ms, lasts: 1000 s, warm_up: 0 s}"}), IsEmpty());
  EXPECT_THAT(errors_of(shop, {"clock={window: 10 ms, lasts: 1000 s, warm_up: 1 s}"}), ElementsAre(HasSubstr("0.01001 s or more")));
}

TEST(InstanceNames, AreReadFromTheirEnd) {
  const auto parts = parts_of_instance("shop/pages/easta/3");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->service, "shop/pages") << "a service's name may hold one";
  EXPECT_EQ(parts->zone, "easta");
  EXPECT_EQ(parts->number, "3");
  EXPECT_FALSE(parts_of_instance("pages/easta"));
  EXPECT_FALSE(parts_of_instance("pages"));
  EXPECT_FALSE(parts_of_instance("/0"));
}

}  // namespace
}  // namespace streamtwin
