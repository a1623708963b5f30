// Tables as spreadsheets, loggers and monitoring write them.
#include "models/files/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/files/text_file.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::files {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::vector<std::string>> cells_of(const Table& table) {
  std::vector<std::vector<std::string>> all;
  for (std::size_t i = 0; i < table.rows(); ++i) all.emplace_back(table[i].cells().begin(), table[i].cells().end());
  return all;
}

std::vector<std::vector<double>> numbers_of(const std::string& text) {
  const Table table("t.csv", text);
  std::vector<std::vector<double>> all;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    std::vector<double>& row = all.emplace_back();
    for (std::size_t c = 0; c < table[i].size(); ++c) row.push_back(table[i].number(c).value_or(-99));
  }
  return all;
}

TEST(Table, IsReadWithWhateverSeparatesItsCells) {
  const std::vector<std::vector<double>> same{{0.25, 5}, {0.75, 7}};
  for (const char* text : {"0.25,5\n0.75,7\n", "0.25;5\n0.75;7", "0.25\t5\r\n0.75\t7\r\n", "0.25 5\n 0.75    7 \n", "0.25, 5;\n0.75, 7;\n",
                           "0,25;5\n0,75;7\n", "0,25\t5\n0,75\t7\n", "sep=;\n0.25;5\n0.75;7\n", "\xef\xbb\xbf\"0.25\",5\n0.75,\"7\"\n",
                           "\n# a remark\n0.25,5,,\n,,,\n0.75,+7\n"}) {
    EXPECT_EQ(numbers_of(text), same) << text;
  }
}

TEST(Table, HasAHeaderWhenItsFirstRowIsOfWords) {
  const Table table("t.csv", "\xef\xbb\xbfTime (s),Requests\n0,5\n");
  EXPECT_THAT(table.header(), ElementsAre("Time (s)", "Requests"));
  EXPECT_EQ(table.header_line(), 1u);
  EXPECT_EQ(table.column("requests"), 1u);
  EXPECT_EQ(table.column("count"), std::nullopt);
  ASSERT_EQ(table.rows(), 1u);
  EXPECT_EQ(table[0].line(), 2u);
  for (const char* text : {"0.5\n1\n", "nan\n1\n", "-,1\n0,1\n", "2026-11-29 10:00:00,1\n", "[29/Nov/2026:10:00:00 +0000] 1\n"})
    EXPECT_TRUE(Table("t.csv", text).header().empty()) << text;
  EXPECT_EQ(Table("t.csv", "front,back\n", Table::Header::never).rows(), 1u);
  EXPECT_EQ(Table("t.csv", "1,2\n", Table::Header::always).header().size(), 2u);
}

TEST(Table, KnowsWhenItsCommasAreNoSeparators) {
  const Table one_name("t.csv", "time\n0,25\n0,75\n");
  ASSERT_EQ(one_name.rows(), 2u);
  EXPECT_EQ(one_name[0].number(0), 0.25);
  EXPECT_TRUE(Table("t.csv", "0,25\n0,75\n").may_be_decimal_commas());
  EXPECT_FALSE(Table("t.csv", "0.5,25\n1,75\n").may_be_decimal_commas());
  EXPECT_FALSE(Table("t.csv", "time,count\n0,25\n").may_be_decimal_commas());
  EXPECT_EQ(numbers_of("1.234,5;1\n"), (std::vector<std::vector<double>>{{-99, 1}})) << "points between thousands are no numbers";
}

TEST(Table, KeepsWhatIsQuotedWhole) {
  const Table table("t.csv", "caller,callee\n\"a, b\",\"say \"\"c\"\"\"\n,d\n");
  EXPECT_EQ(cells_of(table), (std::vector<std::vector<std::string>>{{"a, b", "say \"c\""}, {"", "d"}}));
  EXPECT_THAT(refusal_of<std::invalid_argument>([] { Table("t.csv", "a,b\n\"c,d\n"); }), HasSubstr("t.csv:2: a quote is opened"));
  EXPECT_THAT(refusal_of<std::invalid_argument>([] { Table("t.csv", "a,b\n\"c\"x,d\n"); }), HasSubstr("t.csv:2: `x` stands behind"));
}

TEST(Table, KeepsDateAndTimeOfDayTogetherWhereBlanksSeparate) {
  EXPECT_EQ(cells_of(Table("t.log", "2026-11-29 10:00:00.5 GET 200\n")),
            (std::vector<std::vector<std::string>>{{"2026-11-29 10:00:00.5", "GET", "200"}}));
}

TEST(Table, InUtf16IsRefusedWithTheRemedy) {
  EXPECT_THAT(refusal_of<std::invalid_argument>([] {
                Table("t.csv", std::string("\xff\xfe"
                                           "0\0",
                                           4));
              }),
              HasSubstr("save it as UTF-8"));
}

TEST(TextFile, LosesItsByteOrderMark) {
  const ScratchFolder folder;
  EXPECT_EQ(text_of(folder.write("a.txt", "\xef\xbb\xbf{}"), "anything"), "{}");
  EXPECT_THAT(refusal_of<std::invalid_argument>([&] { text_of(folder.write("none.csv", ""), "arrival times"); }),
              HasSubstr("none.csv: empty; expected a file of arrival times"));
}

}  // namespace
}  // namespace streamtwin::files
