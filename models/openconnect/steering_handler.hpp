// The steering service's answer: who can serve this client and this title, ranked.
#pragma once

#include "models/openconnect/delivery.hpp"
#include "models/rpc/handler.hpp"
#include "models/rpc/http_request.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::openconnect {

class SteeringHandler final : public rpc::Handler {
 public:
  /// `calls` answers first: what the service asks of others before it ranks. Both must outlive this.
  SteeringHandler(rpc::Handler& calls, Delivery& delivery) : calls_(calls), delivery_(delivery) {}

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override { return calls_.make_state(self); }
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override {
    Task<> calls = calls_.handle(self, request, reply);
    if (calls) co_await std::move(calls);
    if (reply.status != rpc::Status::ok) co_return;
    const auto asked = request.body.as<rpc::HttpRequest>();
    const SteeringList list = delivery_.steer(asked.group, asked.title, now());
    if (list.size > 0) {
      reply.enclosed = rpc::Enclosure(list);
    } else {
      reply.status = rpc::Status::failed;
    }
  }

 private:
  rpc::Handler& calls_;
  Delivery& delivery_;
};

}  // namespace streamtwin::openconnect
