// The hash that sends a key to its partition. 32 bits, as in apache/kafka Utils.murmur2, whose integers are signed: the mask of
// `partition_of_key` is that of Utils.toPositive, and not an absolute value.
#pragma once

#include <cstdint>
#include <string_view>

namespace streamtwin::kafka {

std::uint32_t murmur2(std::string_view bytes);

/// Of all partitions, whether somebody leads them or not; `partitions` >= 1.
inline int partition_of_key(std::string_view key, int partitions) {
  return static_cast<int>((murmur2(key) & 0x7fffffffU) % static_cast<std::uint32_t>(partitions));
}

}  // namespace streamtwin::kafka
