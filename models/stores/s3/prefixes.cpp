#include "models/stores/s3/prefixes.hpp"

#include <algorithm>

#include "sim-core/random.hpp"

namespace streamtwin::s3 {

bool Prefixes::takes(std::uint64_t item, Kind kind, Instant now) {
  const std::uint64_t place = mix(item);
  Prefix& prefix = prefixes_[place % prefixes_.size()];
  Partition& partition = prefix.partitions[place / prefixes_.size() % prefix.partitions.size()];
  Bucket& bucket = kind == Kind::read ? partition.reads : partition.writes;
  const double a_second = rate(kind).value();
  bucket.used = std::max(0.0, bucket.used - a_second * in_seconds(now - bucket.as_of));
  bucket.as_of = now;
  if (bucket.used + 1 > a_second) {
    refused(prefix, now);
    return false;
  }
  ++bucket.used;
  return true;
}

void Prefixes::refused(Prefix& prefix, Instant now) {
  if (!prefix.refuses_since || now - prefix.last_refusal > calm) prefix.refuses_since = now;
  prefix.last_refusal = now;
  if (now - *prefix.refuses_since < properties_.repartition) return;
  prefix.partitions.resize(prefix.partitions.size() * 2);
  prefix.refuses_since.reset();
}

int Prefixes::partitions() const {
  std::size_t partitions = 0;
  for (const Prefix& prefix : prefixes_) partitions += prefix.partitions.size();
  return static_cast<int>(partitions);
}

}  // namespace streamtwin::s3
