// An assertion that stays on in every build: a broken invariant ends the program with its reason, never silently.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace streamtwin::detail {
[[noreturn, gnu::cold, gnu::noinline]] inline void assertion_failed(const char* condition, const char* reason, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: %s (broken: %s)\n", file, line, reason, condition);
  std::abort();
}
}  // namespace streamtwin::detail

#define STREAMTWIN_ASSERT(condition, reason)                                          \
  do {                                                                                \
    if (!(condition)) [[unlikely]]                                                    \
      ::streamtwin::detail::assertion_failed(#condition, reason, __FILE__, __LINE__); \
  } while (false)
