#include "models/cache/evcache/md5.hpp"

#include <bit>
#include <utility>

namespace streamtwin::evcache {
namespace {

// The 64 constants are floor(2^32 * |sin(i + 1)|), written out so that no library's sine decides.
constexpr std::array<std::uint32_t, 64> sines = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1,
    0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453,
    0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942,
    0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05,
    0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d,
    0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr std::array<std::array<int, 4>, 4> rotations = {{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

using State = std::array<std::uint32_t, 4>;

// One of the four rounds: sixteen steps that mix the block's words in an order of the round's own.
template <std::uint32_t round>
void md5_round(State& state, const std::array<std::uint32_t, 16>& words) {
  auto [a, b, c, d] = state;
  constexpr std::array<std::uint32_t, 4> first = {0, 1, 5, 0};
  constexpr std::array<std::uint32_t, 4> stride = {1, 5, 3, 7};
  for (std::uint32_t step = 0; step < 16; ++step) {
    std::uint32_t mixed = 0;
    if constexpr (round == 0) mixed = d ^ (b & (c ^ d));
    if constexpr (round == 1) mixed = c ^ (d & (b ^ c));
    if constexpr (round == 2) mixed = b ^ c ^ d;
    if constexpr (round == 3) mixed = c ^ (b | ~d);
    const std::uint32_t sum = a + mixed + sines[16 * round + step] + words[(first[round] + stride[round] * step) % 16];
    a = std::exchange(d, std::exchange(c, std::exchange(b, b + std::rotl(sum, rotations[round][step % 4]))));
  }
  state = {a, b, c, d};
}

void absorb(State& state, const std::uint8_t* block) {
  std::array<std::uint32_t, 16> words;
  for (std::size_t i = 0; i < 16; ++i) {
    words[i] = 0;
    for (std::size_t byte = 0; byte < 4; ++byte) words[i] |= static_cast<std::uint32_t>(block[4 * i + byte]) << (8 * byte);
  }
  State mixed = state;
  md5_round<0>(mixed, words);
  md5_round<1>(mixed, words);
  md5_round<2>(mixed, words);
  md5_round<3>(mixed, words);
  for (std::size_t i = 0; i < 4; ++i) state[i] += mixed[i];
}

}  // namespace

Md5Digest md5(std::string_view text) {
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t left = text.size();
  for (; left >= 64; left -= 64, bytes += 64) absorb(state, bytes);
  std::array<std::uint8_t, 128> tail{};
  for (std::size_t i = 0; i < left; ++i) tail[i] = bytes[i];
  tail[left] = 0x80;
  const std::size_t padded = left < 56 ? 64 : 128;
  const std::uint64_t bits = static_cast<std::uint64_t>(text.size()) * 8;
  for (std::size_t i = 0; i < 8; ++i) tail[padded - 8 + i] = static_cast<std::uint8_t>(bits >> (8 * i));
  for (std::size_t at = 0; at < padded; at += 64) absorb(state, tail.data() + at);
  Md5Digest digest{};
  for (std::size_t i = 0; i < 16; ++i) digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (8 * (i % 4)));
  return digest;
}

}  // namespace streamtwin::evcache
