// A microservice as MiSim (Cambio-Project/MiSim) describes it: operations with a demand and dependencies, a load balancer
// in front of the instances, and the patterns of resilience that each instance has. What a scenario says in its block
// `misim`. Defaults are those of MiSim at commit b6950391, each with the class it stands in.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::misim {

enum class BalancerKind : unsigned char { random, even, round_robin, round_robin_fast, util };
enum class BackOff : unsigned char { jittering, exponential, linear, jittering_linear };
enum class DependencyKind : unsigned char { basic, alternative, loop };

/// A normally distributed time, drawn again while it is negative.
struct MisimDelaySpec {
  Duration mean{0};
  Duration deviation{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.mean,
          {.name = "mean", .doc = "Mean of the normal distribution", .source = "MiSim NetworkRequestSendEvent", .min = 0, .max = 3600});
    visit(self.deviation, {.name = "deviation",
                           .doc = "Its standard deviation; negative times are drawn again",
                           .source = "MiSim NetworkRequestSendEvent",
                           .min = 0,
                           .max = 3600});
  }
};

/// A call of an operation, or a choice or repetition of others, which name it in `inside`.
struct MisimDependencySpec {
  DependencyKind kind = DependencyKind::basic;
  std::string name;
  std::string inside;
  std::string service;
  std::string operation;
  Fraction probability{1};
  double weight = 1;
  int iterations = 1;
  std::optional<MisimDelaySpec> custom_delay;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kind, {.name = "kind", .doc = "A call, or what is made of several", .source = "MiSim DependencyDescriptionAdapter"});
    visit(self.name, {.name = "name", .doc = "What the members of an alternative or a loop write in `inside`"});
    visit(self.inside, {.name = "inside", .doc = "The alternative or loop that this is part of; a request makes the others by itself"});
    visit(self.service, {.name = "service", .doc = "The service that is called, where this is a call", .names = "service"});
    visit(self.operation, {.name = "operation", .doc = "The operation of it that is called, where this is a call"});
    visit(self.probability, {.name = "probability",
                             .doc = "Share of requests that make it",
                             .source = "MiSim AbstractDependencyDescription",
                             .min = 0,
                             .max = 1});
    visit(self.weight, {.name = "weight",
                        .doc = "How often an alternative chooses it, relative to its other members",
                        .source = "MiSim AbstractDependencyDescription",
                        .min = 0,
                        .max = 1e6});
    visit(self.iterations, {.name = "iterations",
                            .doc = "How often the members of a loop are made, all at once",
                            .source = "MiSim LoopDependencyDescription",
                            .min = 1,
                            .max = 10000});
    visit(self.custom_delay, {.name = "custom_delay", .doc = "Time of the call itself in place of `misim.delay`"});
  }
};

struct MisimOperationSpec {
  int demand = 0;
  std::vector<MisimDependencySpec> dependencies;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.demand, {.name = "demand",
                        .doc = "Work of one request, done when all its dependencies have been answered",
                        .source = "MiSim OperationAdapter",
                        .min = 0,
                        .max = 1e9});
    visit(self.dependencies, {.name = "dependencies", .doc = "Calls that a request makes, all at once"});
  }
};

struct MisimCircuitBreakerSpec {
  std::optional<Fraction> error_threshold;
  std::optional<int> request_volume_threshold;
  Duration sleep_window = 500ms;
  Duration rolling_window = 20s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "MiSim CircuitBreaker";
    visit(self.error_threshold,
          {.name = "error_threshold",
           .doc = "Share of failed calls to a service, of five or more in the window, that opens the circuit; never if absent",
           .min = 0,
           .max = 1});
    visit(
        self.request_volume_threshold,
        {.name = "request_volume_threshold",
         .doc =
             "Calls of one instance to a service that may be under way; one more is sent, and counted as failed at once; no limit if absent",
         .min = 0,
         .max = 1e9});
    visit(self.sleep_window, {.name = "sleep_window",
                              .doc = "Time from the circuit's opening until calls are let through again",
                              .source = source,
                              .min = 0,
                              .max = 86400});
    visit(self.rolling_window,
          {.name = "rolling_window", .doc = "How long the end of a call counts", .source = source, .min = 0, .max = 86400});
  }
};

struct MisimRetrySpec {
  int max_tries = 5;
  BackOff strategy = BackOff::jittering;
  Duration base_backoff = 10ms;
  Duration max_backoff = 1s;
  double base = 3;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.max_tries,
          {.name = "max_tries", .doc = "Tries of one call, the first included", .source = "MiSim Retry", .min = 0, .max = 1000});
    visit(self.strategy, {.name = "strategy", .doc = "How the wait before a try grows", .source = "MiSim Retry"});
    visit(self.base_backoff, {.name = "base_backoff",
                              .doc = "Wait before the second try",
                              .source = "MiSim ExponentialBackoffRetryStrategy",
                              .min = 0,
                              .max = 3600});
    visit(self.max_backoff,
          {.name = "max_backoff", .doc = "Longest wait", .source = "MiSim ExponentialBackoffRetryStrategy", .min = 0, .max = 86400});
    visit(self.base, {.name = "base",
                      .doc = "Growth of the wait from try to try: a factor, or seconds with the linear strategies",
                      .source = "MiSim ExponentialBackoffRetryStrategy",
                      .min = 0,
                      .max = 1000});
  }
};

