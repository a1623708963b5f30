// Points in time as logs and spreadsheets write them.
#pragma once

#include <optional>
#include <string_view>

namespace streamtwin::files {

/// Seconds since 1970-01-01 UTC of a date with or without a time of day; UTC where it names no zone. Understood are
///   2026-11-29T10:00:00.5Z, 2026-11-29 10:00:00+01:00, 2026/11/29 10:00, 2026-11-29   (ISO 8601 and its relatives)
///   29/Nov/2026:10:00:00 +0000, with or without brackets                             (common log)
///   29.11.2026 10:00:00                                                              (day first, with points)
///   2019.12.20_10.00.01                                                              (G-NetTrack)
/// Nothing otherwise: 11/29/2026 is refused because 05/04/2026 has two meanings.
std::optional<double> time_stamp_in(std::string_view text);

}  // namespace streamtwin::files
