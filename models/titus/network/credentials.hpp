// What containers have of their role's credentials while the service that gives them (AWS STS) does not answer. A replay of
// Netflix/titus-executor metadataserver/iam.go: renewed before they end, tried again until it works, and an error takes the place of
// credentials that would still do. Times go in, times come out: nothing happens as long as nothing fails.
#pragma once

#include <span>

#include "models/titus/network/metadata_proxy.hpp"

namespace streamtwin::titus {

/// When the service gives no credentials; the end belongs to the time after it.
struct Outage {
  Instant begin{};
  Instant end = never;
};

struct CredentialsLife {
  int lapses = 0;  ///< times that a container had none
  Duration without{0};
};

/// About as long as the metadata proxy waits until it tries again: more than 10 s after the error, looking every 1 to 14 s.
inline constexpr Duration between_renewals_tried = 15s;

/// Of a container that asked for its first ones `since`, up to `until`. `outages`: in order, apart from each other. `error_hides`: who
/// asks is told of a failed renewal rather than given what is still good. O(renewals).
CredentialsLife life_of_credentials(Instant since, Instant until, std::span<const Outage> outages, bool error_hides);

}  // namespace streamtwin::titus
