// Where the events of devices go, which are counted: what services publish goes through publisher.hpp.
#pragma once

#include "sim-core/record/recorder.hpp"

namespace streamtwin::pipeline {

class Keystone {
 public:
  explicit Keystone(Recorder& recorder) : events_(recorder.counter("keystone.events")) {
    recorder.rate_series("keystone.events", "/s", events_);
  }
  /// Viewing began, went on for another chunk, stalled, or ended.
  void publish() { ++events_; }

 private:
  Counter events_;
};

}  // namespace streamtwin::pipeline
