#include "models/clients/player_servers.hpp"

#include <algorithm>

namespace streamtwin::clients {

ServerList::ServerList(std::span<const std::uint32_t> ranked, Instant expires)
    : expires_(expires), size_(static_cast<std::uint8_t>(std::min(ranked.size(), servers_max))) {
  std::copy_n(ranked.begin(), size_, servers_.begin());
}

ServerAdvice ServerList::leave(const ServerSwitchConfig& config, Instant now) {
  slow_ = 0;
  if (empty()) return ServerAdvice::steer_again;
  if (!failed_) failed_ = std::make_unique<Failures>();
  std::uint8_t& in_a_row = failed_->in_a_row[current_];
  const double doublings = static_cast<double>(std::uint64_t{1} << std::min<unsigned>(in_a_row, 40));
  failed_->avoid_until[current_] = now + std::min(config.back_off_first * doublings, config.back_off_max);
  if (in_a_row < UINT8_MAX) ++in_a_row;
  if (now >= expires_) return ServerAdvice::steer_again;
  for (std::uint8_t rank = 0; rank < size_; ++rank) {
    if (rank == current_ || !usable(rank, now)) continue;
    current_ = rank;
    return ServerAdvice::next;
  }
  return ServerAdvice::steer_again;
}

ServerAdvice ServerList::failed(const ServerSwitchConfig& config, Instant now) { return leave(config, now); }

ServerAdvice ServerList::chunk_arrived(const ServerSwitchConfig& config, Instant now, BitRate throughput, BitRate lowest_bitrate,
                                       bool stall_ahead) {
  if (throughput >= lowest_bitrate && !stall_ahead) {
    slow_ = 0;
    if (failed_) failed_->in_a_row[current_] = 0;
    return ServerAdvice::stay;
  }
  if (slow_ < UINT8_MAX) ++slow_;
  return stall_ahead || slow_ >= config.slow_chunks ? leave(config, now) : ServerAdvice::stay;
}

}  // namespace streamtwin::clients
