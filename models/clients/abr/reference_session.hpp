// One viewing session over one bandwidth trace, as the reference simulator of the BOLA authors runs it: a
// single connection, latency then transfer, no transport model, no abandonment. It exists to hold our rate
// rules to Sabre's published behaviour (UMass-LIDS/sabre @ 09b03bb); the members' sessions run on links
// shared with others.
#pragma once

#include <vector>

#include "models/clients/abr/abr.hpp"
#include "models/clients/abr/movie.hpp"
#include "models/clients/traces/bandwidth_trace.hpp"

namespace streamtwin::abr {

struct ReferenceResult {
  Duration play_time{0};         ///< from the first request to the last frame
  Duration startup{0};           ///< transfer of the first chunk, without its latency
  Duration rebuffer{0};          ///< stalls after the start
  unsigned rebuffer_events = 0;  ///< a play-out one rounding too long counts as one of no length, as there
  BitRate played_bitrate;        ///< time average over play_time
  double played_utility = 0;     ///< time average of ln(R / R_lowest)
  BitRate bitrate_change;        ///< sum of |change| between consecutively played chunks
  double score = 0;              ///< played utility less 5 per chunk duration of stall, time average
  Duration ramp_up{0};           ///< until a level played that the network sustains
  std::vector<Level> levels;     ///< as downloaded

  double rebuffer_ratio() const { return rebuffer / play_time; }
  unsigned switches() const;  ///< changes of level between consecutive chunks
};

/// `config.parameters.buffer_capacity` is the buffer.
ReferenceResult reference_session(const traces::BandwidthTrace& trace, const Movie& movie, const AbrSpec& config);

}  // namespace streamtwin::abr
