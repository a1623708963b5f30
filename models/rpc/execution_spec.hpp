// How an instance works on its requests, and what makes it slow for a while, as a scenario describes it.
#pragma once

#include <array>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

enum class ExecutionModel : unsigned char { event_loop, blocking_threads };

struct ExecutionSpec {
  ExecutionModel model = ExecutionModel::event_loop;
  int threads = 200;
  Duration dispatch_delay{0};
  Fraction steal{0};

  void check(Checker& checker) const {
    checker.require(dispatch_delay == Duration{0} || model == ExecutionModel::blocking_threads, "dispatch_delay",
                    "an event loop reads requests itself, between others: leave this out, or say `model: blocking_threads`");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.model, {.name = "model",
                       .doc = "What a request holds while it waits for others",
                       .source = "event loops as in Netflix/zuul 2; that a service has them is an assumption"});
    visit(self.threads, {.name = "threads",
                         .doc = "Requests that blocking_threads take up at a time; further ones wait in a queue of queue_limit",
                         .source = "Apache Tomcat maxThreads",
                         .min = 1,
                         .max = 1e5});
    visit(self.dispatch_delay,
          {.name = "dispatch_delay",
           .doc = "Mean time, exponentially distributed, that an answer waits for a core when the threads of other requests keep all of "
                  "them busy. All of a request's waits for the scheduler stand here, at its end",
           .source = "a thread that wakes waits until others have had their slice; none: assumption",
           .min = 0,
           .max = 10});
    visit(self.steal, {.name = "steal",
                       .doc = "Share of its processors' time that the host gives to others",
                       .source = "steal of Linux' /proc/stat; a machine that has all of it: assumption",
                       .min = 0,
                       .max = 0.99});
  }
};

/// Collections that stop the world: nothing is worked on meanwhile, and no answer is read.
struct GarbageCollectionSpec {
  Duration interval{0};
  Duration pause = 50ms;
  double sigma = 0.5;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.interval, {.name = "interval",
                          .doc = "Mean time from the end of a pause to the next one, exponentially distributed; 0 s: no pauses",
                          .source = assumption,
                          .min = 0,
                          .max = 86400});
    visit(self.pause, {.name = "pause", .doc = "Median length of a pause", .source = assumption, .min = 1e-6, .max = 600});
    visit(self.sigma, {.name = "sigma",
                       .doc = "Standard deviation of the logarithm of that length (0: always the median)",
                       .source = assumption,
                       .min = 0,
                       .max = 3});
  }
};

/// An instance that has just been launched interprets what a warm one has compiled.
struct WarmUpSpec {
  double cold_factor = 1;
  Duration lasts = 2min;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(
        self.cold_factor,
        {.name = "cold_factor",
         .doc = "Processor time of a request right after the launch, as a multiple of a warm instance's; it falls to 1 in a straight line",
         .source = "off; that instances of a run's beginning are warm is an assumption",
         .min = 1,
         .max = 1000});
    visit(self.lasts,
          {.name = "lasts", .doc = "Time from the launch until an instance is warm", .source = assumption, .min = 1e-3, .max = 86400});
  }
};

/// What a cold instance's requests cost, as a multiple, at an age.
constexpr double cold_factor_at(const WarmUpSpec& spec, Duration age) {
  if (age >= spec.lasts) return 1;
  return spec.cold_factor + (1 - spec.cold_factor) * (age / spec.lasts);
}

}  // namespace streamtwin::rpc

namespace streamtwin {
template <>
inline constexpr auto enum_names<rpc::ExecutionModel> = std::to_array<EnumName<rpc::ExecutionModel>>({
    {rpc::ExecutionModel::event_loop, "event_loop",
     "a core while it is worked on, first come, first served; nothing while it waits for a call"},
    {rpc::ExecutionModel::blocking_threads, "blocking_threads",
     "a thread from its first instruction to its answer; running threads share the cores"},
});
}  // namespace streamtwin
