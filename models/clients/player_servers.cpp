#include "models/clients/player_servers.hpp"

#include <algorithm>

namespace streamtwin::clients {

bool ServerList::Experience::holds(std::uint32_t server, Instant now) const {
  return std::any_of(held.begin(), held.end(), [&](const Hold& hold) { return hold.server == server && now < hold.until; });
}

void ServerList::Experience::hold(std::uint32_t server, Instant until) {
  auto place = std::find_if(held.begin(), held.end(), [&](const Hold& hold) { return hold.server == server; });
  if (place == held.end())
    place = std::min_element(held.begin(), held.end(), [](const Hold& a, const Hold& b) { return a.until < b.until; });
  *place = {until, server};
}

ServerList::ServerList(std::span<const std::uint32_t> ranked, Instant expires) : expires_(expires) { renew(ranked, expires); }

void ServerList::renew(std::span<const std::uint32_t> ranked, Instant expires) {
  expires_ = expires;
  size_ = static_cast<std::uint8_t>(std::min(ranked.size(), servers_max));
  std::copy_n(ranked.begin(), size_, servers_.begin());
  move_to(0);
}

ServerList::Experience& ServerList::experience() {
  if (!experience_) experience_ = std::make_unique<Experience>();
  return *experience_;
}

void ServerList::forget_holds() {
  if (experience_) experience_->held.fill({});
}

void ServerList::move_to(std::uint8_t rank) {
  current_ = rank;
  slow_ = retried_ = 0;
  serves_ = false;
}

void ServerList::hold_back(std::size_t rank, const ServerSwitchSpec& config, Instant now) {
  experience().hold(servers_[rank], now + config.hold);
}

ServerAdvice ServerList::next_best(Instant now) {
  if (now >= expires_) return ServerAdvice::steer_again;
  for (std::uint8_t rank = 0; rank < size_; ++rank) {
    if (held(rank, now)) continue;
    move_to(rank);
    return ServerAdvice::next;
  }
  return ServerAdvice::steer_again;
}

ServerAdvice ServerList::failed(const ServerSwitchSpec& config, Instant now) {
  if (empty()) return ServerAdvice::steer_again;
  if (serves_ && retried_ < config.retries) {
    ++retried_;
    return ServerAdvice::again;
  }
  return refused(config, now);
}

ServerAdvice ServerList::refused(const ServerSwitchSpec& config, Instant now) {
  if (empty()) return ServerAdvice::steer_again;
  hold_back(current_, config, now);
  serves_ = false;
  return next_best(now);
}

ServerAdvice ServerList::chunk_arrived(const ServerSwitchSpec& config, Instant now, BitRate throughput, BitRate lowest_bitrate,
                                       bool stall_ahead) {
  serves_ = true;
  retried_ = 0;
  if (throughput >= lowest_bitrate && !stall_ahead) {
    slow_ = 0;
    return ServerAdvice::stay;
  }
  if (slow_ < UINT8_MAX) ++slow_;
  if (!stall_ahead && slow_ < config.slow_chunks) return ServerAdvice::stay;
  if (experience_ && now < experience_->moved + config.least_stay) return ServerAdvice::stay;
  for (unsigned further = 1; further < size_; ++further) {
    const auto rank = static_cast<std::uint8_t>((current_ + further) % size_);
    if (held(rank, now)) continue;
    experience().moved = now;
    move_to(rank);
    return ServerAdvice::next;
  }
  return ServerAdvice::stay;  // nowhere else to go
}

}  // namespace streamtwin::clients
