// Tables of real figures, compiled in from the CSV files of this folder; README.md there names their sources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::data {

extern const std::string_view instance_types_csv;
extern const std::string_view titus_agent_types_csv;
extern const std::string_view open_connect_sites_csv;
extern const std::string_view region_latency_ms_csv;
extern const std::string_view title_popularity_csv;

/// The rows of a CSV text without its heading; fields may be quoted.
std::vector<std::vector<std::string>> csv_rows(std::string_view text);
/// A number of a table that is compiled in: that it is one is an invariant of the build.
double csv_number(const std::string& field);

}  // namespace streamtwin::data
