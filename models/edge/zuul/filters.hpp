// Zuul's filter chain: inbound filters, one endpoint, outbound filters, with the skip rules of BaseZuulFilterRunner
// and the concurrency guard of BaseFilter. A filter is data here; what it costs and decides belongs to whoever runs it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim-core/assert.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::zuul {

enum class FilterPhase : std::uint8_t { inbound, endpoint, outbound };

inline constexpr int filter_concurrency_default = 4000;

struct FilterProperties {
  std::string name;
  FilterPhase phase = FilterPhase::inbound;
  Duration takes{0};
  std::vector<std::string> services;
  bool overrides_stop = false;
  int concurrency_limit = filter_concurrency_default;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.name, {.name = "name", .doc = "What the filter is called", .required = true});
    visit(self.phase, {.name = "phase", .doc = "Where it stands", .source = "Netflix/zuul FilterType"});
    visit(self.takes,
          {.name = "takes",
           .doc = "How long an asynchronous filter has a request; what filters work on the event loop is part of the gateway's cost",
           .source = assumption,
           .min = 0,
           .max = 3600});
    visit(self.services, {.name = "services",
                          .doc = "Skipped unless the request is for one of these services; if absent it looks at all",
                          .source = "Netflix/zuul ZuulFilter.shouldFilter",
                          .names = "service"});
    visit(self.overrides_stop, {.name = "overrides_stop",
                                .doc = "Runs even after filter processing was stopped",
                                .source = "Netflix/zuul ZuulFilter.overrideStopFilterProcessing"});
    visit(self.concurrency_limit, {.name = "concurrency_limit",
                                   .doc = "Refuse when so many requests are inside; 4000 takes the global limit",
                                   .source = "Netflix/zuul BaseFilter",
                                   .min = 0,
                                   .max = 1e9});
  }
};

/// What a request carries through the chain.
struct FilterContext {
  bool stop_processing = false;
  bool cancelled = false;
  bool send_error = false;  ///< the endpoint failed: the client is answered 500
  int static_response = 0;  ///< the status of an answer that a filter has made, which the endpoint gives; 0 is none
  int errors = 0;           ///< filters that failed
};

enum class FilterStep : std::uint8_t { run, skipped, too_concurrent };

/// One filter of one Zuul instance.
class FilterGuard {
 public:
  /// The filter's own limit if it differs from 4000, else the global one.
  FilterGuard(const FilterProperties& filter, int global_limit = filter_concurrency_default)
      : phase_(filter.phase),
        overrides_stop_(filter.overrides_stop),
        limit_(filter.concurrency_limit != filter_concurrency_default ? filter.concurrency_limit : global_limit) {}

  /// `constrained`: a filter constraint applies. Endpoints are never skipped. On `run`, `leave` must follow.
  FilterStep enter(const FilterContext& context, bool should_filter = true, bool constrained = false) {
    const bool skipped =
        phase_ != FilterPhase::endpoint && ((context.stop_processing && !overrides_stop_) || context.cancelled || constrained ||
                                            !should_filter || (phase_ == FilterPhase::inbound && context.send_error));
    if (skipped) return FilterStep::skipped;
    if (inside_ >= limit_) return FilterStep::too_concurrent;
    ++inside_;
    return FilterStep::run;
  }
  void leave() {
    STREAMTWIN_ASSERT(inside_ > 0, "a request left a Zuul filter that it had not entered");
    --inside_;
  }
  int inside() const { return inside_; }

 private:
  FilterPhase phase_;
  bool overrides_stop_;
  int limit_;
  int inside_ = 0;
};

}  // namespace streamtwin::zuul

namespace streamtwin {
template <>
inline constexpr auto enum_names<zuul::FilterPhase> = std::to_array<EnumName<zuul::FilterPhase>>({
    {zuul::FilterPhase::inbound, "inbound", "before the origin is asked"},
    {zuul::FilterPhase::endpoint, "endpoint", "asks the origin, or answers itself"},
    {zuul::FilterPhase::outbound, "outbound", "after the answer"},
});
}  // namespace streamtwin
