// The properties of Hystrix commands, thread pools and collapsers with Hystrix 1.5.18's defaults, as read in
// HystrixCommandProperties, HystrixThreadPoolProperties and HystrixCollapserProperties; and which of the two released
// circuit breakers is meant, which is the release's choice rather than a property.
#pragma once

#include <algorithm>
#include <array>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::hystrix {

enum class Isolation : unsigned char { thread, semaphore };
enum class BreakerVersion : unsigned char { hystrix_1_5_18, hystrix_1_5_12 };

/// What the breaker, the isolation and the fallback of one command key obey.
struct CommandProperties {
  BreakerVersion circuit_breaker = BreakerVersion::hystrix_1_5_18;
  bool circuit_breaker_enabled = true;
  bool force_open = false;
  bool force_closed = false;
  int request_volume_threshold = 20;
  Fraction error_threshold{0.5};
  Duration sleep_window = 5s;
  Duration health_snapshot_interval = 500ms;
  Duration statistics_window = 10s;
  Isolation isolation = Isolation::thread;
  bool timeout_enabled = true;
  Duration timeout = 1s;
  bool interrupt_on_timeout = true;
  bool honours_interrupt = false;
  int execution_semaphore = 10;
  bool fallback_enabled = true;
  int fallback_semaphore = 10;
  bool request_cache_enabled = true;
  bool any_end_answers_probe = false;
  bool lose_close_race = false;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/Hystrix HystrixCommandProperties";
    visit(self.circuit_breaker, {.name = "circuit_breaker",
                                 .doc = "The release whose circuit breaker this is",
                                 .source = "Netflix/Hystrix HystrixCircuitBreaker of hystrix-core 1.5.18, the last release, and 1.5.12"});
    visit(self.circuit_breaker_enabled,
          {.name = "circuit_breaker_enabled", .doc = "Whether the circuit may open at all", .source = source});
    visit(self.force_open, {.name = "force_open", .doc = "Reject every request", .source = source});
    visit(self.force_closed, {.name = "force_closed", .doc = "Allow every request, whatever the statistics", .source = source});
    visit(self.request_volume_threshold, {.name = "request_volume_threshold",
                                          .doc = "Requests in the window before the circuit may open",
                                          .source = source,
                                          .min = 0,
                                          .max = 1e9});
    visit(self.error_threshold, {.name = "error_threshold",
                                 .doc = "Share of errors in the window, in whole per cent, that opens the circuit",
                                 .source = source,
                                 .min = 0,
                                 .max = 1});
    visit(self.sleep_window,
          {.name = "sleep_window", .doc = "An open circuit lets one probe through after this", .source = source, .min = 0, .max = 86400});
    visit(self.health_snapshot_interval, {.name = "health_snapshot_interval",
                                          .doc = "Length of a health bucket, and how often the circuit looks",
                                          .source = source,
                                          .min = 1e-3,
                                          .max = 3600});
    visit(self.statistics_window,
          {.name = "statistics_window", .doc = "What the circuit looks back on", .source = source, .min = 1e-3, .max = 3600});
    visit(self.isolation,
          {.name = "isolation", .doc = "Run on a thread of the pool or on the caller's under a semaphore", .source = source});
    visit(self.timeout_enabled, {.name = "timeout_enabled", .doc = "Whether the command times out", .source = source});
    visit(self.timeout, {.name = "timeout",
                         .doc = "After this, waiting for a thread included, the fallback answers",
                         .source = source,
                         .min = 1e-3,
                         .max = 3600});
    visit(self.interrupt_on_timeout, {.name = "interrupt_on_timeout", .doc = "Interrupt the thread of a timed-out run", .source = source});
    visit(self.honours_interrupt,
          {.name = "honours_interrupt",
           .doc = "Whether the code that runs ends when interrupted; if not the thread stays busy until its client gives up",
           .source = "most Java HTTP clients do not: Netflix/Hystrix wiki, How it Works"});
    visit(self.execution_semaphore,
          {.name = "execution_semaphore", .doc = "Concurrent runs under semaphore isolation", .source = source, .min = 0, .max = 1e9});
    visit(self.fallback_enabled, {.name = "fallback_enabled", .doc = "Whether the fallback is tried", .source = source});
    visit(self.fallback_semaphore,
          {.name = "fallback_semaphore", .doc = "Concurrent fallbacks, under either isolation", .source = source, .min = 0, .max = 1e9});
    visit(self.request_cache_enabled, {.name = "request_cache_enabled", .doc = "Share answers within a request by key", .source = source});
    visit(self.any_end_answers_probe,
          {.name = "any_end_answers_probe",
           .doc = "Quirk of a repository state that never reached Maven Central, of the breaker of 1.5.12 only: while a probe is "
                  "in flight the end of any other call, even a short-circuited one, re-opens, so that a busy command hardly "
                  "ever closes",
           .source = "Netflix/Hystrix AbstractCommand.toObservable at 7c03baf, compiled and run; off in what was released"});
    visit(self.lose_close_race,
          {.name = "lose_close_race",
           .doc = "Fault of the breaker of 1.5.12: the first close of the circuit is overtaken by a tick of the old statistics, "
                  "which leaves it open by name but with no time since when; from then on it allows everything and never opens "
                  "again",
           .source = "Netflix/Hystrix pull request 1640; a rare race, so off unless asked for"});
  }

  int error_threshold_percent() const { return static_cast<int>(error_threshold.value() * 100 + 0.5); }
};

