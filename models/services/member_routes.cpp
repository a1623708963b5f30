#include "models/services/member_routes.hpp"

#include <algorithm>

#include "models/rpc/member_place.hpp"
#include "sim-core/check.hpp"

namespace streamtwin::services {

MemberRoutes::Route MemberRoutes::add(RegionIndex region, Fraction members) {
  const double from = slices_.empty() ? 0 : slices_.back().to;
  check(from + members.value() <= 1 + 1e-9, "a member takes one route");
  slices_.push_back({region, from, from + members.value(), false});
  return static_cast<Route>(slices_.size());
}

void MemberRoutes::set(Route route, bool open) {
  Slice& slice = slices_[route - std::size_t{1}];
  open_ += static_cast<int>(open) - static_cast<int>(slice.open);
  slice.open = open;
}

MemberRoutes::Route MemberRoutes::route_of(std::uint32_t member, RegionIndex region) const {
  if (open_ == 0) return 0;
  const double place = rpc::place_of_member(member, salt_);
  const auto found = std::upper_bound(slices_.begin(), slices_.end(), place, [](double at, const Slice& slice) { return at < slice.to; });
  if (found == slices_.end() || !found->open || found->region != region) return 0;
  return static_cast<Route>(found - slices_.begin() + 1);
}

}  // namespace streamtwin::services
