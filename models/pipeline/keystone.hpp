// Where the events of viewing go: the stream pipeline (Keystone). For now a counted sink; routing and stream jobs
// come behind this interface.
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
