// Ctrl-C while a run is under way: the first one asks the run to stop at its next progress check, so that
// what it has found is written; a second one ends the program at once.
#pragma once

#include <csignal>

namespace streamtwin {

/// Watches SIGINT and SIGTERM as long as it lives; puts back what was there before. One at a time.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  static bool interrupted();

 private:
  struct sigaction old_int_ {
  }, old_term_{};
};

}  // namespace streamtwin
