// What is counted of how old what a store's reads see is, of one store.
#pragma once

#include <string>

#include "sim-core/record/recorder.hpp"

namespace streamtwin::stores {

struct StalenessMeasures {
  StalenessMeasures(Recorder& recorder, const std::string& store)
      : reads(recorder.counter("stores." + store + ".reads")),
        stale_reads(recorder.counter("stores." + store + ".stale_reads")),
        staleness(recorder.histogram("stores." + store + ".staleness")) {}

  Counter reads, stale_reads;
  Histogram staleness;
};

}  // namespace streamtwin::stores
