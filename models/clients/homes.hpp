// The region that geographic DNS names to each member when nothing is wrong: the nearest, or the next to those whose
// resolver hides where they are.
#pragma once

#include <vector>

#include "models/edge/dns/name_service.hpp"

namespace streamtwin::clients {

class MemberHomes {
 public:
  /// Of a client group.
  struct Near {
    RegionIndex nearest = 0;
    RegionIndex next = 0;
  };
  /// `hidden`: the share of members whose resolver hides where they are.
  MemberHomes(std::vector<Near> by_group, Fraction hidden, Seed seed) : near_(std::move(by_group)), hidden_(hidden), seed_(seed) {}

  RegionIndex of(std::uint32_t member, std::uint16_t group) const {
    const bool hidden = Random(seed_.value, member, hash_text("resolver")).uniform() < hidden_.value();
    return hidden ? near_[group].next : near_[group].nearest;
  }

 private:
  std::vector<Near> near_;
  Fraction hidden_;
  Seed seed_;
};

/// A member as a client of the name service.
inline dns::Client client_of(std::uint32_t member, std::uint16_t group) { return {hash_text("members"), member, group}; }

}  // namespace streamtwin::clients
