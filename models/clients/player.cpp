#include "models/clients/player.hpp"

#include <algorithm>
#include <stdexcept>

namespace streamtwin::clients {

PlayerModel::PlayerModel(const PlayerSpec& config, Duration chunk, std::uint32_t chunk_count, Duration capacity)
    : chunk_duration(chunk), chunks(chunk_count), buffer_capacity(capacity) {
  // No threshold beyond what the title or the buffer can hold: playback would never start.
  const Duration reachable = std::min(chunk * static_cast<double>(chunk_count), std::max(capacity - chunk, chunk));
  start_threshold = std::min(chunk * config.start_chunks, reachable);
  resume_threshold = std::min(chunk * config.resume_chunks, reachable);
  if (!(capacity > chunk)) throw std::invalid_argument("the player's buffer must hold more than one chunk");
}

Player Player::playing(Instant now, std::uint32_t next_chunk, Duration buffer) {
  Player player(now);
  player.buffer_ = buffer;
  player.next_chunk_ = next_chunk;
  player.phase_ = PlayerPhase::playing;
  player.begin_accounts();
  return player;
}

void Player::begin_accounts() {
  // Kept in single precision for the accounts: the buffer starts at the value that they remember.
  initial_buffer_s_ = static_cast<float>(buffer_.count());
  buffer_ = initial_buffer();
  first_chunk_ = next_chunk_;
  rebuffered_ = Duration{0};
  rebuffers_ = 0;
  rate_sum_ = 0;
}

Duration Player::buffer(Instant now) const {
  if (phase_ != PlayerPhase::playing) return buffer_;
  return std::max(Duration{0}, buffer_ - (now - since_));
}

PlayerPhase Player::phase(const PlayerModel& model, Instant now) const {
  if (phase_ != PlayerPhase::playing || now < since_ + buffer_) return phase_;
  return downloaded_all(model) ? PlayerPhase::finished : PlayerPhase::stalled;
}

Duration Player::wait_for_room(const PlayerModel& model, Instant now) const {
  if (phase_ != PlayerPhase::playing) return Duration{0};
  return std::max(Duration{0}, buffer(now) + model.chunk_duration - model.buffer_capacity);
}

Instant Player::runs_dry() const { return phase_ == PlayerPhase::playing ? since_ + buffer_ : never; }

void Player::settle(const PlayerModel& model, Instant now) {
  if (phase_ == PlayerPhase::playing) {
    const Instant dry = since_ + buffer_;
    if (now < dry) {
      buffer_ -= now - since_;
    } else {
      buffer_ = Duration{0};
      phase_ = downloaded_all(model) ? PlayerPhase::finished : PlayerPhase::stalled;
      if (phase_ == PlayerPhase::stalled) {
        if (rebuffers_ < UINT16_MAX) ++rebuffers_;
        rebuffered_ += now - dry;
      }
    }
  } else if (phase_ == PlayerPhase::stalled) {
    rebuffered_ += now - since_;
  }
  since_ = now;
}

bool Player::chunk_arrived(const PlayerModel& model, Instant now, BitRate bitrate) {
  settle(model, now);
  const PlayerPhase before = phase_;
  buffer_ += model.chunk_duration;
  rate_sum_ += bitrate.value();
  ++next_chunk_;
  const bool enough = buffer_ >= (before == PlayerPhase::starting ? model.start_threshold : model.resume_threshold);
  if (before != PlayerPhase::finished && (enough || downloaded_all(model))) phase_ = PlayerPhase::playing;
  return before == PlayerPhase::starting && phase_ == PlayerPhase::playing;
}

}  // namespace streamtwin::clients
