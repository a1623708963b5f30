// What a message says in the protocol of its two ends. Whoever passes it on copies it without knowing what it is; only who
// knows its type can read it, and nobody's fields ride in the messages of others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "sim-core/frame_pool.hpp"

namespace streamtwin::rpc {

namespace protocol {

/// Its address stands for a type.
template <class T>
inline char tag = 0;

}  // namespace protocol

/// The small body of a request, in the message itself: it is copied at every hop, which must not cost an allocation.
class Body {
 public:
  static constexpr std::size_t room = 24;  // bytes

  template <class T>
  static constexpr bool fits = std::is_trivially_copyable_v<T> && sizeof(T) <= room && alignof(T) <= alignof(std::uint64_t);

  Body() = default;
  template <class T>
  requires fits<T> Body(const T& value) : type_(&protocol::tag<T>) { std::memcpy(bytes_.data(), &value, sizeof value); }

  /// What was said in a protocol; what that takes for granted where nothing was, or in another one.
  template <class T>
  requires fits<T> T as()
  const {
    T value{};
    if (type_ == &protocol::tag<T>) std::memcpy(&value, bytes_.data(), sizeof value);
    return value;
  }

 private:
  const void* type_ = nullptr;
  alignas(std::uint64_t) std::array<std::byte, room> bytes_{};
};

/// What few answers carry, and may be large: made once in a pooled block, which all copies of the answer share; the last
/// one gives it back. An answer without one carries a null pointer.
class Enclosure {
 public:
  Enclosure() = default;
  template <class T>
  requires(std::is_trivially_destructible_v<T> && !std::is_same_v<T, Enclosure>) explicit Enclosure(const T& value)
      : block_(::new (engine::FramePool::allocate(sizeof(Of<T>))) Of<T>{{&protocol::tag<T>, sizeof(Of<T>), 1}, value}) {}
  Enclosure(const Enclosure& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) ++block_->holders;
  }
  Enclosure(Enclosure&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Enclosure& operator=(Enclosure other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Enclosure() {
    if (block_ != nullptr && --block_->holders == 0) engine::FramePool::release(block_, block_->bytes);
  }

  explicit operator bool() const { return block_ != nullptr; }
  /// Null when nothing of that kind is enclosed. Lives as long as some copy of the answer.
  template <class T>
  const T* get() const {
    return block_ != nullptr && block_->type == &protocol::tag<T> ? &static_cast<const Of<T>*>(block_)->value : nullptr;
  }

 private:
  struct Block {
    const void* type;
    std::uint32_t bytes;
    std::uint32_t holders;
  };
  template <class T>
  struct Of : Block {
    T value;
  };

  Block* block_ = nullptr;
};

}  // namespace streamtwin::rpc
