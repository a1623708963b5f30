// The token of a key (apache/cassandra utils/MurmurHash.hash3_x64_128 and dht/Murmur3Partitioner, Apache License 2.0): the first half
// of Murmur3 for 128 bits, seed 0. Bytes of an unfinished last block are Java's, which have a sign: one of 0x80 and above sets every
// bit above its own, so that such keys have other tokens than Murmur3 would give them.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace streamtwin::cassandra {

/// A place on the ring. The least one belongs to the empty key alone.
using Token = std::int64_t;
inline constexpr Token least_token = std::numeric_limits<Token>::min();

std::int64_t murmur3(std::string_view key);

/// Of a key of bytes: a blob, or a text in UTF-8.
Token token_of(std::string_view key);
/// Of a key that is an int or a bigint.
Token token_of(std::int32_t key);
Token token_of(std::int64_t key);

/// A partition key of several columns, as one: each with its length before it and a zero after it.
std::string composite_key(std::span<const std::string> parts);

}  // namespace streamtwin::cassandra
