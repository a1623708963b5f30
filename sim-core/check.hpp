// Assertions that stay on in every build. A broken expectation is a bug of the caller: it throws, so that a run ends
// with a message (and Python with an exception) instead of with a wrong number.
#pragma once

#include <stdexcept>

namespace streamtwin {

/// A rule of the programming interface was broken.
class ProgrammingError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace detail {
[[noreturn, gnu::cold, gnu::noinline]] inline void broken_rule(const char* message) { throw ProgrammingError(message); }
}  // namespace detail

/// `check(queue.size() <= limit, "the queue never exceeds its limit")`
inline void check(bool holds, const char* message) {
  if (!holds) [[unlikely]]
    detail::broken_rule(message);
}

}  // namespace streamtwin
