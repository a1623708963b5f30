// Buffers of a task's inputs: each input has some of its own, and all share the rest. Who finds none waits, and reads nothing on: a slow
// task ends as a lag in the log. apache/flink LocalBufferPool, RemoteInputChannel.
#pragma once

#include <algorithm>
#include <vector>

namespace streamtwin::streams {

class Credits {
 public:
  Credits(std::size_t inputs, int own, int shared) : own_(own), shared_(shared), used_(inputs, 0) {}

  /// What needs more than an input can ever have goes when it is alone.
  bool take(std::size_t input, int buffers) {
    const int beyond = std::max(0, used_[input] + buffers - own_) - std::max(0, used_[input] - own_);
    if (used_[input] > 0 && beyond > shared_) return false;
    used_[input] += buffers;
    shared_ -= beyond;
    return true;
  }
  void give_back(std::size_t input, int buffers) {
    shared_ += std::max(0, used_[input] - own_) - std::max(0, used_[input] - buffers - own_);
    used_[input] -= buffers;
  }
  int used(std::size_t input) const { return used_[input]; }

 private:
  int own_, shared_;
  std::vector<int> used_;
};

}  // namespace streamtwin::streams
