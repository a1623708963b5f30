#include "models/edge/edge.hpp"

#include <algorithm>

#include "models/services/tries.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::edge {

using rpc::Envelope;
using rpc::HttpRequest;
using rpc::Instance;
using rpc::Reply;
using rpc::Status;

namespace {

/// What a gateway instance keeps of itself and its origins.
struct GatewayState final : services::Caller {
  struct Origin {
    zuul::OriginConcurrency guard;
    zuul::ServerChoice servers;
    std::optional<zuul::ConnectionPool> connections{};  ///< made with the balancer, when the origin is first asked
    std::uint32_t list_seen = 0;                        ///< the balancer's version that both go by
    rpc::UsageMeter failing{};
    double attempts = 0, failures = 0;
  };
  GatewayState(Instance& self, const EdgeSpec& spec, const std::vector<std::string>& names, std::uint32_t client)
      : services::Caller(self, services::service_of(self)),
        origins(names.size(), Origin{zuul::OriginConcurrency(spec.origin), zuul::ServerChoice(spec.balancing, client)}),
        authentication(spec.authentication, names),
        filters(spec.filters, names, spec.filter_concurrency_limit) {}
  /// The next request's event loop: connections of clients are dealt out in turn, as Netty does.
  std::size_t next_loop() { return loop_++; }

  std::vector<Origin> origins;  ///< by position in the gateway's calls
  int inside = 0;               ///< requests past the gateway's own work
  const zuul::AuthenticationFilter authentication;
  zuul::FilterChain filters;

 private:
  std::size_t loop_ = 0;
};

std::uint16_t origin_asked(const Envelope& request) { return request.body.as<HttpRequest>().origin; }

GatewayState& state_of(Instance& gateway) { return static_cast<GatewayState&>(*gateway.state); }

std::vector<std::string> names_of(const std::vector<services::Service*>& callees) {
  std::vector<std::string> names;
  for (const services::Service* service : callees) names.push_back(service->name);
  return names;
}

zuul::AttemptOutcome outcome_of(Status status) {
  if (answered(status)) return zuul::AttemptOutcome::success;
  return status == Status::overloaded ? zuul::AttemptOutcome::unavailable_503 : zuul::AttemptOutcome::server_error_500;
}

}  // namespace

Edge::Edge(services::Mesh& mesh, const EdgeSpec& spec, EdgeMeasures& measures)
    : mesh_(mesh), spec_(spec), measures_(measures), cross_region_(mesh.geography.regions(), spec.proxy_ramp), routes_(spec.routes) {
  for (std::size_t r = 0; r < mesh.geography.regions(); ++r) {
    regions_.emplace_back(mesh, static_cast<RegionIndex>(r), spec_);
  }
  told_of_lives_ = mesh.lives.subscribe(*this);
  if (!spec_.shedding.any()) return;
  measures_.shed = mesh.recorder.counter("zuul.shed");
  mesh.recorder.rate_series("zuul.shed", "/s", measures_.shed);
}

void Edge::add_node(Host& machine, ZoneIndex zone) {
  const RegionIndex region = mesh_.geography.region_of(zone);
  regions_[region].nodes[static_cast<std::size_t>(zone - mesh_.geography.first_zone(region))] = &machine;
}

void Edge::expect(RegionIndex region, std::uint16_t origin, Rate requests) {
  if (origin == rpc::no_route) return;
  std::vector<Rate>& expected = regions_[region].expected;
  if (origin >= expected.size()) expected.resize(origin + 1);
  expected[origin] += requests;
}

// A gateway instance registers with its region's balancer: those that a run begins with are known to be healthy.
void Edge::started(Instance& instance) {
  if (!is_gateway(instance)) return;
  Region& region = regions_[mesh_.geography.region_of(instance.zone)];
  region.balancer.add(instance, !instance.launched_cold());
  if (!instance.launched_cold()) ++region.gateways_at_start;
}

void Edge::draining(Instance& instance) {
  if (is_gateway(instance)) regions_[mesh_.geography.region_of(instance.zone)].balancer.deregister(instance);
}

