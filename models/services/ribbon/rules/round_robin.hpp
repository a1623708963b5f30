// RoundRobinRule: (counter + 1) modulo the whole list, stored: the first pick is index 1. Up to ten tries to find one
// that is alive. RetryRule asks it again and again, in the original for up to 500 ms of a blocked thread.
#pragma once

#include <optional>

#include "models/services/ribbon/servers.hpp"

namespace streamtwin::ribbon {

class RoundRobinRule {
 public:
  std::optional<ServerIndex> choose(const Servers& servers, Random&) { return next(servers); }

  std::optional<ServerIndex> next(const Servers& servers) {
    if (servers.list.empty()) return std::nullopt;
    for (int tries = 0; tries < 10; ++tries) {
      // After a shrink the counter may be past the end; otherwise a division, which is slow, is not needed.
      ++counter_;
      if (counter_ >= servers.list.size()) counter_ = static_cast<std::uint32_t>(counter_ % servers.list.size());
      const ServerIndex server = servers.list[counter_];
      if (servers.stats[server].alive()) return server;
    }
    return std::nullopt;
  }

 private:
  std::uint32_t counter_ = 0;
};

/// Nothing changes while the original spins, so that one round over the list decides; nullopt stands for 500 ms of a
/// blocked caller.
class RetryRule {
 public:
  static constexpr Duration blocks_for = 500ms;

  std::optional<ServerIndex> choose(const Servers& servers, Random& random) {
    for (std::size_t asked = 0; asked <= servers.list.size() / 10 + 1; ++asked)
      if (const auto server = sub_rule_.choose(servers, random)) return server;
    return std::nullopt;
  }

 private:
  RoundRobinRule sub_rule_;
};

}  // namespace streamtwin::ribbon
