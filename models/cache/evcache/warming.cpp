#include "models/cache/evcache/warming.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin::evcache {

std::vector<DumpChunk> dump_of(const Shard& shard, const std::function<bool(std::uint64_t key)>& wanted, const WarmerSpec& spec,
                               Instant now) {
  std::vector<DumpChunk> chunks;
  DumpChunk open;
  Bytes size;
  double dumped = 0;
  const auto close = [&] {
    open.dumped = now + Duration{dumped / spec.dump.value()};
    chunks.push_back(std::exchange(open, {}));
    size = Bytes{};
  };
  for (const std::uint64_t key : shard.keys()) {
    const std::optional<Stored> stored = shard.peek(key, now);
    if (!stored || !wanted(key)) continue;
    open.keys.push_back(key);
    size += stored->size;
    ++dumped;
    if (size >= spec.chunk) close();
  }
  if (!open.keys.empty()) close();
  return chunks;
}

Instant Populators::take(Instant now, Duration work) {
  Instant& first = *std::min_element(free_.begin(), free_.end());
  first = std::max(first, now) + work;
  return first;
}

}  // namespace streamtwin::evcache
