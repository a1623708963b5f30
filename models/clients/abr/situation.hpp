// What every rate rule sees, remembers and answers. A rule is a small class built once per ladder from the
// configuration; what it remembers of a viewer is a RuleState, so that a million viewers share one rule.
#pragma once

#include <cstdint>

#include "models/clients/abr/movie.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::abr {

/// The moment of choosing the next chunk's level, after any wait for room in the buffer.
struct Situation {
  Duration buffer;           ///< what is left to play
  BitRate throughput;        ///< expected of the next download
  Duration latency;          ///< expected until its first byte
  std::uint32_t chunk = 0;   ///< the chunk to choose for
  std::uint32_t chunks = 0;  ///< chunks of the movie
};

struct Decision {
  Level level = 0;
  Duration wait{0};  ///< let the buffer play this long before asking for the chunk
};

/// One viewer's memory, of whichever rule: 16 bytes.
struct RuleState {
  Duration placeholder{0};                     ///< virtual buffer (BOLA-E)
  float buffer_at_request_s = 0;               ///< buffer when the chunk under way was asked for
  std::uint32_t last_level : 6 = 0;            ///< chosen last
  std::uint32_t bola_level : 6 = 0;            ///< what BOLA chose last, followed or not (DYNAMIC)
  std::uint32_t throughput_decisions : 3 = 0;  ///< of the throughput rule, stays at 7
  std::uint32_t bola_decisions : 3 = 0;        ///< of BOLA-E's steady state, stays at 7
  std::uint32_t steady : 1 = 0;                ///< BOLA-E: start-up is over
  std::uint32_t by_buffer : 1 = 0;             ///< DYNAMIC: the buffer rule is in force
};
static_assert(sizeof(RuleState) == 16);

/// The highest level that downloads, latency included, in no more time than it plays.
inline Level sustained_level(const Ladder& ladder, Duration chunk_duration, BitRate throughput, Duration latency) {
  const BitRate usable = throughput * ((chunk_duration - latency) / chunk_duration);
  Level level = 0;
  while (level < ladder.top() && ladder.rate(level + 1) <= usable) ++level;
  return level;
}

/// Sabre's and dash.js's insufficient-buffer rule: no chunk larger than what the buffer, shortened by the
/// latency and by a safety factor that falls from 0.9 to 0.5 with each of its decisions, lets through.
Level limit_to_buffer(Level level, const Ladder& ladder, Duration chunk_duration, const Situation& now, std::uint32_t decisions_before);
inline constexpr std::uint32_t decisions_counted_max = 7;

}  // namespace streamtwin::abr