void Edge::stopped(Instance& instance) {
  if (is_gateway(instance)) regions_[mesh_.geography.region_of(instance.zone)].balancer.forget(instance);
}

std::unique_ptr<rpc::HandlerState> Edge::make_state(Instance& self) {
  const RegionIndex region = mesh_.geography.region_of(self.zone);
  if (spec_.balancing.technique == zuul::Technique::choice_of_two)
    for (services::Service* origin : services::service_of(self).callees) origin->tells_utilisation = true;
  const int client = self.number * mesh_.geography.zones_of(region) + (self.zone - mesh_.geography.first_zone(region));
  return std::make_unique<GatewayState>(self, spec_, names_of(services::service_of(self).callees), static_cast<std::uint32_t>(client));
}

void Edge::start() {
  for (Region& region : regions_) {
    region.balancer.start();
    region.dns.publish(region.balancer.zones_with_targets(), now());
    region.scope.spawn_service("DNS checks of load balancer nodes", check_nodes(region));
  }
}

// A node that is up and has a target in service answers its check at once; from another one nothing good comes, and that
// is known when the time-out is over.
Task<> Edge::check_nodes(Region& region) {
  std::vector<int> silent;
  for (;;) {
    co_await delay(spec_.dns.check_interval - spec_.dns.check_timeout);
    silent.clear();
    for (int node = 0; node < region.balancer.nodes(); ++node) {
      if (region.nodes[static_cast<std::size_t>(node)]->is_on() && region.balancer.serves(node)) {
        report_node(region, node, true);
      } else {
        silent.push_back(node);
      }
    }
    region.dns.publish(region.balancer.zones_with_targets(), now());
    co_await delay(spec_.dns.check_timeout);
    for (const int node : silent) report_node(region, node, false);
    region.dns.publish(region.balancer.zones_with_targets(), now());
  }
}

void Edge::report_node(Region& region, int node, bool passed) {
  if (!region.dns.report(node, passed, spec_.dns)) return;
  const auto zone = static_cast<ZoneIndex>(region.first_zone + node);
  mesh_.recorder.event(now(), "dns", mesh_.geography.zone_name(zone),
                       passed ? "the load balancer's node is named again" : "the load balancer's node leaves DNS");
}

bool Edge::alive(RegionIndex region) const {
  const Region& here = regions_[region];
  return here.balancer.any_in_service() &&
         std::any_of(here.nodes.begin(), here.nodes.end(), [](const Host* host) { return host->is_on(); });
}

void Edge::evacuate(RegionIndex from, std::optional<RegionIndex> to) {
  for (const RegionIndex near : mesh_.geography.by_distance(mesh_.geography.place(from))) {
    if (!to && near != from && alive(near)) to = near;
  }
  if (to) cross_region_.begin(from, *to, now());
}

std::uint16_t Edge::origin_of(std::string_view path, const std::string& target) const {
  const std::string* name = &target;
  if (!path.empty() && !routes_.empty()) {
    const zuul::RouteProperties* const found = routes_.match(path);
    if (found == nullptr) return rpc::no_route;
    name = &found->service;
  }
  const std::vector<std::string> origins = names_of(mesh_.service(spec_.gateway).callees);
  return static_cast<std::uint16_t>(std::find(origins.begin(), origins.end(), *name) - origins.begin());
}

