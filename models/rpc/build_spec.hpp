// What a build of a service does otherwise than the one that a run begins with, as a scenario describes it.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

struct BuildSpec {
  double work = 1;
  Fraction errors{0};
  Fraction crashes{0};
  double leak = 0;
  Fraction incompatible{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.work, {.name = "work",
                      .doc = "Processor time of a request, as a multiple of what the service's `cost` says",
                      .source = "as before: assumption",
                      .min = 1e-3,
                      .max = 1000});
    visit(self.errors, {.name = "errors", .doc = "Share of requests that fail", .source = "none: assumption", .min = 0, .max = 1});
    visit(self.crashes, {.name = "crashes",
                         .doc = "Share of its instances that crash as they start, again and again",
                         .source = "none: assumption",
                         .min = 0,
                         .max = 1});
    visit(self.leak, {.name = "leak",
                      .doc = "A memory leak: in each hour that an instance serves its requests need so much more processor time, as a "
                             "multiple of what they need at first",
                      .source = "none: assumption",
                      .min = 0,
                      .max = 1e4});
    visit(self.incompatible, {.name = "incompatible",
                              .doc = "Side by side with another build: share of the requests that fail of those before which the other "
                                     "one has served in the region, and so of the other's after its own",
                              .source = "none: assumption",
                              .min = 0,
                              .max = 1});
  }
};

}  // namespace streamtwin::rpc
