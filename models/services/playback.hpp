// What the playback applications check before a play: does the member's plan allow it, and is the title licensed in
// the country. A refusal is a valid answer. Which members and titles fall under which is not public: shares. And
// what the steering service does with a request that has come this far.
#pragma once

#include "models/openconnect/delivery.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::services {

class PlaybackChecks final : public RoleBehaviour {
 public:
  PlaybackChecks(std::uint64_t seed, Fraction no_plan, Fraction no_licence) : seed_(seed), no_plan_(no_plan), no_licence_(no_licence) {}

  bool plan_allows(std::uint32_t member) const { return !in_share(member, hash_text("plan"), no_plan_); }
  bool licensed(std::uint32_t title) const { return !in_share(title, hash_text("licence"), no_licence_); }

  void complete(const Envelope& request, Reply& reply, Instant) override {
    const auto asked = request.body.as<rpc::HttpRequest>();
    if (!plan_allows(asked.member) || !licensed(asked.title)) reply.status = Status::refused;
  }

 private:
  // The same member and the same title give the same answer throughout a run.
  bool in_share(std::uint64_t who, std::uint64_t purpose, Fraction share) const {
    return share.value() > 0 && Random(seed_, who, purpose).chance(share.value());
  }

  std::uint64_t seed_;
  Fraction no_plan_, no_licence_;
};

/// The steering service's answer: who can serve this client and this title.
class SteeringRole final : public RoleBehaviour {
 public:
  explicit SteeringRole(openconnect::Delivery& delivery) : delivery_(delivery) {}

  void complete(const Envelope& request, Reply& reply, Instant now) override {
    const auto asked = request.body.as<rpc::HttpRequest>();
    const openconnect::SteeringList list = delivery_.steer(asked.group, asked.title, now);
    if (list.size > 0) {
      reply.enclosed = rpc::Enclosure(list);
    } else {
      reply.status = Status::failed;
    }
  }

 private:
  openconnect::Delivery& delivery_;
};

}  // namespace streamtwin::services
