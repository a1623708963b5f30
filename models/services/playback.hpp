// What the playback applications check before a play: does the member's plan allow it, and is the title licensed in
// the country. A refusal is a valid answer. Which members and titles fall under which is not public: shares.
#pragma once

#include "models/rpc/handler.hpp"
#include "models/rpc/http_request.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::services {

class PlaybackChecks final : public rpc::Handler {
 public:
  /// `calls` answers first; they must outlive this.
  PlaybackChecks(rpc::Handler& calls, std::uint64_t seed, Fraction no_plan, Fraction no_licence)
      : calls_(calls), seed_(seed), no_plan_(no_plan), no_licence_(no_licence) {}

  bool plan_allows(std::uint32_t member) const { return !in_share(member, hash_text("plan"), no_plan_); }
  bool licensed(std::uint32_t title) const { return !in_share(title, hash_text("licence"), no_licence_); }

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override { return calls_.make_state(self); }
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override {
    Task<> calls = calls_.handle(self, request, reply);
    if (calls) co_await std::move(calls);
    if (reply.status != rpc::Status::ok) co_return;
    const auto asked = request.body.as<rpc::HttpRequest>();
    if (!plan_allows(asked.member) || !licensed(asked.title)) reply.status = rpc::Status::refused;
  }

 private:
  // The same member and the same title give the same answer throughout a run.
  bool in_share(std::uint64_t who, std::uint64_t purpose, Fraction share) const {
    return share.value() > 0 && Random(seed_, who, purpose).chance(share.value());
  }

  rpc::Handler& calls_;
  std::uint64_t seed_;
  Fraction no_plan_, no_licence_;
};

}  // namespace streamtwin::services
