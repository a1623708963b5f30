// Ribbon's server predicates: filter, fall back, and take the eligible in turn (AbstractServerPredicate,
// CompositePredicate). The counter returns the value before its increment: the first pick is the first eligible.
#pragma once

#include <optional>

#include "models/services/ribbon/servers.hpp"

namespace streamtwin::ribbon {

/// Shared by every predicate rule; one per rule object and zone.
class EligibleInTurn {
 public:
  std::size_t next(std::size_t modulo) {
    for (;;) {  // after a shrink the stored position may be past the end: it wraps and is read again
      const std::size_t current = next_;
      next_ = static_cast<std::uint32_t>(current + 1 < modulo ? current + 1 : (current + 1) % modulo);  // a division is slow
      if (current < modulo) return current;
    }
  }

 private:
  std::uint32_t next_ = 0;
};

/// The servers of the list that satisfy `predicate`, tested in list order, into `servers.eligible`.
template <class Predicate>
std::size_t filter(const Servers& servers, Predicate&& predicate) {
  std::size_t count = 0;
  for (ServerIndex server : servers.list)
    if (predicate(server)) servers.eligible[count++] = server;
  return count;
}

/// As `filter`; while fewer than `least` are left, the next fallback is tried instead. The last one stands.
template <class Predicate, class... Fallbacks>
std::size_t filter_or_fall_back(const Servers& servers, std::size_t least, Predicate&& predicate, Fallbacks&&... fallbacks) {
  const std::size_t count = filter(servers, predicate);
  if constexpr (sizeof...(fallbacks) > 0)
    if (count < least) return filter_or_fall_back(servers, least, std::forward<Fallbacks>(fallbacks)...);
  return count;
}

/// Every server is eligible at last: a predicate rule never comes back empty-handed from a list with servers.
template <class... Predicates>
std::optional<ServerIndex> choose_in_turn(const Servers& servers, EligibleInTurn& turn, Predicates&&... predicates) {
  const std::size_t count = filter_or_fall_back(servers, 1, std::forward<Predicates>(predicates)..., [](ServerIndex) { return true; });
  if (count == 0) return std::nullopt;
  return servers.eligible[turn.next(count)];
}

}  // namespace streamtwin::ribbon
