// Feature flags as a scenario describes them: what is behind them, and how fast instances hear of a change.
#pragma once

#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::configuration {

struct FlagSpec {
  std::string service;
  double work = 1;
  Fraction errors{0};
  Duration within = 10s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.service, {.name = "service", .doc = "Whose code is behind it", .required = true, .names = "service"});
    visit(self.work, {.name = "work",
                      .doc = "Processor time of a request that takes this code, as a multiple of another's",
                      .source = "as without: assumption",
                      .min = 1e-3,
                      .max = 1000});
    visit(self.errors,
          {.name = "errors", .doc = "Share of the requests that take it and fail", .source = "none: assumption", .min = 0, .max = 1});
    visit(self.within, {.name = "within",
                        .doc = "An instance hears of a change at some time until so long after it, each at its own. Seconds by a service "
                               "that pushes; 60 s for who asks as often as Netflix/archaius FixedDelayPollingScheduler by default",
                        .source = "pushed: assumption",
                        .min = 0,
                        .max = 86400});
  }
};

}  // namespace streamtwin::configuration
