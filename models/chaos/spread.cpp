#include "models/chaos/spread.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::chaos {
namespace {

constexpr double more_failures = 0.01, slower = 2, fewer = 0.5;

/// What is usual of a tier: the worst of the windows before.
struct Usual {
  double failed = 0, latency = 0, rate = HUGE_VAL;
};

Usual usual_of(const WatchedTier& tier, std::size_t windows) {
  Usual usual;
  for (std::size_t i = 0; i < windows; ++i) {
    if (tier.failed[i] > usual.failed) usual.failed = tier.failed[i];
    if (tier.latency[i] > usual.latency) usual.latency = tier.latency[i];
    if (tier.rate[i] < usual.rate) usual.rate = tier.rate[i];
  }
  return usual;
}

std::optional<Sign> sign_of(const WatchedTier& tier, const Usual& usual, std::size_t window) {
  if (tier.failed[window] > usual.failed + more_failures) return Sign::failures;
  if (usual.latency > 0 && tier.latency[window] > slower * usual.latency) return Sign::latency;
  if (tier.rate[window] < fewer * usual.rate) return Sign::silence;
  return std::nullopt;
}

/// How many calls deep what each tier calls goes; a circle ends where it has been counted.
std::vector<std::size_t> heights(std::size_t tiers, const std::vector<TierCall>& calls) {
  std::vector<std::size_t> height(tiers, 0);
  for (std::size_t round = 0; round < tiers; ++round) {
    bool changed = false;
    for (const auto& [caller, callee] : calls) {
      if (height[caller] > height[callee] || height[callee] + 1 >= tiers) continue;
      height[caller] = height[callee] + 1;
      changed = true;
    }
    if (!changed) break;
  }
  return height;
}

}  // namespace

std::string_view name_of(Sign sign) { return sign == Sign::failures ? "failures" : sign == Sign::latency ? "latency" : "silence"; }

std::vector<Affected> spread(const std::vector<WatchedTier>& tiers, const std::vector<TierCall>& calls, std::size_t first,
                             std::size_t broken) {
  std::vector<Affected> affected;
  for (std::size_t t = 0; t < tiers.size(); ++t) {
    const Usual usual = usual_of(tiers[t], first);
    for (std::size_t window = first; window <= broken; ++window) {
      const std::optional<Sign> sign = sign_of(tiers[t], usual, window);
      if (!sign) continue;
      affected.push_back({t, window, *sign, std::nullopt});
      break;
    }
  }
  const std::vector<std::size_t> height = heights(tiers.size(), calls);
  std::stable_sort(affected.begin(), affected.end(), [&](const Affected& a, const Affected& b) {
    return std::pair(a.window, height[a.tier]) < std::pair(b.window, height[b.tier]);
  });
  for (std::size_t i = 0; i < affected.size(); ++i) {
    for (std::size_t next = i + 1; next < affected.size() && !affected[i].through; ++next) {
      const TierCall call{affected[next].tier, affected[i].tier};
      if (std::find(calls.begin(), calls.end(), call) != calls.end()) affected[i].through = next;
    }
  }
  return affected;
}

}  // namespace streamtwin::chaos
