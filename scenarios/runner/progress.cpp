// Text of the progress line, and the terminal.
#include "scenarios/runner/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace streamtwin {

std::string clock_text(Duration duration) {
  const auto whole = static_cast<long long>(std::max(0.0, in_seconds(duration)) + 0.5);
  const long long hours = whole / 3600, minutes = whole / 60 % 60, secs = whole % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, secs) : fmt::format("{}:{:02}", minutes, secs);
}

std::string progress_text(const std::string& title, const Progress& progress, int width) {
  const double share = progress.total > Duration::zero() ? std::clamp(progress.simulated / progress.total, 0.0, 1.0) : 0;
  const int length = 20, filled = static_cast<int>(share * length);
  std::string text = fmt::format("{}  [{:#<{}}{:-<{}}] {:3.0f} %", title, "", filled, "", length - filled, share * 100);
  text += progress.runs > 1 ? fmt::format("  {} of {} runs", progress.runs_done, progress.runs)
                            : fmt::format("  {} of {}", clock_text(progress.simulated), clock_text(progress.total));
  if (progress.wall > 500ms && progress.simulated > Duration::zero()) {
    const double speed = progress.simulated / progress.wall;
    text += fmt::format("  {:.{}f}x real time", speed, speed < 10 ? 1 : 0);
    if (share < 1) text += fmt::format("  ETA {}", clock_text((progress.total - progress.simulated) / speed));
  }
  if (width > 0 && text.size() > static_cast<std::size_t>(width)) text.resize(static_cast<std::size_t>(width));
  return text;
}

ProgressLine::ProgressLine(std::string title, bool wanted) : title_(std::move(title)), on_(wanted && isatty(STDERR_FILENO)) {}

void ProgressLine::show(const Progress& progress) {
  if (!on_) return;
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  winsize size{};
  const int width = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1 : 79;
  fmt::print(stderr, "\r\033[K{}", progress_text(title_, progress, width));
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace streamtwin
