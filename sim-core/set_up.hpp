// What a run does before its first event. Events cannot be counted there, so whatever may have to try often says who tries
// what, and each try: one that never succeeds is a hang as it is in a run, and is reported as one. Between tries somebody may
// look whether the set-up is still wanted.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>

namespace streamtwin {

/// The set-up is no longer wanted: somebody has interrupted it.
class SetUpEnded : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted before anything was simulated"; }
};

class Trying {
 public:
  /// As many tries as events may happen at one instant of a run.
  static constexpr std::uint64_t most = 10'000'000;

  /// "viewer 7 found watching", "an appliance with room".
  Trying(const char* who, std::uint64_t number, const char* what, std::uint64_t tries_max = most)
      : who_(who), what_(what), number_(number), most_(tries_max) {}

  /// Throws Hang when there have been too many, SetUpEnded when nobody wants the set-up any more.
  void again() {
    if ((++tries_ & 1023u) == 0 || tries_ > most_) look();
  }

  /// Asked now and then whether to go on; nothing asks nobody. Returns what was asked before.
  static std::function<bool()> ask(std::function<bool()> wanted);

 private:
  void look() const;

  const char* who_;
  const char* what_;
  std::uint64_t number_;
  std::uint64_t most_;
  std::uint64_t tries_ = 0;
};

/// Work that ends by itself, but may take long: each step of it may be the last.
class LongWork {
 public:
  /// Throws SetUpEnded when nobody wants the set-up any more.
  void step() {
    if ((++steps_ & 1023u) == 0) look();
  }

 private:
  static void look();

  std::uint64_t steps_ = 0;
};

}  // namespace streamtwin
