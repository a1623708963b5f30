#include "sim-core/frame_pool.hpp"

#include <algorithm>

namespace streamtwin::engine {

void FramePool::refill(std::size_t size_class) {
  const std::size_t size = std::max<std::size_t>(size_class, 1) * step;
  const std::size_t count = std::max<std::size_t>(1, (64 * 1024) / size);
  auto* chunk = static_cast<std::byte*>(::operator new(size * count));
  reserved_ += size * count;
  // Linked so that blocks are handed out in address order.
  for (std::size_t i = count; i-- > 0;) {
    free_[size_class] = ::new (chunk + i * size) Block{free_[size_class]};
  }
}

}  // namespace streamtwin::engine
