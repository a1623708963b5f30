// What composition would refuse of members and steering is refused with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string complaints(const std::string& members, const std::string& delivery) {
  const std::string text =
      "streamtwin: 1\nname: evening\nregions: [{name: here, latitude: 0, longitude: 0}]\n"
      "services:\n  zuul: {gateway: {origins: [{service: play}]}}\n  play: {}\n" +
      members + "open_connect: " + delivery + "\n";
  return language::print(language::parse<Scenario>(language::Document::from_text(text, "evening.yaml")).diagnostics);
}

TEST(MembersCheck, AListNeedsAPlaceForTheBestSite) {
  EXPECT_THAT(complaints("members: {}\n", "{steering: {list_length: 4, from_next_site: 4}}"),
              AllOf(HasSubstr("evening.yaml:8"), HasSubstr("from_next_site")));
  EXPECT_EQ(complaints("members: {}\n", "{steering: {list_length: 4, from_next_site: 3}}").find("from_next_site"), std::string::npos);
}

TEST(MembersCheck, ADayHas24HoursAndSomebodyWatches) {
  EXPECT_THAT(complaints("members: {diurnal: {hourly_weights: [1, 2]}}\n", "{}"), HasSubstr("24 numbers"));
  std::string zeros = "0";
  for (int hour = 1; hour < 24; ++hour) zeros += ", 0";
  EXPECT_THAT(complaints("members: {diurnal: {hourly_weights: [" + zeros + "]}}\n", "{}"), HasSubstr("nobody would ever watch"));
}

TEST(MembersCheck, ABufferHoldsMoreThanAChunk) {
  EXPECT_THAT(complaints("members: {chunk: 20 s, abr: {parameters: {buffer_capacity: 20 s}}}\n", "{}"), HasSubstr("more than one `chunk`"));
}

TEST(MembersCheck, AnEndlessBackOffCannotBeSaid) {
  EXPECT_THAT(complaints("members: {switching: {hold: 0 s}}\n", "{}"), HasSubstr("hold"));
  EXPECT_THAT(complaints("members: {switching: {list_wait_first: 0 s}}\n", "{}"), HasSubstr("list_wait_first"));
}

}  // namespace
}  // namespace streamtwin
