#include "models/titus/network/credentials.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::titus {
namespace {

/// The first attempt that is answered, of those that begin at `first`; never, if an outage has no end.
Instant answered(Instant first, std::span<const Outage> outages) {
  Instant attempt = first;
  for (const Outage& outage : outages) {
    if (attempt < outage.begin || attempt >= outage.end) continue;
    if (outage.end == never) return never;
    attempt += std::ceil((outage.end - attempt) / between_renewals_tried) * between_renewals_tried;
  }
  return attempt;
}

}  // namespace

CredentialsLife life_of_credentials(Instant since, Instant until, std::span<const Outage> outages, bool error_hides) {
  CredentialsLife life;
  const auto lacks = [&](Instant from, Instant to) {
    if (from >= std::min(to, until)) return;
    ++life.lapses;
    life.without += std::min(to, until) - from;
  };
  Instant renewed = answered(since, outages);
  lacks(since, renewed);
  while (renewed < until) {
    const Instant due = renewed + (MetadataProxy::session - MetadataProxy::renewed_before_end);
    if (due >= until) break;
    const Instant next = answered(due, outages);
    lacks(error_hides ? due : renewed + MetadataProxy::session, next);
    renewed = next;
  }
  return life;
}

}  // namespace streamtwin::titus
