// The signal handler only sets a flag.
#include "scenarios/runner/interrupt.hpp"

#include <atomic>

namespace streamtwin {

namespace {
std::atomic<bool> seen{false};
static_assert(std::atomic<bool>::is_always_lock_free);
}  // namespace

InterruptWatch::InterruptWatch() {
  seen = false;
  struct sigaction action {};
  action.sa_handler = [](int) { seen = true; };
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

InterruptWatch::~InterruptWatch() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  seen = false;
}

bool InterruptWatch::interrupted() { return seen; }

}  // namespace streamtwin
