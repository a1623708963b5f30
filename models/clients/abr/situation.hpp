// What every rate rule sees, remembers and answers. A rule is a small class built once per ladder from the
// configuration; what it remembers of a viewer is a RuleState, so that a million viewers share one rule.
#pragma once

#include <cstdint>

#include "models/clients/abr/movie.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::abr {

/// The moment of choosing the next chunk's level, after any wait for room in the buffer.
struct Situation {
  Duration buffer;          ///< what is left to play
  BitRate throughput;       ///< expected of the next download
  Duration latency;         ///< expected until its first byte
  std::uint32_t chunk = 0;  ///< the chunk to choose for
  std::uint32_t chunks = 0; ///< chunks of the movie
};

struct Decision {
  Level level = 0;
  Duration wait{0};  ///< let the buffer play this long before asking for the chunk
};

/// One viewer's memory, of whichever rule: 16 bytes.
struct RuleState {
  Duration placeholder{0};     ///< virtual buffer (BOLA-E)
  Level last_level = 0;        ///< the level chosen last
  std::uint8_t decisions = 0;  ///< made so far, stays at 255
  bool steady = false;         ///< start-up is over
  bool by_buffer = false;      ///< which of two rules is in force (DYNAMIC)
};

/// The highest level that downloads, latency included, in no more time than it plays.
inline Level sustained_level(const Ladder& ladder, Duration chunk_duration, BitRate throughput,
                             Duration latency) {
  Level level = 0;
  while (level < ladder.top() &&
         latency + chunk_duration * (ladder.rate(level + 1) / throughput) <= chunk_duration)
    ++level;
  return level;
}

/// Sabre's and dash.js's insufficient-buffer rule: no chunk larger than what the buffer, shortened by the latency
/// and by a safety factor that falls from 0.9 to 0.5 with each decision, lets through.
Level limit_to_buffer(Level level, const Ladder& ladder, Duration chunk_duration, const Situation& now,
                      const RuleState& state);

}  // namespace streamtwin::abr
