// The descriptions of the tables: names, what they say, and the SQL that follows.
#include "scenarios/results/tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace streamtwin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Said {
  std::set<std::string_view> names;
  void operator()(auto&&, const Column& column) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name << " twice";
    EXPECT_FALSE(column.doc.empty()) << column.name;
  }
};

TEST(Tables, SayWhatEachColumnIs) {
  std::set<std::string_view> tables;
  for_each_table([&]<class Row>() {
    EXPECT_TRUE(tables.insert(Table<Row>::name).second) << Table<Row>::name << " twice";
    EXPECT_FALSE(Table<Row>::doc.empty());
    Said said;
    const Row row{};
    Table<Row>::describe(row, said);
    EXPECT_FALSE(said.names.empty()) << Table<Row>::name;
  });
  EXPECT_EQ(tables.size(), 20u);
}

TEST(Tables, TakeTheTypesOfColumnsFromTheirMembers) {
  const std::string sql = results_schema();
  EXPECT_THAT(sql, HasSubstr("  kind TEXT NOT NULL,                  -- What a value is of: 'count', 'number', 'share'"));
  EXPECT_THAT(sql, HasSubstr("  value REAL,")) << "may be unknown";
  EXPECT_THAT(sql, HasSubstr("  held INTEGER,")) << "may be unknown";
  EXPECT_THAT(sql, HasSubstr("  servers INTEGER NOT NULL,"));
  EXPECT_THAT(sql, HasSubstr("  mean_cost_s REAL,                    -- What a request costs of a server (s)"));
  EXPECT_THAT(sql, HasSubstr("  PRIMARY KEY (tier, region)\n"));
  EXPECT_THAT(sql, Not(HasSubstr(",\n)")));
}

}  // namespace
}  // namespace streamtwin
