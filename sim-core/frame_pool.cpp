#include "sim-core/frame_pool.hpp"

#include <algorithm>

#include "sim-core/arena.hpp"

namespace streamtwin::engine {

void* FramePool::allocate_large(std::size_t bytes) { return ::operator new(bytes); }

void FramePool::release_large(void* address) noexcept { ::operator delete(address); }

/// Cuts the next stretch of the present piece into blocks of that size.
void FramePool::refill(std::size_t size_class) {
  constexpr std::size_t stretch = 16 * 1024;
  const std::size_t size = std::max<std::size_t>(size_class, 1) * step;
  if (static_cast<std::size_t>(end_ - unused_) < std::max(stretch, size)) {
    std::size_t got = 0;
    unused_ = static_cast<std::byte*>(Arena::piece(std::max(stretch, size), reserved_, got));
    end_ = unused_ + got;
    reserved_ += got;
  }
  const std::size_t count = std::max<std::size_t>(1, stretch / size);
  // Linked so that blocks are handed out in address order.
  for (std::size_t i = count; i-- > 0;) {
    free_[size_class] = ::new (unused_ + i * size) Block{free_[size_class]};
  }
  unused_ += (count * size + 63) / 64 * 64;
}

}  // namespace streamtwin::engine
