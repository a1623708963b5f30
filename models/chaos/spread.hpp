// How a fault spread from tier to tier until an objective broke: which left its bounds first, and through whose calls it went on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streamtwin::chaos {

/// Figures of a tier by window; NaN where there was nothing to measure.
struct WatchedTier {
  std::string name;
  std::vector<double> failed;   ///< share of its requests
  std::vector<double> latency;  ///< 99th percentile, seconds
  std::vector<double> rate;     ///< requests per second
};

enum class Sign {
  failures,  ///< a share of requests fails that is 1 % above the worst before
  latency,   ///< twice the worst before
  silence,   ///< less than half of the least rate before
};
std::string_view name_of(Sign sign);

struct Affected {
  std::size_t tier;    ///< position among the tiers
  std::size_t window;  ///< the first in which it showed
  Sign sign;
  std::optional<std::size_t> through;  ///< position in this list of the caller that it reached next
};

/// A tier calls another, both by position.
using TierCall = std::pair<std::size_t, std::size_t>;

/// Those that left their bounds in the windows from `first`, the first after the fault, to `broken`, in which the objective broke; what
/// is usual is what was in the windows before `first`. Of one window callees come before their callers, else in the tiers' order.
std::vector<Affected> spread(const std::vector<WatchedTier>& tiers, const std::vector<TierCall>& calls, std::size_t first,
                             std::size_t broken);

}  // namespace streamtwin::chaos
