// Ctrl-C while a run is under way: the first one asks the run to stop at its next progress check, so that
// what it has found is written; a second one ends the program at once.
#pragma once

#include <csignal>
#include <functional>

namespace streamtwin {

/// What a signal does while a run is set up, when there is nothing yet to write.
enum class InSetUp {
  asks_to_end,       ///< the set-up ends at its next try
  ends_the_program,  ///< at once, with status 130 and a word
};

/// Watches SIGINT and SIGTERM as long as it lives; puts back what was there before. One at a time.
class InterruptWatch {
 public:
  explicit InterruptWatch(InSetUp in_set_up = InSetUp::asks_to_end);
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  static bool interrupted();

 private:
  struct sigaction old_int_ {
  }, old_term_{};
};

/// A run is being set up as long as it lives.
class SetUpPhase {
 public:
  SetUpPhase();
  ~SetUpPhase();
  SetUpPhase(const SetUpPhase&) = delete;
  SetUpPhase& operator=(const SetUpPhase&) = delete;

 private:
  std::function<bool()> asked_before_;
};

}  // namespace streamtwin
