// The client that makes a call between services, as a scenario describes it: how patient it is, what it tries again, how
// often and after which wait. What is not said is as its library does it.
#pragma once

#include <array>
#include <optional>

#include "models/services/budgets/adaptive_throttle.hpp"
#include "models/services/budgets/concurrency.hpp"
#include "models/services/budgets/deposits.hpp"
#include "models/services/budgets/quota.hpp"
#include "models/services/hedging.hpp"
#include "models/services/outlier/outlier_spec.hpp"
#include "models/services/retry_throttle.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

enum class ClientLibrary : unsigned char { ribbon, feign, spring_retry, apache_4, apache_5, okhttp, url_connection, aws_sdk, grpc };

/// Which failures of a try are worth another one; what is absent is as the library does it.
struct RetryOn {
  std::optional<bool> errors;
  std::optional<bool> refused;
  std::optional<bool> resets;
  std::optional<bool> timeouts;
  std::optional<bool> overload;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.errors, {.name = "errors", .doc = "The server answered that it failed (500)"});
    visit(self.refused, {.name = "refused", .doc = "No connection came about, or no server is known: nothing was sent"});
    visit(self.resets, {.name = "resets", .doc = "The connection broke under the request"});
    visit(self.timeouts, {.name = "timeouts", .doc = "No answer came in time, or the server says so of its own calls (504)"});
    visit(self.overload, {.name = "overload", .doc = "The server answered that it is too busy (503)"});
  }
};

/// The wait before a further try.
struct RetryBackOff {
  Duration first = 100ms;
  double factor = 2;
  Duration most = 10s;
  Fraction jitter{0.5};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.first, {.name = "first", .doc = "Wait before the second try", .source = assumption, .min = 0, .max = 3600});
    visit(self.factor, {.name = "factor", .doc = "Growth of the wait from try to try", .source = assumption, .min = 1, .max = 100});
    visit(self.most, {.name = "most", .doc = "Longest wait", .source = assumption, .min = 0, .max = 86400});
    visit(self.jitter,
          {.name = "jitter", .doc = "Share of the wait that is drawn at random: 0 none, 1 all", .source = assumption, .min = 0, .max = 1});
  }
};

struct ClientSpec {
  ClientLibrary library = ClientLibrary::ribbon;
  std::optional<int> retries_same_server;
  std::optional<int> retries_next_server;
  RetryOn retry_on;
  std::optional<bool> retry_writes;
  std::optional<RetryBackOff> back_off;
  Duration connect_timeout = 2s;
  Duration read_timeout = 5s;
  RetryThrottleSpec retry_throttle;
  std::optional<budgets::RetryConcurrencySpec> retry_concurrency;
  std::optional<budgets::RetryQuotaSpec> retry_quota;
  std::optional<budgets::RetryDepositsSpec> retry_deposits;
  std::optional<budgets::AdaptiveThrottleSpec> adaptive_throttle;
  std::optional<HedgingSpec> hedging;
  std::optional<outlier::OutlierSpec> outlier_ejection;

  /// Whether further tries have a budget.
  bool has_budget() const { return retry_throttle.enabled || retry_concurrency || retry_quota || retry_deposits; }
  /// Whether it does more against callees that fail than to try again.
  bool is_defended() const { return adaptive_throttle || hedging || outlier_ejection; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/ribbon CommonClientConfigKey";
    visit(self.library, {.name = "library",
                         .doc = "Whose ways of trying again the client has, where the other keys say nothing",
                         .source = "Netflix/ribbon under Netflix/Hystrix, as the platform's own services have it"});
    visit(self.retries_same_server, {.name = "retries_same_server",
                                     .doc = "Further tries at the same server (MaxAutoRetries); the library's own if absent, Ribbon's 0",
                                     .source = source,
                                     .min = 0,
                                     .max = 100});
    visit(self.retries_next_server,
          {.name = "retries_next_server",
           .doc = "Further choices of a server (MaxAutoRetriesNextServer); the library's own if absent, Ribbon's 1",
           .source = source,
           .min = 0,
           .max = 100});
    visit(self.retry_on, {.name = "retry_on", .doc = "Which failures of a try are worth another one"});
    visit(self.retry_writes,
          {.name = "retry_writes",
           .doc = "Whether requests that change something are tried again after the same failures as reads; if false only what never "
                  "reached a server is; the library's own if absent (Ribbon: OkToRetryOnAllOperations)"});
    visit(self.back_off, {.name = "back_off", .doc = "The wait before a further try; the library's own if absent, Ribbon's none"});
    visit(self.connect_timeout,
          {.name = "connect_timeout", .doc = "Longest wait for a connection", .source = source, .min = 1e-3, .max = 3600});
    visit(self.read_timeout,
          {.name = "read_timeout", .doc = "Longest wait for the answer to one try", .source = source, .min = 1e-3, .max = 3600});
    visit(self.retry_throttle,
          {.name = "retry_throttle", .doc = "The budget for further tries that each calling instance has for this call"});
    visit(self.retry_concurrency, {.name = "retry_concurrency",
                                   .doc = "Bounds the further tries that are under way at a time, as Envoy does; not at all if absent"});
    visit(self.retry_quota,
          {.name = "retry_quota", .doc = "Makes further tries cost tokens that answers give back, as the AWS SDKs do; nothing if absent"});
    visit(self.retry_deposits, {.name = "retry_deposits",
                                .doc = "Bounds further tries by the calls of the last seconds, as Finagle does; not at all if absent"});
    visit(self.adaptive_throttle,
          {.name = "adaptive_throttle",
           .doc = "Holds back requests at each calling instance while the callee accepts too few of them; none if absent"});
    visit(self.hedging, {.name = "hedging",
                         .doc = "Sends a further try while the one before is still under way, so that the first good answer counts; only "
                                "after failures if absent"});
    visit(self.outlier_ejection,
          {.name = "outlier_ejection",
           .doc = "Sends nothing for a while to servers that fail more often than the others, as Envoy does; not if absent"});
  }
};

}  // namespace streamtwin::services

namespace streamtwin {
template <>
inline constexpr auto enum_names<services::ClientLibrary> = std::to_array<EnumName<services::ClientLibrary>>({
    {services::ClientLibrary::ribbon, "ribbon",
     "one further server after anything but an error, writes only after what broke the connection or a busy server"},
    {services::ClientLibrary::feign, "feign", "four further tries of any method after refusals, resets and time-outs, with back-off"},
    {services::ClientLibrary::spring_retry, "spring_retry", "two further tries of any method after any failure, 1 s apart"},
    {services::ClientLibrary::apache_4, "apache_4", "Apache HttpClient 4: three more at the same server after a reset, reads only"},
    {services::ClientLibrary::apache_5, "apache_5",
     "Apache HttpClient 5: one more at the same server after 1 s, after a reset (reads only) or from a busy server"},
    {services::ClientLibrary::okhttp, "okhttp", "another address, any method, after refusals and resets"},
    {services::ClientLibrary::url_connection, "url_connection", "HttpURLConnection: once more after a reset, any method"},
    {services::ClientLibrary::aws_sdk, "aws_sdk", "two further tries of any method after any failure, fully jittered back-off"},
    {services::ClientLibrary::grpc, "grpc", "none unless asked for; then after UNAVAILABLE: refusals, resets, a busy server"},
});
}  // namespace streamtwin
