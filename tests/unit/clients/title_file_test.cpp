// Popularity of titles from tables of viewing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/clients/demand_titles.hpp"
#include "tests/refusal.hpp"

namespace streamtwin::clients {
namespace {

using testing::HasSubstr;

TitlePopularity titles_of(const std::string& text, std::size_t titles) {
  return TitlePopularity::of_table(files::Table("titles.csv", text), titles);
}

TEST(TitleFile, IsSortedByHowMuchIsWatched) {
  for (
      const char* text :
      {"Title,Available Globally?,Release Date,Hours Viewed\nA,Yes,2023-01-01,\"1,000,000\"\n\"B, the other\",No,,\"3,000,000\"\nC,No,,500\n",
       "title;views\nA;1000000\nB;3000000\nC;500\n", "1,1000000\n2,3000000\n3,500\n", "en A 1000000 0\nen B 3000000 0\nen C 500 0\n",
       "1000000\n3000000\n500\n"}) {
    const TitlePopularity titles = titles_of(text, 2);
    EXPECT_EQ(titles.titles(), 2u) << text;
    EXPECT_DOUBLE_EQ(titles.share(0).value(), 0.75) << text;
  }
}

TEST(TitleFile, ThatCannotBeUsedIsRefusedWithItsPlace) {
  const auto refused = [](const std::string& text, std::size_t titles = 1) {
    return refusal_of<std::invalid_argument>([&] { titles_of(text, titles); });
  };
  EXPECT_THAT(refused("title,views\nA,5\nB,many\n"), HasSubstr("titles.csv:3: expected how much a title is watched, found `many`"));
  EXPECT_THAT(refused("title,views\nA,5\n", 2), HasSubstr("holds 1 titles, and `titles` says 2; say `titles: 1`"));
  EXPECT_THAT(refused("title,views\nA,0\n"), HasSubstr("nobody watches anything"));
  EXPECT_THAT(refused("title,views\n"), HasSubstr("holds no titles"));
  EXPECT_THAT(refused("a,b,c\nx,1,2\n"), HasSubstr("2 columns of numbers; call the one that counts `views`"));
}

}  // namespace
}  // namespace streamtwin::clients