struct MisimAutoscalerSpec {
  Duration period = 1s;
  Duration start{0};
  std::optional<Duration> stop;
  double lower_bound = 0.3;
  double upper_bound = 0.8;
  int min_instances = 1;
  std::optional<int> max_instances;
  Duration hold_time = 120s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "MiSim ReactiveAutoscalingPolicy";
    visit(self.period, {.name = "period",
                        .doc = "Time from decision to decision",
                        .source = "MiSim PeriodicServiceOwnedPattern",
                        .min = 1e-3,
                        .max = 86400});
    visit(self.start,
          {.name = "start", .doc = "Time of the first decision", .source = "MiSim PeriodicServiceOwnedPattern", .min = 0, .max = 1e7});
    visit(self.stop, {.name = "stop", .doc = "No decisions after this; to the end if absent", .min = 0, .max = 1e7});
    visit(
        self.lower_bound,
        {.name = "lower_bound",
         .doc = "At or below this utilisation, the mean over instances of the seconds of work that wait in them, instances are taken away",
         .source = source,
         .min = 0,
         .max = 1e6});
    visit(self.upper_bound,
          {.name = "upper_bound", .doc = "At or above it, instances are added", .source = source, .min = 0.011, .max = 1e6});
    visit(self.min_instances, {.name = "min_instances", .doc = "Fewest instances", .source = source, .min = 0, .max = 10000});
    visit(self.max_instances, {.name = "max_instances", .doc = "Most instances; no limit if absent", .min = 1, .max = 10000});
    visit(self.hold_time,
          {.name = "hold_time", .doc = "Time from a change until instances may be taken away", .source = source, .min = 0, .max = 86400});
  }
};

struct MisimServiceSpec {
  int instances_per_zone = 1;
  int cores = 4;
  int queue_limit = 1'000'000;
  int capacity = 1;
  BalancerKind balancer = BalancerKind::random;
  std::map<std::string, MisimOperationSpec> operations;
  std::optional<MisimCircuitBreakerSpec> circuit_breaker;
  std::optional<MisimRetrySpec> retry;
  std::optional<MisimAutoscalerSpec> autoscaler;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.instances_per_zone, {.name = "instances_per_zone",
                                    .doc = "Instances in each zone of the region at the beginning",
                                    .source = assumption,
                                    .min = 1,
                                    .max = 10000});
    visit(self.cores, {.name = "cores",
                       .doc = "Threads of one instance, which work first come, first served",
                       .source = "MiSim CPU: four threads",
                       .min = 1,
                       .max = 1024});
    visit(self.queue_limit, {.name = "queue_limit",
                             .doc = "Requests that may wait for a thread of one instance; one more is rejected",
                             .source = "MiSim's queues have no end",
                             .min = 0,
                             .max = 1e6});
    visit(self.capacity, {.name = "capacity",
                          .doc = "Demand that one instance works off in a second, with all `cores` together",
                          .source = "MiSim Microservice",
                          .min = 1,
                          .max = 2147483647});
    visit(self.balancer, {.name = "balancer", .doc = "Which instance gets the next request", .source = "MiSim LoadBalancer"});
    visit(self.operations, {.name = "operations", .doc = "What can be asked of the service"});
    visit(self.circuit_breaker,
          {.name = "circuit_breaker", .doc = "Circuit breakers of each instance, one for each service that it calls; none if absent"});
    visit(self.retry, {.name = "retry", .doc = "Further tries of calls that failed; none if absent"});
    visit(self.autoscaler, {.name = "autoscaler", .doc = "Adds and removes instances; none if absent"});
  }
};

/// Services that follow MiSim, and what all messages between their instances have in common.
struct MisimSpec {
  MisimDelaySpec delay{1.6ms, 0.6ms};
  Duration timeout = 8s;
  std::map<std::string, MisimServiceSpec> services;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.delay,
          {.name = "delay", .doc = "Time of each call and of each answer between instances; users' requests and their answers take none"});
    visit(self.timeout, {.name = "timeout",
                         .doc = "An instance waits so long for the answer to a call; users wait as long as their workload says",
                         .source = "MiSim NetworkRequestTimeoutEvent",
                         .min = 1e-3,
                         .max = 3600});
    visit(self.services, {.name = "services", .doc = "The services, in place of the platform's `services`", .declares = "service"});
  }
};

}  // namespace streamtwin::misim

namespace streamtwin {
template <>
inline constexpr auto enum_names<misim::BalancerKind> = std::to_array<EnumName<misim::BalancerKind>>({
    {misim::BalancerKind::random, "random", "any"},
    {misim::BalancerKind::even, "even", "the one that has had the fewest; counts begin anew when the number of instances has changed"},
    {misim::BalancerKind::round_robin, "round_robin", "in turn, new ones first"},
    {misim::BalancerKind::round_robin_fast, "round_robin_fast", "in turn; new ones when a round is over"},
    {misim::BalancerKind::util, "util", "one with the least work left"},
});
template <>
inline constexpr auto enum_names<misim::BackOff> = std::to_array<EnumName<misim::BackOff>>({
    {misim::BackOff::jittering, "jittering", "a random share of the exponential wait"},
    {misim::BackOff::exponential, "exponential", "base_backoff times base to the power of the tries before, at most max_backoff"},
    {misim::BackOff::linear, "linear", "base_backoff plus base times tries minus one second, at most max_backoff"},
    {misim::BackOff::jittering_linear, "jittering_linear", "a random share of the linear wait"},
});
template <>
inline constexpr auto enum_names<misim::DependencyKind> = std::to_array<EnumName<misim::DependencyKind>>({
    {misim::DependencyKind::basic, "basic", "a call"},
    {misim::DependencyKind::alternative, "alternative", "one of its members, by their weights"},
    {misim::DependencyKind::loop, "loop", "all its members, so many times"},
});
}  // namespace streamtwin
