// What a client of S3 makes of it when it cannot be reached.
#pragma once

#include "models/stores/sdk_retries.hpp"

namespace streamtwin::s3 {

/// aws/aws-sdk-java ClientConfiguration DEFAULT_CONNECTION_TIMEOUT.
inline constexpr Duration connect_timeout = 10s;

/// Until one that retries as it does by default has given up.
inline Duration given_up_after() { return connect_timeout * (stores::SdkRetries{}.retries + 1); }

}  // namespace streamtwin::s3
