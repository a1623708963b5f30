// The signal handler only sets a flag, or ends the program where there is nothing to write.
#include "scenarios/runner/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <string_view>

#include "sim-core/set_up.hpp"

namespace streamtwin {

namespace {
std::atomic<bool> seen{false}, setting_up{false}, ends_set_up{false};
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr int interrupted_status = 130;  // as shells have it for SIGINT

void on_signal(int) {
  if (setting_up && ends_set_up) {
    constexpr std::string_view text = "streamtwin: interrupted before anything was simulated; no results\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
    _exit(interrupted_status);
  }
  seen = true;
}
}  // namespace

InterruptWatch::InterruptWatch(InSetUp in_set_up) {
  seen = false;
  ends_set_up = in_set_up == InSetUp::ends_the_program;
  struct sigaction action {};
  action.sa_handler = on_signal;
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

SetUpPhase::SetUpPhase() : asked_before_(Trying::ask([] { return !seen; })) { setting_up = true; }

SetUpPhase::~SetUpPhase() {
  setting_up = false;
  Trying::ask(std::move(asked_before_));
}

}  // namespace streamtwin
