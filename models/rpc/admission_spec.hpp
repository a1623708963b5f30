// Whom an instance lets in, as a scenario describes it: a limit on the requests in flight, fixed or learnt from their
// round trips, with shares of it guaranteed to the important ones; and shedding by priority.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/rpc/limits/limiter.hpp"
#include "models/rpc/limits/properties.hpp"
#include "models/rpc/status.hpp"
#include "models/rpc/shedding.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::rpc {

enum class LimitKind : unsigned char { none, fixed, aimd, vegas, gradient, gradient2 };

/// Requests that share a guarantee: those that are not more important go to a later one.
struct PartitionSpec {
  int up_to = priority_lowest;
  Fraction share{1};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.up_to, {.name = "up_to",
                       .doc = "Requests up to this priority that no earlier partition takes",
                       .source = assumption,
                       .min = 0,
                       .max = priority_lowest});
    visit(self.share,
          {.name = "share",
           .doc = "Share of the limit that they may use however busy the others keep it; 0 % leaves them one place and what is free",
           .source = "PlayAPI: 100 % for what members ask for, 0 % for prefetching",
           .min = 0,
           .max = 1});
  }
};

/// Where a request waits that finds the limit used up.
struct BacklogSpec {
  int size = 0;
  Duration timeout = limits::LifoBacklog::timeout_default;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.size, {.name = "size",
                      .doc = "Requests over the limit that wait for a place, the last to come the first to get it; 0: they are refused",
                      .source = "Netflix/concurrency-limits LifoBlockingLimiter: 100 where it is used; that it is not is an assumption",
                      .min = 0,
                      .max = 1e6});
    visit(self.timeout, {.name = "timeout",
                         .doc = "Longest wait for a place",
                         .source = "Netflix/concurrency-limits LifoBlockingLimiter",
                         .min = 1e-3,
                         .max = 3600});
  }
};

struct AdmissionSpec {
  LimitKind limit = LimitKind::none;
  int fixed = 100;
  limits::AimdProperties aimd;
  limits::VegasProperties vegas;
  limits::GradientProperties gradient;
  limits::Gradient2Properties gradient2;
  std::optional<limits::WindowProperties> window;
  std::vector<PartitionSpec> partitions;
  BacklogSpec backlog;

  void check(Checker& checker) const {
    const auto ordered = [&](const auto& limit, const std::string& name) {
      checker.require(limit.least <= limit.most, name + ".least", "the smallest limit is above the largest");
      checker.require(limit.initial <= limit.most, name + ".initial", "the limit begins above the largest");
    };
    ordered(aimd, "aimd");
    ordered(gradient, "gradient");
    ordered(gradient2, "gradient2");
    checker.require(vegas.initial <= vegas.most, "vegas.initial", "the limit begins above the largest");
    for (std::size_t i = 1; i < partitions.size(); ++i) {
      checker.require(partitions[i].up_to > partitions[i - 1].up_to, "partitions[" + std::to_string(i) + "].up_to",
                      "a partition must reach further than the one before it, or no request is left for it");
    }
    checker.require(partitions.empty() || limit != LimitKind::none, "partitions", "there is no limit to share; choose one with `limit`");
    checker.require(!window || limit != LimitKind::none, "window", "there is no limit that could learn; choose one with `limit`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.limit, {.name = "limit",
                       .doc = "How many requests may be in flight at one instance; one more is answered `overloaded` at once",
                       .source = "Netflix/concurrency-limits; that a service has none is an assumption"});
    visit(self.fixed, {.name = "fixed", .doc = "The limit that is fixed", .source = assumption, .min = 1, .max = 1e6});
    visit(self.aimd, {.name = "aimd", .doc = "Additive increase, multiplicative decrease"});
    visit(self.vegas, {.name = "vegas", .doc = "By the queue that the fastest round trip lets infer"});
    visit(self.gradient, {.name = "gradient", .doc = "By the ratio of the fastest to the present round trip"});
    visit(self.gradient2, {.name = "gradient2", .doc = "By the ratio of the long-term to the present round trip"});
    visit(self.window,
          {.name = "window",
           .doc = "Round trips are gathered over a window before the limit learns from them; without it, it learns from each"});
    visit(self.partitions, {.name = "partitions",
                            .doc = "Shares of the limit by priority, the most important first; without any, first come, first served"});
    visit(self.backlog, {.name = "backlog", .doc = "Where requests wait that the limit does not let in"});
  }
};

}  // namespace streamtwin::rpc

namespace streamtwin {
template <>
inline constexpr auto enum_names<rpc::LimitKind> = std::to_array<EnumName<rpc::LimitKind>>({
    {rpc::LimitKind::none, "none", "the queue alone bounds them"},
    {rpc::LimitKind::fixed, "fixed", "always the same"},
    {rpc::LimitKind::aimd, "aimd", "one more while used, a tenth less after a drop or a time-out"},
    {rpc::LimitKind::vegas, "vegas", "as TCP Vegas: by an estimate of the queue"},
    {rpc::LimitKind::gradient, "gradient", "by the gradient of the round trip against its minimum"},
    {rpc::LimitKind::gradient2, "gradient2", "by the gradient against its long-term average; blind to drops"},
});
}  // namespace streamtwin