// DNS hands out the nodes' addresses in turn, as they were when the client's resolver asked; a client whose node stays
// silent tries another, unless it is of the kind that does not.
Task<Reply> Edge::request(RegionIndex region_index, Duration one_way, Envelope request, Random& random) {
  ++measures_.requests;
  request.deadline = mesh_.deadline_to_carry(request.deadline);
  Region& region = regions_[region_index];
  const std::vector<int>& named = region.dns.answer(now(), dns::age_of_answer(spec_.dns.habits(), random.two_uniforms()));
  const std::size_t first = random.below(named.size());
  const std::size_t tries = spec_.dns.next_address == elb::NextAddress::first_only ? 1 : named.size();
  const bool hasty = spec_.dns.next_address == elb::NextAddress::fast_fallback;
  for (std::size_t tried = 0; tried < tries; ++tried) {
    const int node = named[(first + tried) % named.size()];
    if (!region.nodes[static_cast<std::size_t>(node)]->is_on()) {
      const bool last = tried + 1 == tries;
      co_await delay(hasty && !last ? std::min(spec_.dns.fallback_delay, spec_.node_connect_timeout) : spec_.node_connect_timeout);
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
bool Edge::admits(Instance& self, const Envelope& request) {
  GatewayState& state = state_of(self);
  const std::uint16_t route = origin_asked(request);
  GatewayState::Origin* const origin = route == rpc::no_route ? nullptr : &state.origins[route];
  // A thread that blocks goes on with the request past the filters; an event loop has forgotten it.
  const int past_the_filters = self.execution.threads ? 0 : state.inside;
  const bool shed = zuul::should_shed(
      request.priority,
      {.cpu = self.execution.load(now()),
       .in_flight = static_cast<double>(self.execution.taken_up()) + past_the_filters,
       .origin_in_flight =
           origin == nullptr ? 0 : static_cast<double>(origin->guard.in_flight()) / std::max(1, spec_.origin.max_concurrent_requests),
       .origin_errors = origin == nullptr ? 0 : origin->failing.read(origin->failures, origin->attempts, now())},
      spec_.shedding);
  if (shed) ++measures_.shed;
  return !shed;
}

void Edge::advise(const Envelope& request, Reply& reply) const {
  const zuul::BackOffProperties& back_off = spec_.shedding.back_off;
  if (back_off.enabled) reply.enclosed = rpc::Enclosure(zuul::directive_for(zuul::class_of(request.priority, back_off), back_off));
}

// What filters work is part of the gateway's own work; without any there is only the endpoint.
Task<> Edge::handle(Instance& self, const Envelope& request, Reply& reply) {
  return spec_.has_filters() ? filter(self, request, reply) : route(self, request, reply);
}

// Inbound filters, the endpoint, outbound filters.
Task<> Edge::filter(Instance& self, Envelope request, Reply& reply) {
  zuul::FilterContext context;
  GatewayState& state = state_of(self);
  ++state.inside;
  state.authentication.apply(request.body.as<HttpRequest>().credentials, origin_asked(request), context);
  co_await run_filters(self, zuul::FilterPhase::inbound, context, request);
  --state.inside;
  co_await run_endpoint(self, context, request, reply);
  ++state.inside;
  co_await run_filters(self, zuul::FilterPhase::outbound, context, request);
  --state.inside;
  measures_.filter_rejections.add(static_cast<std::uint64_t>(context.errors));
}

Task<> Edge::run_filters(Instance& self, zuul::FilterPhase phase, zuul::FilterContext& context, const Envelope& request) {
  zuul::FilterChain& filters = state_of(self).filters;
  const std::uint16_t origin = origin_asked(request);
  for (auto at = filters.enter(phase, 0, origin, context); at; at = filters.enter(phase, *at + 1, origin, context)) {
    const zuul::FilterProperties& running = filters.filter(*at);
    const Span span = request.span ? request.span.child("filter " + running.name, self.name, now()) : Span{};
    if (running.takes > Duration{0}) co_await delay(running.takes);
    filters.leave(*at);
    span.end(now());
  }
}

// An answer that a filter has made, an error, or what the origin answers. 401 and 404 are answers.
Task<> Edge::run_endpoint(Instance& self, zuul::FilterContext& context, const Envelope& request, Reply& reply) {
  zuul::FilterChain& filters = state_of(self).filters;
  if (context.static_response != 0) {
    ++measures_.unauthorised;
    reply.status = Status::refused;
    co_return;
  }
  const std::optional<zuul::FilterIndex> endpoint = filters.enter(zuul::FilterPhase::endpoint, 0, origin_asked(request), context);
  if (endpoint && filters.filter(*endpoint).takes > Duration{0}) co_await delay(filters.filter(*endpoint).takes);
  if (context.send_error) {
    reply.status = Status::failed;
  } else if (origin_asked(request) == rpc::no_route) {
    ++measures_.no_route;
    reply.status = Status::refused;
  } else {
    co_await route(self, request, reply);
  }
  if (endpoint) filters.leave(*endpoint);
}

// The endpoint of a request with an origin: here, or by another region's gateway.
Task<> Edge::route(Instance& self, Envelope request, Reply& reply) {
  const RegionIndex here = mesh_.geography.region_of(self.zone);
  if (!request.body.as<HttpRequest>().proxied) {
    const std::optional<RegionIndex> saviour = cross_region_.saviour(here, now(), self.random);
    if (saviour) return proxy(self, *saviour, request, reply);
  }
  return ask_origin(self, request, reply);
}

// What came by another region's gateway is answered here, whatever becomes of this region meanwhile.
Task<> Edge::proxy(Instance& self, RegionIndex to, Envelope request, Reply& reply) {
  ++measures_.proxied;
  HttpRequest asked = request.body.as<HttpRequest>();
  asked.proxied = true;
  request.body = asked;
  GatewayState& state = state_of(self);
  ++state.inside;
  const Duration one_way = mesh_.geography.one_way(self.zone, mesh_.geography.first_zone(to));
  const std::optional<Reply> answer =
      co_await within(zuul::attempt_timeout(spec_.origin.read_timeout, std::nullopt), Edge::request(to, one_way, request, self.random));
  if (answer) {
    reply = *answer;
  } else {
    reply.status = Status::timed_out;
  }
  --state.inside;
}

// Attempts at the origin until one is answered or the retry table says stop.
Task<> Edge::ask_origin(Instance& self, Envelope request, Reply& reply) {
  const auto asked = request.body.as<HttpRequest>();
  GatewayState& state = state_of(self);
  services::Outgoing& origin = state.outgoing(asked.origin);
  const std::optional<int>& priority = state.service.calls[asked.origin].priority;
  if (priority) request.priority = static_cast<std::uint8_t>(*priority);
  const Instant deadline = request.deadline;
  const Span whole = request.span;
  ++state.inside;
  for (int attempt = 1;; ++attempt) {
    ++measures_.attempts;
    request.deadline = mesh_.tightened(deadline, now() + zuul::attempt_timeout(spec_.origin.read_timeout, std::nullopt));
    request.span = whole.child("try", self.name, now());
    const zuul::AttemptOutcome outcome = co_await try_origin(self, origin, request, reply);
    if (!answered(reply.status)) request.span.note("reason", services::reason_of(reply.status));
    request.span.end(now(), answered(reply.status) ? SpanStatus::ok : SpanStatus::failed);
    const bool again = zuul::should_retry(outcome, asked.method, attempt, spec_.origin.max_retries) && now() < deadline;
    if (!again) break;
    ++measures_.retries;
  }
  --state.inside;
}

Task<zuul::AttemptOutcome> Edge::try_origin(Instance& self, services::Outgoing& origin, const Envelope& request, Reply& reply) {
  const std::uint16_t position = origin_asked(request);
  GatewayState::Origin& watched = state_of(self).origins[position];
  reply = Reply{};
  if (!watched.guard.try_start()) {
    ++measures_.throttled;
    reply.status = Status::overloaded;
    co_return zuul::AttemptOutcome::origin_concurrency;
  }
  follow_list(self, origin, position);
  const std::optional<zuul::ServerChoice::Chosen> chosen = watched.servers.choose(origin.balancer, now(), self.random);
  zuul::AttemptOutcome outcome = zuul::AttemptOutcome::no_available_servers;
  if (chosen) {
    zuul::ConnectionPool& pool = *watched.connections;
    const std::size_t loop = state_of(self).next_loop() % static_cast<std::size_t>(self.service.instance_spec.cores);
    const zuul::Acquisition acquired = pool.acquire(chosen->server, loop, now());
    if (acquired.how == zuul::Acquired::max_connections) {
      ++measures_.no_connection;
      reply.status = Status::overloaded;
      outcome = zuul::AttemptOutcome::max_connections;
    } else {
      watched.servers.request_started(*chosen);
      outcome = co_await ask_server(self, pool, acquired, request, reply);
      watched.servers.request_finished(*chosen, zuul::row_of(outcome).counts_as_failure, reply.utilisation, now());
    }
  } else {
    reply.status = Status::unreachable;
  }
  watched.guard.finish();
  ++watched.attempts;
  if (!answered(reply.status)) ++watched.failures;
  co_return outcome;
}

// What discovery says of the origin's servers since it was last asked.
void Edge::follow_list(Instance& self, services::Outgoing& origin, std::size_t position) {
  GatewayState::Origin& watched = state_of(self).origins[position];
  if (!watched.connections) {
    zuul::ConnectionPoolProperties properties = spec_.connections;
    properties.event_loops = self.service.instance_spec.cores;
    watched.connections.emplace(properties, origin.balancer);
    const Region& region = regions_[mesh_.geography.region_of(self.zone)];
    if (!self.launched_cold() && position < region.expected.size()) {
      const std::size_t asked = watched.servers.asked_of(origin.balancer.list().size());
      const double share = 1.0 / (region.gateways_at_start * static_cast<double>(std::max<std::size_t>(asked, 1)));
      watched.connections->begin_in_use(region.expected[position] * share, now(), self.stream("connections"));
    }
  }
  if (watched.list_seen == origin.balancer.version()) return;
  watched.list_seen = origin.balancer.version();
  watched.connections->follow_list();
  watched.servers.follow(origin.balancer, [this](InstanceId id) {
    const Instance* const server = mesh_.lives.find(id);
    return server != nullptr ? server->launched_cold().value_or(Instant{Duration{-HUGE_VAL}}) : Instant{Duration{-HUGE_VAL}};
  });
}

// A new connection costs a handshake, one to a dead machine the connect time-out. What was sent over a connection to a
// machine that has died since is missed when the read time-out is over, and the connection is given up. A machine that runs
// again without the instance resets both.
Task<zuul::AttemptOutcome> Edge::ask_server(Instance& self, zuul::ConnectionPool& pool, zuul::Acquisition acquired, const Envelope& request,
                                            Reply& reply) {
  const Instant began = now();
  ribbon::LoadBalancer& balancer = state_of(self).outgoing(origin_asked(request)).balancer;
  const ribbon::ServerIndex chosen = pool.server_of(acquired.connection);
  const ribbon::Server server = balancer.server(chosen);
  const Duration one_way = mesh_.geography.one_way(self.zone, server.zone);
  // Where the instance was, the machine says that nobody listens; no machine says nothing.
  const bool refuses = mesh_.lives.refuses(server.host);
  if (acquired.how == zuul::Acquired::connect) {
    const Instance* const there = mesh_.lives.find(server.host);
    if (there == nullptr || !there->alive()) {
      co_await delay(refuses ? 2 * one_way : spec_.origin.connect_timeout);
      pool.connect_failed(acquired.connection, now());
      reply.status = Status::unreachable;
      co_return zuul::AttemptOutcome::connect_error;
    }
    ++measures_.connections;
    co_await delay(2 * one_way);
    pool.connected(acquired.connection);
  }
  auto [promise, future] = make_promise<Reply>();
  if (refuses) {
    std::move(promise).set_after(2 * one_way, Reply{.status = Status::reset});
  } else if (Instance* const there = mesh_.lives.find(server.host)) {
    mesh_.network.send(*there, {one_way, one_way}, request, std::move(promise));
  }
  const std::optional<Reply> answer = co_await future.within(zuul::attempt_timeout(spec_.origin.read_timeout, std::nullopt));
  reply = answer.value_or(Reply{.status = Status::timed_out});
  const zuul::AttemptOutcome outcome = !answer   ? zuul::AttemptOutcome::read_timeout
                                       : refuses ? zuul::AttemptOutcome::reset_connection
                                                 : outcome_of(reply.status);
  const zuul::OutcomeRow& row = zuul::row_of(outcome);
  if (row.clears_failures) balancer.learn(chosen, ribbon::AttemptResult::answered, now() - began, now());
  if (row.counts_as_failure) {
    balancer.learn(chosen, ribbon::AttemptResult::connection_failed, now() - began, now());
    pool.flag_to_close(acquired.connection);
  }
  pool.release(acquired.connection, now());
  co_return outcome;
}

}  // namespace streamtwin::edge
