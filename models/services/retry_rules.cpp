#include "models/services/retry_rules.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::services {
namespace {

constexpr std::uint8_t bit(Failure failure) { return static_cast<std::uint8_t>(1u << static_cast<unsigned>(failure)); }
constexpr std::uint8_t error = bit(Failure::error), refused = bit(Failure::refused), reset = bit(Failure::reset),
                       timeout = bit(Failure::timeout), overload = bit(Failure::overload);
constexpr std::uint8_t anything = error | refused | reset | timeout | overload;

/// What a library does by itself.
struct Ways {
  ClientLibrary library;
  int same_server, next_server;
  std::uint8_t reads, writes;
  RetryBackOff back_off;
};

constexpr RetryBackOff at_once{.first = Duration{0}, .factor = 1, .most = Duration{0}, .jitter = Fraction{0}};

constexpr Ways table[] = {
    /// Netflix/ribbon RestClient, RequestSpecificRetryHandler
    {ClientLibrary::ribbon, 0, 1, refused | reset | timeout | overload, refused | reset | overload, at_once},
    /// OpenFeign/feign Retryer.Default: 5 attempts; 150, 225, 337, 506 ms. That each is a fresh choice is an assumption
    {ClientLibrary::feign, 0, 4, refused | reset | timeout, refused | reset | timeout, {150ms, 1.5, 1s, Fraction{0}}},
    /// spring-projects/spring-retry SimpleRetryPolicy, @Backoff
    {ClientLibrary::spring_retry, 0, 2, anything, anything, {1s, 1, 1s, Fraction{0}}},
    /// apache/httpcomponents-client 4.5 DefaultHttpRequestRetryHandler
    {ClientLibrary::apache_4, 3, 0, reset, 0, at_once},
    /// apache/httpcomponents-client DefaultHttpRequestRetryStrategy
    {ClientLibrary::apache_5, 1, 0, reset | overload, overload, {1s, 1, 1s, Fraction{0}}},
    /// square/okhttp RetryAndFollowUpInterceptor; that there is one further address is an assumption
    {ClientLibrary::okhttp, 0, 1, refused | reset, refused | reset, at_once},
    /// openjdk/jdk sun.net.www.http.HttpClient
    {ClientLibrary::url_connection, 1, 0, reset, reset, at_once},
    /// boto/botocore retries/standard
    {ClientLibrary::aws_sdk, 0, 2, anything, anything, {1s, 2, 20s, Fraction{1}}},
    /// grpc/proposal A6: no policy by default; waits of its example, 0.1 s to 1 s, give or take a fifth
    {ClientLibrary::grpc, 0, 0, refused | reset | overload, refused | reset | overload, {120ms, 2, 1200ms, Fraction{1.0 / 3}}},
};

const Ways& ways_of(ClientLibrary library) {
  const Ways* row = std::find_if(std::begin(table), std::end(table), [&](const Ways& ways) { return ways.library == library; });
  check(row != std::end(table), "every library has its ways");
  return *row;
}

void choose(std::uint8_t& after, const std::optional<bool>& wanted, std::uint8_t which) {
  if (wanted) after = static_cast<std::uint8_t>(*wanted ? after | which : after & ~which);
}

std::uint8_t chosen(std::uint8_t after, const RetryOn& on) {
  choose(after, on.errors, error);
  choose(after, on.refused, refused);
  choose(after, on.resets, reset);
  choose(after, on.timeouts, timeout);
  choose(after, on.overload, overload);
  return after;
}

}  // namespace

RetryRules retry_rules(const ClientSpec& client, bool of_writes) {
  const Ways& ways = ways_of(client.library);
  RetryRules rules;
  rules.same_server = client.retries_same_server.value_or(ways.same_server);
  rules.next_server = client.retries_next_server.value_or(ways.next_server);
  rules.back_off = client.back_off.value_or(ways.back_off);
  rules.after = chosen(ways.reads, client.retry_on);
  if (!of_writes || client.retry_writes.value_or(false)) return rules;
  // Where the library tells writes from reads, what it leaves out for them stays out: they may have done their work.
  if (client.retry_writes) {
    rules.after &= refused;
  } else if (ways.reads != ways.writes) {
    rules.after &= ways.writes;
  }
  rules.busy_at_same_server = client.library != ClientLibrary::ribbon;
  return rules;
}

Duration exponential_back_off(Duration first, double factor, Duration most, int failed) {
  Duration wait = first;
  for (int i = 1; i < failed && wait < most; ++i) wait *= factor;
  return std::min(wait, most);
}

Duration RetryRules::wait_max(int failed) const { return exponential_back_off(back_off.first, back_off.factor, back_off.most, failed); }

Duration RetryRules::wait(int failed, Random& random) const {
  const Duration most = wait_max(failed);
  return back_off.jitter.value() > 0 && most > Duration{0} ? most * (1 - back_off.jitter.value() * random.uniform()) : most;
}

}  // namespace streamtwin::services
