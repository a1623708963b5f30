// The parameters of concurrency-limits (Netflix/concurrency-limits 78a74b9) with the builders' defaults.
#pragma once

#include <array>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::limits {

struct AimdProperties {
  int initial = 20;
  int least = 20;
  int most = 200;
  double back_off = 0.9;
  Duration timeout = 5s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/concurrency-limits AIMDLimit";
    visit(self.initial, {.name = "initial", .doc = "Limit at the start", .source = source, .min = 1, .max = 1e6});
    visit(self.least, {.name = "least", .doc = "Smallest limit", .source = source, .min = 1, .max = 1e6});
    visit(self.most, {.name = "most", .doc = "Largest limit", .source = source, .min = 1, .max = 1e6});
    visit(self.back_off,
          {.name = "back_off", .doc = "The limit is multiplied by this after a drop", .source = source, .min = 0.5, .max = 0.999999});
    visit(self.timeout, {.name = "timeout", .doc = "A slower answer counts as a drop", .source = source, .min = 1e-9, .max = 3600});
  }
};

struct VegasProperties {
  int initial = 20;
  int most = 1000;
  double smoothing = 1.0;
  int probe_multiplier = 30;
  int alpha = 0;
  int beta = 0;
  double decrease_factor = 0;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/concurrency-limits VegasLimit";
    visit(self.initial, {.name = "initial", .doc = "Limit at the start", .source = source, .min = 1, .max = 1e6});
    visit(self.most, {.name = "most", .doc = "Largest limit", .source = source, .min = 1, .max = 1e6});
    visit(self.smoothing, {.name = "smoothing", .doc = "Weight of the new limit", .source = source, .min = 0, .max = 1});
    visit(self.probe_multiplier, {.name = "probe_multiplier",
                                  .doc = "The fastest round trip is measured anew after about this many limits' worth of samples",
                                  .source = source,
                                  .min = 1,
                                  .max = 1e6});
    visit(self.alpha, {.name = "alpha",
                       .doc = "Below this queue the limit grows; 0 is three times the limit's logarithm",
                       .source = source,
                       .min = 0,
                       .max = 1e6});
    visit(self.beta, {.name = "beta",
                      .doc = "Above this queue it shrinks; 0 is six times the limit's logarithm",
                      .source = source,
                      .min = 0,
                      .max = 1e6});
    visit(self.decrease_factor, {.name = "decrease_factor",
                                 .doc = "Shrink by this factor; 0 subtracts the limit's logarithm",
                                 .source = source,
                                 .min = 0,
                                 .max = 1});
  }
};

struct GradientProperties {
  int initial = 50;
  int least = 1;
  int most = 1000;
  double smoothing = 0.2;
  double tolerance = 2.0;
  double back_off = 0.9;
  int probe_interval = 1000;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/concurrency-limits GradientLimit";
    visit(self.initial, {.name = "initial", .doc = "Limit at the start", .source = source, .min = 1, .max = 1e6});
    visit(self.least, {.name = "least", .doc = "Smallest limit", .source = source, .min = 1, .max = 1e6});
    visit(self.most, {.name = "most", .doc = "Largest limit", .source = source, .min = 1, .max = 1e6});
    visit(self.smoothing, {.name = "smoothing", .doc = "Weight of a smaller limit", .source = source, .min = 0, .max = 1});
    visit(self.tolerance, {.name = "tolerance",
                           .doc = "Round trips up to this multiple of the fastest are no queue",
                           .source = source,
                           .min = 1,
                           .max = 1000});
    visit(self.back_off,
          {.name = "back_off", .doc = "The limit is multiplied by this after a drop", .source = source, .min = 0.5, .max = 0.999999});
    visit(self.probe_interval, {.name = "probe_interval",
                                .doc = "Samples until the fastest round trip is measured anew (up to twice as many); 0 is never",
                                .source = source,
                                .min = 0,
                                .max = 1e9});
  }
};

struct Gradient2Properties {
  int initial = 20;
  int least = 20;
  int most = 200;
  double smoothing = 0.2;
  double tolerance = 1.5;
  int long_window = 600;
  int queue = 4;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/concurrency-limits Gradient2Limit";
    visit(self.initial, {.name = "initial", .doc = "Limit at the start", .source = source, .min = 1, .max = 1e6});
    visit(self.least, {.name = "least", .doc = "Smallest limit", .source = source, .min = 1, .max = 1e6});
    visit(self.most, {.name = "most", .doc = "Largest limit", .source = source, .min = 1, .max = 1e6});
    visit(self.smoothing, {.name = "smoothing", .doc = "Weight of the new limit", .source = source, .min = 0, .max = 1});
    visit(self.tolerance, {.name = "tolerance",
                           .doc = "Round trips up to this multiple of the long average are no queue",
                           .source = source,
                           .min = 1,
                           .max = 1000});
    visit(self.long_window, {.name = "long_window", .doc = "Samples of the long average", .source = source, .min = 1, .max = 1e9});
    visit(self.queue, {.name = "queue", .doc = "Requests that may wait", .source = source, .min = 0, .max = 1e6});
  }
};

enum class WindowKind : unsigned char { average, percentile };

struct WindowProperties {
  Duration least = 1s;
  Duration most = 1s;
  int samples = 10;
  Duration ignore_faster_than = 100us;
  WindowKind kind = WindowKind::average;
  Fraction percentile{0.5};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/concurrency-limits WindowedLimit";
    visit(self.least, {.name = "least", .doc = "Shortest window", .source = source, .min = 0.1, .max = 3600});
    visit(self.most, {.name = "most", .doc = "Longest window", .source = source, .min = 0.1, .max = 3600});
    visit(self.samples, {.name = "samples", .doc = "A window with fewer is thrown away", .source = source, .min = 10, .max = 1e6});
    visit(self.ignore_faster_than,
          {.name = "ignore_faster_than", .doc = "Faster round trips are not counted", .source = source, .min = 0, .max = 60});
    visit(self.kind, {.name = "kind", .doc = "What stands for the window's round trips", .source = source});
    visit(self.percentile, {.name = "percentile",
                            .doc = "Which percentile of the round trips that is, with `kind: percentile`",
                            .source = source,
                            .min = 0,
                            .max = 1});
  }
};

}  // namespace streamtwin::limits

namespace streamtwin {
template <>
inline constexpr auto enum_names<limits::WindowKind> = std::to_array<EnumName<limits::WindowKind>>({
    {limits::WindowKind::average, "average", "their mean"},
    {limits::WindowKind::percentile, "percentile", "a percentile of the first of them"},
});
}  // namespace streamtwin