/// A bulkhead's threads and queue; one per thread-pool key, by default one per command group.
struct ThreadPoolProperties {
  int core_size = 10;
  int maximum_size = 10;
  bool allow_maximum_to_diverge = false;
  int max_queue_size = -1;
  int queue_rejection_threshold = 5;
  Duration keep_alive = 60s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/Hystrix HystrixThreadPoolProperties";
    visit(self.core_size, {.name = "core_size", .doc = "Threads of the pool", .source = source, .min = 1, .max = 1e6});
    visit(self.maximum_size,
          {.name = "maximum_size", .doc = "Most threads, honoured only when allowed to diverge", .source = source, .min = 1, .max = 1e6});
    visit(self.allow_maximum_to_diverge,
          {.name = "allow_maximum_to_diverge", .doc = "Whether maximum_size counts; otherwise it is core_size", .source = source});
    visit(
        self.max_queue_size,
        {.name = "max_queue_size", .doc = "Places to wait for a thread; -1 is a direct hand-off", .source = source, .min = -1, .max = 1e6});
    visit(self.queue_rejection_threshold, {.name = "queue_rejection_threshold",
                                           .doc = "Reject from this queue length on, even if the queue is longer",
                                           .source = source,
                                           .min = 0,
                                           .max = 1e6});
    visit(self.keep_alive,
          {.name = "keep_alive", .doc = "A thread above core_size ends after idling this long", .source = source, .min = 0, .max = 86400});
  }

  /// HystrixThreadPoolProperties.actualMaximumSize: never below the core size.
  int effective_maximum() const { return allow_maximum_to_diverge ? std::max(core_size, maximum_size) : core_size; }
};

struct CollapserProperties {
  Duration timer_delay = 10ms;
  int max_requests_in_batch = 2147483647;
  bool request_cache_enabled = true;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/Hystrix HystrixCollapserProperties";
    visit(self.timer_delay, {.name = "timer_delay",
                             .doc = "A batch is sent at every multiple of this after the first call",
                             .source = source,
                             .min = 1e-3,
                             .max = 3600});
    visit(self.max_requests_in_batch,
          {.name = "max_requests_in_batch", .doc = "A batch of this size is sent at once", .source = source, .min = 1, .max = 2147483647});
    visit(self.request_cache_enabled,
          {.name = "request_cache_enabled", .doc = "Equal arguments of a batch share one answer", .source = source});
  }
};

}  // namespace streamtwin::hystrix

namespace streamtwin {
template <>
inline constexpr auto enum_names<hystrix::BreakerVersion> = std::to_array<EnumName<hystrix::BreakerVersion>>({
    {hystrix::BreakerVersion::hystrix_1_5_18, "hystrix_1_5_18",
     "the last release, and 1.5.11: judges when a request asks; any success closes; a probe per sleep window"},
    {hystrix::BreakerVersion::hystrix_1_5_12, "hystrix_1_5_12",
     "judges at ticks of the statistics; half open until its probe is answered; the sleep window counts from a failed probe's end"},
});
template <>
inline constexpr auto enum_names<hystrix::Isolation> = std::to_array<EnumName<hystrix::Isolation>>({
    {hystrix::Isolation::thread, "thread", "a bounded pool of threads per dependency"},
    {hystrix::Isolation::semaphore, "semaphore", "the caller's thread, counted"},
});
}  // namespace streamtwin
