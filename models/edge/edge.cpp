#include "models/edge/edge.hpp"

#include "models/edge/elb/load_balancer.hpp"
#include "models/edge/zuul/origin.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::edge {

using services::Instance;
using services::Reply;
using services::Request;
using services::Status;

/// A load balancer node: its own view of which gateways are healthy.
struct Edge::Node {
  Node(Host& host, cloud::ZoneIndex in_zone) : machine(host), zone(in_zone) {}
  struct Target {
    std::uint64_t serial = 0;
    int passed = 0, failed = 0;
    bool in_service = true;
  };
  Host& machine;
  cloud::ZoneIndex zone;
  std::vector<Target> targets;  ///< by position in the gateway service's instances
  std::size_t next = 0;
};

namespace {

/// What a gateway instance keeps of its origin.
struct OriginState final : services::RoleState {
  explicit OriginState(const EdgeSpec& spec) : guard(spec.origin_concurrency) {}
  zuul::OriginConcurrency guard;
};

}  // namespace

Edge::Edge(services::Mesh& mesh, const EdgeSpec& spec, services::Service& gateway, EdgeMeasures& measures)
    : mesh_(mesh), spec_(spec), gateway_(gateway), measures_(measures), regions_(mesh.geography.regions()) {}
Edge::~Edge() = default;

void Edge::add_node(Host& machine, cloud::ZoneIndex zone) {
  regions_[mesh_.geography.region_of(zone)].nodes.emplace_back(machine, zone);
}

std::unique_ptr<services::RoleState> Edge::make_state(Instance&) { return std::make_unique<OriginState>(spec_); }

void Edge::start() {
  for (Region& region : regions_) {
    for (Node& node : region.nodes) scope_.spawn_service("load balancer health checks", check_health(node));
  }
}

bool Edge::alive(cloud::RegionIndex region) const {
  for (const Node& node : regions_[region].nodes) {
    if (node.machine.is_on()) return true;
  }
  return false;
}

// DNS hands out the nodes' addresses in random order; a client whose node stays silent tries the next.
Task<Reply> Edge::request(cloud::RegionIndex region_index, Duration one_way, Request request, Random& random) {
  ++measures_.requests;
  Region& region = regions_[region_index];
  const std::size_t first = random.below(region.nodes.size());
  for (std::size_t tried = 0; tried < region.nodes.size(); ++tried) {
    Node& node = region.nodes[(first + tried) % region.nodes.size()];
    if (!node.machine.is_on()) {
      co_await delay(spec_.node_connect_timeout);
      continue;
    }
    co_await delay(one_way);
    const Reply reply = co_await through(node, request);
    co_await delay(one_way);
    co_return reply;
  }
  ++measures_.unreachable;
  Reply none;
  none.status = Status::unreachable;
  co_return none;
}

Task<Reply> Edge::through(Node& node, Request request) {
  Reply reply;
  Instance* gateway = choose_gateway(node);
  if (gateway == nullptr) {
    ++measures_.unreachable;
    reply.status = Status::unreachable;
    co_return reply;
  }
  const Instant sent = now();
  auto [promise, future] = make_promise<Reply>();
  mesh_.send(*gateway, mesh_.geography.one_way(node.zone, gateway->zone), request, std::move(promise));
  if (const std::optional<Reply> answer = co_await future.within(spec_.node_idle_timeout)) {
    reply = *answer;
  } else {
    reply.status = Status::timed_out;
  }
  measures_.latency.record(now() - sent);
  if (!answered(reply.status)) ++measures_.failures;
  co_return reply;
}

// Round robin over the instances in service: those of the node's own zone, or of the region when cross-zone is on.
Instance* Edge::choose_gateway(Node& node) {
  auto& instances = gateway_.instances();
  const cloud::RegionIndex region = mesh_.geography.region_of(node.zone);
  node.targets.resize(instances.size());
  for (std::size_t tried = 0; tried < instances.size(); ++tried) {
    const std::size_t i = node.next++ % instances.size();
    Instance& instance = instances[i];
    if (!node.targets[i].in_service || mesh_.geography.region_of(instance.zone) != region) continue;
    if (!spec_.cross_zone && instance.zone != node.zone) continue;
    return &instance;
  }
  return nullptr;
}

Task<> Edge::check_health(Node& node) {
  const cloud::RegionIndex region = mesh_.geography.region_of(node.zone);
  for (;;) {
    co_await delay(spec_.health_interval);
    node.targets.resize(gateway_.instances().size());
    for (std::size_t i = 0; i < node.targets.size(); ++i) {
      const Instance& instance = gateway_.instances()[i];
      if (mesh_.geography.region_of(instance.zone) != region) continue;
      Node::Target& target = node.targets[i];
      const bool passes = instance.alive();
      target.passed = passes ? target.passed + 1 : 0;
      target.failed = passes ? 0 : target.failed + 1;
      if (target.failed >= spec_.unhealthy_after) target.in_service = false;
      if (target.passed >= spec_.healthy_after) target.in_service = true;
    }
  }
}

// The endpoint filter: attempts at the origin until one is answered or the retry table says stop. The inbound and
// outbound filters are part of the gateway's own work.
Task<> Edge::handle(Instance& self, Request request, Reply& reply) {
  services::Outgoing& origin = *self.calls.front();
  for (int attempt = 1;; ++attempt) {
    ++measures_.attempts;
    const zuul::AttemptOutcome outcome = co_await try_origin(self, origin, request, reply);
    if (!zuul::retryable(outcome, zuul::Method::get) || attempt > spec_.retries_next_server) co_return;
    ++measures_.retries;
  }
}

Task<zuul::AttemptOutcome> Edge::try_origin(Instance& self, services::Outgoing& origin, const Request& request, Reply& reply) {
  auto& state = static_cast<OriginState&>(*self.state);
  reply = Reply{};
  if (!state.guard.try_enter()) {
    ++measures_.throttled;
    reply.status = Status::overloaded;
    co_return zuul::AttemptOutcome::origin_concurrency_exceeded;
  }
  const Instant began = now();
  const std::optional<ribbon::ServerIndex> choice = origin.balancer.choose(began, self.random);
  zuul::AttemptOutcome outcome = zuul::AttemptOutcome::no_available_servers;
  reply.status = Status::unreachable;
  if (choice) {
    Instance& server = mesh_.instance(origin.balancer.server(*choice).host);
    origin.balancer.request_started(*choice, began);
    if (!server.alive()) {
      co_await delay(spec_.origin_connect_timeout);
      outcome = zuul::AttemptOutcome::connect_error;
    } else {
      auto [promise, future] = make_promise<Reply>();
      mesh_.send(server, mesh_.geography.one_way(self.zone, server.zone), request, std::move(promise));
      const std::optional<Reply> answer = co_await future.within(spec_.origin_read_timeout);
      if (answer) reply = *answer;
      outcome = !answer                                 ? zuul::AttemptOutcome::read_timeout
                : reply.status == Status::overloaded    ? zuul::AttemptOutcome::status_503
                : answered(reply.status)                ? zuul::AttemptOutcome::success
                                                        : zuul::AttemptOutcome::status_500;
    }
    const bool silent = outcome == zuul::AttemptOutcome::connect_error || outcome == zuul::AttemptOutcome::read_timeout;
    if (silent) reply.status = Status::timed_out;
    origin.balancer.request_finished(*choice, silent ? ribbon::AttemptResult::connection_failed : ribbon::AttemptResult::answered,
                                     now() - began, now());
  }
  state.guard.leave();
  co_return outcome;
}

}  // namespace streamtwin::edge
