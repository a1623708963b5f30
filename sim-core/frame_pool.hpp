// Memory for coroutine frames and other small blocks that come and go with every request: free lists by size, in
// steps of 16 bytes, refilled from large chunks. An allocation costs a few instructions and blocks that were just
// released, hence still in the cache, are handed out first. Under AddressSanitizer every block is a real allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

namespace streamtwin::engine {

class FramePool {
 public:
  static constexpr std::size_t step = 16;
  static constexpr std::size_t largest = 2048;

  static void* allocate(std::size_t bytes) {
#ifndef STREAMTWIN_SANITIZED
    if (bytes <= largest) [[likely]] {
      Block*& head = free_[(bytes + step - 1) / step];
      if (head == nullptr) [[unlikely]]
        refill((bytes + step - 1) / step);
      Block* block = head;
      head = block->next;
      return block;
    }
#endif
    return allocate_large(bytes);
  }

  static void release(void* address, [[maybe_unused]] std::size_t bytes) noexcept {
#ifndef STREAMTWIN_SANITIZED
    if (bytes <= largest) [[likely]] {
      Block*& head = free_[(bytes + step - 1) / step];
      head = ::new (address) Block{head};
      return;
    }
#endif
    release_large(address);
  }

  /// Bytes taken from the system so far; they are reused, never given back.
  static std::size_t reserved() { return reserved_; }

 private:
  struct Block {
    Block* next;
  };
  static void refill(std::size_t size_class);
  static void* allocate_large(std::size_t bytes);
  static void release_large(void* address) noexcept;

  inline static constinit std::array<Block*, largest / step + 1> free_{};
  inline static constinit std::byte* unused_ = nullptr;
  inline static constinit std::byte* end_ = nullptr;
  inline static constinit std::size_t reserved_ = 0;
};

/// Base for small objects that live in the pool.
struct Pooled {
  static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
  static void operator delete(void* address, std::size_t bytes) noexcept { FramePool::release(address, bytes); }
};

}  // namespace streamtwin::engine
