// The player's buffer: what is left to play at any time, when playback starts and stalls, when there is room
// for the next chunk. It is reckoned from the last event, never ticked. Buffer and counts are those of the
// browser player in Huang et al. (SIGCOMM 2014: 240 s, rebuffers per hour); the thresholds are assumptions.
#pragma once

#include <cstdint>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

struct PlayerSpec {
  int start_chunks = 2;
  int resume_chunks = 1;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.start_chunks,
          {.name = "start_chunks", .doc = "Chunks buffered before playback starts", .source = assumption, .min = 1, .max = 60});
    visit(self.resume_chunks,
          {.name = "resume_chunks", .doc = "Chunks buffered before a stalled player resumes", .source = assumption, .min = 1, .max = 60});
  }
};

enum class PlayerPhase : std::uint8_t { starting, playing, stalled, finished };

/// What all players of one movie length and chunk duration share.
struct PlayerModel {
  Duration chunk_duration = 4s;
  std::uint32_t chunks = 1;  ///< of the movie
  Duration buffer_capacity = 240s;
  Duration start_threshold = 8s;
  Duration resume_threshold = 4s;

  /// Throws std::invalid_argument unless the buffer holds more than one chunk.
  PlayerModel(const PlayerSpec& config, Duration chunk_duration, std::uint32_t chunks, Duration buffer_capacity);
};

/// One viewer's player: 48 bytes.
class Player {
 public:
  explicit Player(Instant now) : since_(now) {}
  /// A viewer found mid-title: `next_chunk` chunks downloaded, `buffer` of them still to play.
  static Player playing(Instant now, std::uint32_t next_chunk, Duration buffer);
  /// Forgets what it has counted, but not its state: the accounts of a run begin at its last event.
  void begin_accounts();

  /// What is left to play at `now`, which must not lie before the last event; never negative.
  Duration buffer(Instant now) const;
  PlayerPhase phase(const PlayerModel& model, Instant now) const;
  std::uint32_t next_chunk() const { return next_chunk_; }
  std::uint32_t first_chunk() const { return first_chunk_; }  ///< that this player downloaded
  bool downloaded_all(const PlayerModel& model) const { return next_chunk_ >= model.chunks; }
  /// How long to wait before the next chunk fits.
  Duration wait_for_room(const PlayerModel& model, Instant now) const;
  /// When the buffer runs dry if nothing more arrives: a stall, or the end of the title. `never` unless
  /// playing.
  Instant runs_dry() const;
  /// Would the next chunk come too late if it took this long?
  bool would_stall(Instant now, Duration download) const { return phase_ == PlayerPhase::playing && download > buffer(now); }

  /// A chunk is complete. True when it starts playback for the first time.
  bool chunk_arrived(const PlayerModel& model, Instant now, BitRate bitrate);
  /// Brings the accounts up to `now`; called by the others, and before reading totals.
  void settle(const PlayerModel& model, Instant now);

  /// Time stalled after the first frame, up to the last event; start-up is not among it.
  Duration rebuffered() const { return rebuffered_; }
  unsigned rebuffers() const { return rebuffers_; }
  /// Of the title, up to the last event.
  Duration played(const PlayerModel& model) const {
    return model.chunk_duration * static_cast<double>(next_chunk_ - first_chunk_) + initial_buffer() - buffer_;
  }
  /// Mean nominal bitrate of the chunks this player downloaded; zero before the first.
  BitRate mean_bitrate() const {
    const std::uint32_t chunks = next_chunk_ - first_chunk_;
    return chunks == 0 ? BitRate{0} : BitRate{rate_sum_ / chunks};
  }

 private:
  Duration initial_buffer() const { return Duration{initial_buffer_s_}; }

  Duration buffer_{0};  ///< at since_
  Instant since_;
  Duration rebuffered_{0};
  double rate_sum_ = 0;  ///< bits per second, over the chunks downloaded
  std::uint32_t next_chunk_ = 0;
  std::uint32_t first_chunk_ = 0;
  float initial_buffer_s_ = 0;
  std::uint16_t rebuffers_ = 0;
  PlayerPhase phase_ = PlayerPhase::starting;
};
static_assert(sizeof(Player) <= 48);

}  // namespace streamtwin::clients
