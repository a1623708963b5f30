// What is said of JSON that cannot be read, and that none of it ends the program.
#include "models/files/json_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/refusal.hpp"

namespace streamtwin::files {
namespace {

using testing::HasSubstr;

std::string refused(const std::string& text) {
  return refusal_of<std::invalid_argument>([&] { json_of("a.json", text); });
}
std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(JsonText, IsReadWithAndWithoutAByteOrderMark) {
  EXPECT_EQ(json_of("a.json", R"({"a": [1, 2]})")["a"][1], 2);
  EXPECT_EQ(json_of("a.json", "\xef\xbb\xbf[7]")[0], 7);
}

TEST(JsonText, SaysWhereItIsNoJson) {
  EXPECT_THAT(refused("{\n  \"a\": ]\n}"), HasSubstr("a.json:2:8: no JSON"));
  EXPECT_THAT(refused(""), HasSubstr("a.json:1:1: no JSON"));
}

TEST(JsonText, SaysWhereANumberIsThatNoDoubleHolds) {
  EXPECT_THAT(refused("{\"a\": 1,\n \"b\": 1e999}"), HasSubstr("a.json:2:7: a number that is too large"));
}

TEST(JsonText, IsNoDeeperThanWhatWalksThroughItHasRoomFor) {
  EXPECT_NO_THROW(json_of("a.json", nested(json_levels_max)));
  EXPECT_THAT(refused("\n" + nested(json_levels_max + 1)), HasSubstr("a.json:2:201: lists and objects in one another deeper"));
  EXPECT_THAT(refused(nested(100'000)), HasSubstr("deeper than 200 levels"));
  std::string objects;
  for (int i = 0; i < 60'000; ++i) objects += "{\"a\":";
  EXPECT_THAT(refused(objects), HasSubstr("deeper than 200 levels"));
}

TEST(JsonText, BracketsInTextsAreNoLevels) { EXPECT_NO_THROW(json_of("a.json", "[\"\\\"" + std::string(1000, '[') + "\", \"{\\\\\"]")); }

}  // namespace
}  // namespace streamtwin::files
