#include "models/edge/edge.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::edge {

using services::Instance;
using services::Reply;
using services::Request;
using services::Status;

namespace {

/// What a gateway instance keeps of itself and its origins.
struct GatewayState final : services::RoleState {
  struct Origin {
    zuul::OriginConcurrency guard;
    services::UsageMeter failing{};
    double attempts = 0, failures = 0;
  };
  GatewayState(const zuul::OriginProperties& properties, std::size_t number) : origins(number, Origin{zuul::OriginConcurrency(properties)}) {}
  std::vector<Origin> origins;  ///< by position in the gateway's calls
  int inside = 0;               ///< requests past the filters
};

GatewayState& state_of(Instance& gateway) { return static_cast<GatewayState&>(*gateway.state); }

zuul::AttemptOutcome outcome_of(Status status) {
  if (answered(status)) return zuul::AttemptOutcome::success;
  return status == Status::overloaded ? zuul::AttemptOutcome::unavailable_503 : zuul::AttemptOutcome::server_error_500;
}

}  // namespace

Edge::Edge(services::Mesh& mesh, const EdgeSpec& spec, EdgeMeasures& measures)
    : mesh_(mesh), spec_(spec), measures_(measures) {
  for (std::size_t r = 0; r < mesh.geography.regions(); ++r) {
    regions_.emplace_back(mesh, static_cast<cloud::RegionIndex>(r), spec_.elb);
  }
  if (!spec_.shedding.any()) return;
  measures_.shed = mesh.recorder.counter("zuul.shed");
  mesh.recorder.rate_series("zuul.shed", "/s", measures_.shed);
}

void Edge::add_node(Host& machine, cloud::ZoneIndex zone) {
  const cloud::RegionIndex region = mesh_.geography.region_of(zone);
  regions_[region].nodes[static_cast<std::size_t>(zone - mesh_.geography.first_zone(region))] = &machine;
}

// A gateway instance registers with its region's balancer: those that a run begins with are known to be healthy.
std::unique_ptr<services::RoleState> Edge::make_state(Instance& self) {
  regions_[mesh_.geography.region_of(self.zone)].balancer.add(self, !started_);
  return std::make_unique<GatewayState>(spec_.origin, self.service.callees.size());
}

void Edge::start() {
  started_ = true;
  for (Region& region : regions_) region.balancer.start();
}

bool Edge::alive(cloud::RegionIndex region) const {
  const Region& here = regions_[region];
  return here.balancer.any_in_service() &&
         std::any_of(here.nodes.begin(), here.nodes.end(), [](const Host* host) { return host->is_on(); });
}

// DNS hands out the nodes' addresses in turn; a client whose node stays silent tries another.
Task<Reply> Edge::request(cloud::RegionIndex region_index, Duration one_way, Request request, Random& random) {
  ++measures_.requests;
  request.deadline = mesh_.tightened(request.deadline, request.deadline);
  Region& region = regions_[region_index];
  const int nodes = region.balancer.nodes();
  const int first = region.balancer.node(random);
  for (int tried = 0; tried < nodes; ++tried) {
    const int node = (first + tried) % nodes;
    if (!region.nodes[static_cast<std::size_t>(node)]->is_on()) {
      co_await delay(spec_.node_connect_timeout);
      continue;
    }
    co_await delay(one_way);
    const RegionBalancer::Passage passage = co_await region.balancer.pass(node, request);
    measures_.count(passage);
    co_await delay(one_way);
    co_return passage.reply;
  }
  ++measures_.unreachable;
  Reply none;
  none.status = Status::unreachable;
  co_return none;
}

// The first inbound filter: what is shed costs the gateway nothing.
bool Edge::admits(Instance& self, const Request& request) {
  if (!spec_.shedding.any()) return true;
  GatewayState& state = state_of(self);
  GatewayState::Origin& origin = state.origins[request.origin];
  // A thread that blocks goes on with the request past the filters; an event loop has forgotten it.
  const int past_the_filters = self.execution.threads ? 0 : state.inside;
  const bool shed = zuul::should_shed(
      request.priority,
      {.cpu = self.execution.load(now()),
       .in_flight = static_cast<double>(self.execution.taken_up()) + past_the_filters,
       .origin_in_flight = static_cast<double>(origin.guard.in_flight()) / std::max(1, spec_.origin.max_concurrent_requests),
       .origin_errors = origin.failing.read(origin.failures, origin.attempts, now())},
      spec_.shedding);
  if (shed) ++measures_.shed;
  return !shed;
}

// The endpoint filter: attempts at the origin until one is answered or the retry table says stop. The inbound and
// outbound filters are part of the gateway's own work.
Task<> Edge::handle(Instance& self, Request request, Reply& reply) {
  services::Outgoing& origin = self.outgoing(request.origin);
  GatewayState& state = state_of(self);
  const Instant deadline = request.deadline;
  ++state.inside;
  for (int attempt = 1;; ++attempt) {
    ++measures_.attempts;
    request.deadline = mesh_.tightened(deadline, now() + zuul::attempt_timeout(spec_.origin.read_timeout, std::nullopt));
    const zuul::AttemptOutcome outcome = co_await try_origin(self, origin, request, reply);
    const bool again = zuul::should_retry(outcome, zuul::Method::get, attempt, spec_.origin.max_retries) && now() < deadline;
    if (!again) break;
    ++measures_.retries;
  }
  --state.inside;
}

Task<zuul::AttemptOutcome> Edge::try_origin(Instance& self, services::Outgoing& origin, const Request& request, Reply& reply) {
  GatewayState::Origin& watched = state_of(self).origins[request.origin];
  reply = Reply{};
  if (!watched.guard.try_start()) {
    ++measures_.throttled;
    reply.status = Status::overloaded;
    co_return zuul::AttemptOutcome::origin_concurrency;
  }
  const Instant began = now();
  const std::optional<ribbon::ServerIndex> choice = origin.balancer.choose(began, self.random);
  zuul::AttemptOutcome outcome = zuul::AttemptOutcome::no_available_servers;
  if (choice) {
    origin.balancer.request_started(*choice, began);
    outcome = co_await ask_server(self, mesh_.instance(origin.balancer.server(*choice).host), request, reply);
    const bool broken = zuul::row_of(outcome).counts_as_failure;
    origin.balancer.request_finished(*choice, broken ? ribbon::AttemptResult::connection_failed : ribbon::AttemptResult::answered,
                                     now() - began, now());
  } else {
    reply.status = Status::unreachable;
  }
  watched.guard.finish();
  ++watched.attempts;
  if (!answered(reply.status)) ++watched.failures;
  co_return outcome;
}

Task<zuul::AttemptOutcome> Edge::ask_server(Instance& self, Instance& server, const Request& request, Reply& reply) {
  if (!server.alive()) {
    co_await delay(spec_.origin.connect_timeout);
    reply.status = Status::timed_out;
    co_return zuul::AttemptOutcome::connect_error;
  }
  auto [promise, future] = make_promise<Reply>();
  const Duration one_way = mesh_.geography.one_way(self.zone, server.zone);
  mesh_.send(server, {one_way, one_way}, request, std::move(promise));
  const std::optional<Reply> answer = co_await future.within(zuul::attempt_timeout(spec_.origin.read_timeout, std::nullopt));
  if (!answer) {
    reply.status = Status::timed_out;
    co_return zuul::AttemptOutcome::read_timeout;
  }
  reply = *answer;
  co_return outcome_of(reply.status);
}

}  // namespace streamtwin::edge
