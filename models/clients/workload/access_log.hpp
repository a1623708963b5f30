// Access logs as arrivals: the common log format and its combined relative, those of Amazon's classic and application load
// balancers, CloudFront's and other logs that name their fields (W3C extended), and the binary log of the World Cup of 1998.
// Each has its own idea of which moment a line's time is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::workload {

/// When the requests of a log came, in seconds since 1970, in the order of its lines; nothing when the text is no such log.
/// Where a log knows when it answered and how long that took, the difference; times in whole seconds are spread over their
/// second, the same each time. Throws std::invalid_argument, which names all lines without a time.
std::optional<std::vector<double>> access_log_times(const std::string& name, std::string_view text);

}  // namespace streamtwin::workload
