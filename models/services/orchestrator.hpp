// What a service does that calls others or has data: its own item first, then its calls, stage after stage, of whose answers
// its own is made.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "models/rpc/handler.hpp"
#include "models/services/caller.hpp"
#include "models/services/hystrix/request_cache.hpp"

namespace streamtwin::services {

class Mesh;
struct SharedAnswer;

using rpc::Envelope;
using rpc::Reply;

/// The answers under way of one request's calls that may share them.
using RequestCache = hystrix::RequestCache<std::shared_ptr<SharedAnswer>>;

class Orchestrator final : public rpc::Handler {
 public:
  explicit Orchestrator(Mesh& mesh) : mesh_(mesh) {}

  std::unique_ptr<rpc::HandlerState> make_state(Instance& self) override;
  Task<> handle(Instance& self, const Envelope& request, Reply& reply) override;

 private:
  Task<> orchestrate(Instance& self, const Envelope& request, Reply& reply);
  static Task<> in_parallel(std::vector<Task<Reply>> calls, Reply& reply);
  static bool makes(Caller& caller, std::size_t position, bool misses);
  static bool makes_itself(Caller& caller, std::size_t position);
  std::vector<Task<Reply>> begin_stage(Caller& caller, std::size_t begin, std::size_t end, bool misses, const Envelope& request,
                                       RequestCache& cache);
  Task<Reply> call_in_turn(Caller& caller, std::vector<std::size_t> positions, const Envelope& request, RequestCache& cache);
  Task<Reply> call_or_share(Caller& caller, std::size_t position, const Envelope& request, RequestCache& cache);
  static void merge(Reply& reply, const Reply& answer);

  Mesh& mesh_;
};

}  // namespace streamtwin::services
