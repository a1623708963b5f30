// When units of work come, and what films are like that are worked on.
#pragma once

#include <vector>

#include "models/titus/stack/workload_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::work {

struct ArrivalsSpec {
  Rate rate{0};
  std::vector<double> hourly_weights;

  void check(Checker& checker) const { titus::check_hourly_weights(hourly_weights, "nothing", checker); }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.rate, {.name = "rate", .doc = "How many come, on average over the day", .source = assumption, .min = 0, .max = 1});
    visit(self.hourly_weights, titus::hourly_weights_field);
  }
};

struct FilmSpec {
  Duration length = 45min;
  double length_sigma = 0.4;
  BitRate bit_rate{50e6};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.length, {.name = "length", .doc = "How long a film lasts, median", .source = assumption, .min = 60, .max = 36000});
    visit(self.length_sigma,
          {.name = "length_sigma", .doc = "Deviation of the logarithm of that time", .source = assumption, .min = 0, .max = 2});
    visit(self.bit_rate,
          {.name = "bit_rate", .doc = "Of the master from which it is encoded", .source = assumption, .min = 1e5, .max = 1e10});
  }
};

}  // namespace streamtwin::work
