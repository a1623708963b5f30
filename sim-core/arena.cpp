#include "sim-core/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

namespace streamtwin::engine {

namespace {
constexpr std::size_t smallest = std::size_t{1} << 16;
constexpr std::size_t largest = std::size_t{1} << 23;
constexpr std::size_t huge_page = std::size_t{1} << 21;
}  // namespace

void* Arena::piece(std::size_t bytes, std::size_t reserved, std::size_t& got) {
  // A quarter more than there is, up to a limit: at most that much lies idle.
  got = std::bit_ceil(std::max(bytes, std::clamp(reserved / 4, smallest, largest)));
  void* memory = std::aligned_alloc(got >= huge_page ? huge_page : 64, got);
  if (memory == nullptr) throw std::bad_alloc();
  if (got >= huge_page) madvise(memory, got, MADV_HUGEPAGE);
  return memory;
}

void Arena::release(void* piece) noexcept { std::free(piece); }

}  // namespace streamtwin::engine
