// Points in time as logs write them.
#include "models/files/time_stamp.hpp"

#include <gtest/gtest.h>

namespace streamtwin::files {
namespace {

constexpr double ten_o_clock = 1795946400;  // date -u -d 2026-11-29T10:00:00 +%s

TEST(TimeStamp, IsReadAsTheCommonLogsWriteIt) {
  for (const char* text :
       {"2026-11-29T10:00:00Z", "2026-11-29 10:00:00", "2026-11-29T10:00Z", "2026/11/29 10:00:00.000", "2026-11-29T11:00:00+01:00",
        "2026-11-29 05:00:00-0500", "29/Nov/2026:10:00:00 +0000", "[29/Nov/2026:12:30:00 +0230]", "29.11.2026 10:00:00",
        "2026.11.29_10.00.00", "2026-11-29 10:00:00 UTC", "29-nov-2026 10:00:00"}) {
    EXPECT_EQ(time_stamp_in(text), ten_o_clock) << text;
  }
  EXPECT_EQ(time_stamp_in("2026-11-29"), ten_o_clock - 36'000);
  EXPECT_EQ(time_stamp_in("1970-01-01T00:00:00Z"), 0);
  EXPECT_NEAR(time_stamp_in("2026-11-29 10:00:00,250").value(), ten_o_clock + 0.25, 1e-6);
}

TEST(TimeStamp, OfTwoMeaningsOrNoneIsNone) {
  for (const char* text : {"", "12.5", "1700000000", "05/04/2026", "11/29/2026 10:00", "2026-13-01", "2026-02-30", "2026-11-29T25:00:00",
                           "2026-11-29 10:61", "2026-11-29 10:00:00 mañana", "10:00:00", "GET", "2026-11-29T10:00:00+99:00", "192.0.2.7"}) {
    EXPECT_EQ(time_stamp_in(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace streamtwin::files
