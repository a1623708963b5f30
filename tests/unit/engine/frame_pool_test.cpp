// Coroutine frames, processes and deadlines come from pools: once those have what they need, nothing is allocated.
#include "sim-core/frame_pool.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "sim-core/awaitables.hpp"
#include "sim-core/future.hpp"
#include "sim-core/process.hpp"
#include "sim-core/simulation.hpp"

namespace {
std::size_t allocations = 0;
}

// All of this program's allocations are counted. (The sanitizer has its own, and the pool is off under it.)
#ifndef STREAMTWIN_SANITIZED
void* operator new(std::size_t bytes) {
  ++allocations;
  void* memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t bytes) { return ::operator new(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace streamtwin {
namespace {

Task<int> answer() {
  co_await delay(1ms);
  co_return 42;
}

Task<> reply(Promise<int> to) {
  const int value = co_await answer();
  to.set(value);
}

Task<> call() {
  auto [promise, future] = make_promise<int>();
  spawn("reply", reply(std::move(promise)));
  const auto quick = co_await within(100us, future);
  const auto slow = co_await future.within(1s);
  check(!quick && slow == 42, "the first deadline passes, the second does not");
  const auto direct = co_await within(1s, answer());
  check(direct == 42, "a deadline on a task");
}

TEST(FramePool, ServesProcessesTasksAndDeadlinesWithoutAllocating) {
#ifdef STREAMTWIN_SANITIZED
  GTEST_SKIP() << "under the sanitizer every block is an allocation of its own";
#endif
  Simulation simulation;
  const auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
      for (int j = 0; j < 50; ++j) spawn("call", call());
      simulation.run();
    }
  };
  rounds(20);
  const std::size_t before = allocations;
  ASSERT_GT(before, 0u) << "allocations are counted";
  const std::size_t reserved = engine::FramePool::reserved();
  rounds(200);
  EXPECT_EQ(engine::FramePool::reserved(), reserved);
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace streamtwin
