// How far a run or a set of runs has come, as one line that is redrawn on a terminal and absent elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "sim-core/units.hpp"

namespace streamtwin {

struct Progress {
  int runs = 1;
  int runs_done = 0;
  Duration simulated{0};  ///< of all runs together, those that have ended included
  Duration total{0};
  Duration wall{0};  ///< since the first run began
};

/// `friday-night  [#####---------------]  25 %  15:30 of 1:02:00  310x real time  ETA 0:43`; at most `width`
/// columns.
std::string progress_text(const std::string& title, const Progress& progress, int width);

/// "0:43", "12:05", "1:02:00".
std::string clock_text(Duration duration);

class ProgressLine {
 public:
  /// Draws on standard error, and only when that is a terminal and `wanted`.
  ProgressLine(std::string title, bool wanted);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// At most ten times a second; more often costs a clock reading.
  void show(const Progress& progress);
  void clear();

 private:
  std::string title_;
  bool on_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace streamtwin
