// A bucket of S3 as a scenario describes it.
#pragma once

#include <array>

#include "models/stores/s3/prefixes.hpp"
#include "models/stores/s3/transfer.hpp"
#include "models/stores/sdk_retries.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::s3 {

enum class Consistency : std::uint8_t { strong, eventual };

/// A bucket in each region. The store's instances there are what answers requests in S3's name; what they answer is the bucket's.
struct S3Spec {
  RateProperties rates;
  TransferProperties transfer;
  Consistency consistency = Consistency::strong;
  Duration overwrites_seen_after = 2s;
  stores::SdkRetries retries;
  Duration request_timeout = 50s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.rates, {.name = "rates", .doc = "How many requests it takes"});
    visit(self.transfer, {.name = "transfer", .doc = "How long it takes over them"});
    visit(self.consistency, {.name = "consistency", .doc = "Who sees what is overwritten", .source = "AWS News Blog, 1 December 2020"});
    visit(self.overwrites_seen_after, {.name = "overwrites_seen_after",
                                       .doc = "Where that is `eventual`: mean time for which readers get what was there before, "
                                              "exponentially distributed",
                                       .source = "seconds: from memory",
                                       .min = 0,
                                       .max = 3600});
    visit(self.retries, {.name = "retries", .doc = "How clients try again, told to slow down or not"});
    visit(self.request_timeout, {.name = "request_timeout",
                                 .doc = "How long a client waits for an answer before it tries again over another connection",
                                 .source = "aws/aws-sdk-java ClientConfiguration DEFAULT_SOCKET_TIMEOUT",
                                 .min = 1e-3,
                                 .max = 3600});
  }
};

}  // namespace streamtwin::s3

namespace streamtwin {
template <>
inline constexpr auto enum_names<s3::Consistency> = std::to_array<EnumName<s3::Consistency>>({
    {s3::Consistency::strong, "strong", "everybody at once, as since December 2020"},
    {s3::Consistency::eventual, "eventual", "readers after a while, as before; a new object at once"},
});
}  // namespace streamtwin
