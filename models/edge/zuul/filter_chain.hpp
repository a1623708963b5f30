// A request's way through the filters of one Zuul instance: inbound filters, one endpoint, outbound filters, each phase
// in the order in which its filters are listed. A filter that refuses because too many requests are inside has failed as
// if it had thrown: upstream notes the error and goes on with the next filter; only when the endpoint refuses is the
// client answered with an error (BaseZuulFilterRunner.handleFilterException). Pure: whoever drives it waits.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/edge/zuul/filters.hpp"

namespace streamtwin::zuul {

using FilterIndex = std::size_t;

/// Cost: O(filters) per request; nothing is allocated after it is built.
class FilterChain {
 public:
  /// `origins`: the services that the gateway calls; a request names its own by position. A filter looks at the requests
  /// to its `services`, or at all; to a service that is none of the origins nothing goes.
  FilterChain(std::span<const FilterProperties> filters, std::span<const std::string> origins,
              int global_limit = filter_concurrency_default) {
    for (const FilterPhase phase : {FilterPhase::inbound, FilterPhase::endpoint, FilterPhase::outbound}) {
      for (const FilterProperties& filter : filters)
        if (filter.phase == phase) add(filter, origins, global_limit);
      ends_[static_cast<std::size_t>(phase)] = entries_.size();
    }
  }

  FilterIndex begin(FilterPhase phase) const { return phase == FilterPhase::inbound ? 0 : ends_[static_cast<std::size_t>(phase) - 1]; }
  /// Lets a request into the next filter of a phase, from `from` on, that does not skip it and has room; nothing when there
  /// is none left. `leave` must follow. What refuses is noted in the context. `origin` beyond those known: of no route.
  std::optional<FilterIndex> enter(FilterPhase phase, FilterIndex from, std::size_t origin, FilterContext& context) {
    for (FilterIndex i = std::max(from, begin(phase)); i < ends_[static_cast<std::size_t>(phase)]; ++i) {
      const FilterStep step = entries_[i].guard.enter(context, entries_[i].looks_at(origin));
      if (step == FilterStep::run) return i;
      if (step == FilterStep::too_concurrent) refuse(phase, context);
    }
    return std::nullopt;
  }
  void leave(FilterIndex filter) { entries_[filter].guard.leave(); }

  std::size_t size() const { return entries_.size(); }
  const FilterProperties& filter(FilterIndex filter) const { return entries_[filter].properties; }
  int inside(FilterIndex filter) const { return entries_[filter].guard.inside(); }
  std::uint64_t rejections() const { return rejections_; }

 private:
  struct Entry {
    FilterProperties properties;
    FilterGuard guard;
    std::vector<char> only;  ///< by origin; empty is all, and what has no route
    bool looks_at(std::size_t origin) const { return only.empty() || (origin < only.size() && only[origin]); }
  };
  void add(const FilterProperties& filter, std::span<const std::string> origins, int global_limit) {
    std::vector<char> only;
    if (!filter.services.empty())
      for (const std::string& origin : origins)
        only.push_back(std::find(filter.services.begin(), filter.services.end(), origin) != filter.services.end());
    entries_.push_back({filter, FilterGuard(filter, global_limit), std::move(only)});
  }
  void refuse(FilterPhase phase, FilterContext& context) {
    ++rejections_;
    ++context.errors;
    if (phase == FilterPhase::endpoint) context.send_error = true;
  }

  std::vector<Entry> entries_;         ///< phase by phase
  std::array<FilterIndex, 3> ends_{};  ///< of each phase
  std::uint64_t rejections_ = 0;
};

}  // namespace streamtwin::zuul
