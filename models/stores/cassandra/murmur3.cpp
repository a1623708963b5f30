#include "models/stores/cassandra/murmur3.hpp"

#include <bit>
#include <stdexcept>

namespace streamtwin::cassandra {
namespace {

constexpr std::uint64_t first_factor = 0x87c37b91114253d5ULL, second_factor = 0x4cf5ad432745937fULL;
constexpr std::size_t block_size = 16, half = 8;

std::uint64_t spread(std::uint64_t word) {
  word = (word ^ (word >> 33)) * 0xff51afd7ed558ccdULL;
  word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return word ^ (word >> 33);
}

std::uint64_t first_word(std::uint64_t word) { return std::rotl(word * first_factor, 31) * second_factor; }
std::uint64_t second_word(std::uint64_t word) { return std::rotl(word * second_factor, 33) * first_factor; }

std::uint64_t whole_word(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < half; ++i) word |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[i])) << (8 * i);
  return word;
}

std::uint64_t signed_bytes(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word ^= static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int8_t>(bytes[i]))) << (8 * i);
  }
  return word;
}

/// Of the eight bytes of a number, the first of which is the lowest.
std::uint64_t signed_bytes(std::uint64_t bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < half; ++i) {
    word ^= static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int8_t>(bytes >> (8 * i)))) << (8 * i);
  }
  return word;
}

std::int64_t finish(std::uint64_t first, std::uint64_t second, std::size_t size) {
  first ^= size;
  second ^= size;
  first += second;
  second += first;
  return static_cast<std::int64_t>(spread(first) + spread(second));
}

Token without_least(std::int64_t hash) { return hash == least_token ? std::numeric_limits<Token>::max() : hash; }

template <class Integer>
std::string big_endian(Integer value) {
  std::string bytes(sizeof(Integer), '\0');
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * (sizeof(Integer) - 1 - i)));
  }
  return bytes;
}

}  // namespace

std::int64_t murmur3(std::string_view key) {
  std::uint64_t first = 0, second = 0;
  std::string_view rest = key;
  for (; rest.size() >= block_size; rest.remove_prefix(block_size)) {
    first = (std::rotl(first ^ first_word(whole_word(rest)), 27) + second) * 5 + 0x52dce729;
    second = (std::rotl(second ^ second_word(whole_word(rest.substr(half))), 31) + first) * 5 + 0x38495ab5;
  }
  if (rest.size() > half) second ^= second_word(signed_bytes(rest.substr(half)));
  if (!rest.empty()) first ^= first_word(signed_bytes(rest.substr(0, half)));
  return finish(first, second, key.size());
}

Token token_of(std::string_view key) {
  if (key.empty()) return least_token;
  return without_least(murmur3(key));
}

Token token_of(std::int32_t key) { return token_of(std::string_view(big_endian(key))); }

// As that of its eight bytes, the highest first, which stand nowhere: each read and write of a store asks for it.
Token token_of(std::int64_t key) {
  return without_least(finish(first_word(signed_bytes(__builtin_bswap64(static_cast<std::uint64_t>(key)))), 0, sizeof key));
}

std::string composite_key(std::span<const std::string> parts) {
  std::string key;
  for (const std::string& part : parts) {
    if (part.size() > std::numeric_limits<std::uint16_t>::max()) throw std::invalid_argument("a part of a key has 65535 bytes at most");
    key += big_endian(static_cast<std::uint16_t>(part.size())) + part + '\0';
  }
  return key;
}

}  // namespace streamtwin::cassandra
