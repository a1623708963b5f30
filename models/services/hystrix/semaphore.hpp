// A counted permission that is refused rather than waited for: AbstractCommand.TryableSemaphoreActual of Hystrix.
#pragma once

#include <cstdint>

#include "sim-core/assert.hpp"

namespace streamtwin::hystrix {

class TryableSemaphore {
 public:
  explicit TryableSemaphore(int permits) : permits_(permits) {}

  bool try_acquire() {
    if (used_ >= permits_) return false;
    ++used_;
    return true;
  }
  void release() {
    STREAMTWIN_ASSERT(used_ > 0, "a Hystrix semaphore was released more often than acquired");
    --used_;
  }
  int used() const { return used_; }

 private:
  int permits_;
  int used_ = 0;
};

}  // namespace streamtwin::hystrix
