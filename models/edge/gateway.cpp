#include "models/edge/gateway.hpp"

#include <algorithm>

#include "models/edge/edge.hpp"
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
  std::unique_ptr<zuul::PluggedShedding> shedding;  ///< where a program plugs one in

 private:
  std::size_t loop_ = 0;
};

std::uint16_t origin_asked(const Envelope& request) { return request.body.as<HttpRequest>().origin; }

GatewayState& state_of(Instance& gateway) { return static_cast<GatewayState&>(*gateway.state); }

std::vector<std::string> names_of(const services::Service& gateway) {
  std::vector<std::string> names;
  for (const services::Service* origin : gateway.callees) names.push_back(origin->name);
  return names;
}

zuul::AttemptOutcome outcome_of(Status status) {
  if (answered(status)) return zuul::AttemptOutcome::success;
  return status == Status::overloaded ? zuul::AttemptOutcome::unavailable_503 : zuul::AttemptOutcome::server_error_500;
}

}  // namespace

Gateway::Gateway(services::Mesh& mesh, const EdgeSpec& spec, EdgeMeasures& measures, Edge& edge,
                 const Plug<zuul::PluggedShedding>* shedding)
    : mesh_(mesh),
      spec_(spec),
      measures_(measures),
      edge_(edge),
      shedding_(shedding),
      cross_region_(mesh.geography.regions(), spec.proxy_ramp) {
  if (!spec_.shedding.any()) return;
  measures_.shed = mesh.recorder.counter("zuul.shed");
  mesh.recorder.rate_series("zuul.shed", "/s", measures_.shed);
}

std::unique_ptr<rpc::HandlerState> Gateway::make_state(Instance& self) {
  const RegionIndex region = mesh_.geography.region_of(self.zone);
  if (spec_.balancing.technique == zuul::Technique::choice_of_two)
    for (services::Service* origin : services::service_of(self).callees) origin->tells_utilisation = true;
  const int client = self.number * mesh_.geography.zones_of(region) + (self.zone - mesh_.geography.first_zone(region));
  auto state = std::make_unique<GatewayState>(self, spec_, names_of(services::service_of(self)), static_cast<std::uint32_t>(client));
  state->shedding = plugged(shedding_, self.service.name, self.name);
  return state;
}

// The first inbound filter: what is shed costs the gateway nothing.
bool Gateway::admits(Instance& self, const Envelope& request) {
  GatewayState& state = state_of(self);
  const std::uint16_t route = origin_asked(request);
  GatewayState::Origin* const origin = route == rpc::no_route ? nullptr : &state.origins[route];
  // A thread that blocks goes on with the request past the filters; an event loop has forgotten it.
  const int past_the_filters = self.execution.threads ? 0 : state.inside;
  const zuul::GatewayLoad load{
      .cpu = self.execution.load(now()),
      .in_flight = static_cast<double>(self.execution.taken_up()) + past_the_filters,
      .origin_in_flight =
          origin == nullptr ? 0 : static_cast<double>(origin->guard.in_flight()) / std::max(1, spec_.origin.max_concurrent_requests),
      .origin_errors = origin == nullptr ? 0 : origin->failing.read(origin->failures, origin->attempts, now())};
  const bool shed =
      state.shedding ? !state.shedding->admits(request.priority, load, origin == nullptr ? "" : state.service.callees[route]->name, now())
                     : zuul::should_shed(request.priority, load, spec_.shedding);
  if (shed) ++measures_.shed;
  return !shed;
}

void Gateway::advise(const Envelope& request, Reply& reply) const {
  const zuul::BackOffProperties& back_off = spec_.shedding.back_off;
  if (back_off.enabled) reply.enclosed = rpc::Enclosure(zuul::directive_for(zuul::class_of(request.priority, back_off), back_off));
}

// What filters work is part of the gateway's own work; without any there is only the endpoint.
Task<> Gateway::handle(Instance& self, const Envelope& request, Reply& reply) {
  if (mesh_.injections.active() || mesh_.routes.any()) [[unlikely]] {
    Envelope marked = request;
    const auto asked = request.body.as<HttpRequest>();
    marked.route = mesh_.routes.route_of(asked.member, mesh_.geography.region_of(self.zone));
    marked.injections |= mesh_.injections.marks_of(asked, marked.route);
    return spec_.has_filters() ? filter(self, marked, reply) : route(self, marked, reply);
  }
  return spec_.has_filters() ? filter(self, request, reply) : route(self, request, reply);
}

// Inbound filters, the endpoint, outbound filters.
Task<> Gateway::filter(Instance& self, Envelope request, Reply& reply) {
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

Task<> Gateway::run_filters(Instance& self, zuul::FilterPhase phase, zuul::FilterContext& context, const Envelope& request) {
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
Task<> Gateway::run_endpoint(Instance& self, zuul::FilterContext& context, const Envelope& request, Reply& reply) {
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
Task<> Gateway::route(Instance& self, Envelope request, Reply& reply) {
  const RegionIndex here = mesh_.geography.region_of(self.zone);
  if (!request.body.as<HttpRequest>().proxied) {
    const std::optional<RegionIndex> saviour = cross_region_.saviour(here, now(), self.random);
    if (saviour && cross_region_.redirects(here)) return redirect(*saviour, reply);
    if (saviour) return proxy(self, *saviour, request, reply);
  }
  if (!measures_.traffic.empty()) ++measures_.traffic[here].served;
  return ask_origin(self, request, reply);
}

Task<> Gateway::redirect(RegionIndex to, Reply& reply) {
  reply.enclosed = rpc::Enclosure(zuul::RedirectTo{to});
  co_return;
}

// What came by another region's gateway is answered here, whatever becomes of this region meanwhile.
Task<> Gateway::proxy(Instance& self, RegionIndex to, Envelope request, Reply& reply) {
  ++measures_.proxied;
  HttpRequest asked = request.body.as<HttpRequest>();
  asked.proxied = true;
  request.body = asked;
  GatewayState& state = state_of(self);
  ++state.inside;
  const rpc::Way way = mesh_.network.way(self.zone, mesh_.geography.first_zone(to));
  const std::optional<Reply> answer =
      co_await within(zuul::attempt_timeout(spec_.origin.read_timeout, std::nullopt), edge_.request(to, way, request, self.random));
  if (answer) {
    reply = *answer;
  } else {
    reply.status = Status::timed_out;
  }
  --state.inside;
}

// Attempts at the origin until one is answered or the retry table says stop.
Task<> Gateway::ask_origin(Instance& self, Envelope request, Reply& reply) {
  auto asked = request.body.as<HttpRequest>();
  GatewayState& state = state_of(self);
  asked.origin = static_cast<std::uint16_t>(state.service.position_on(request.route, asked.origin));
  request.body = asked;
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

Task<zuul::AttemptOutcome> Gateway::try_origin(Instance& self, services::Outgoing& origin, const Envelope& request, Reply& reply) {
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
      watched.servers.request_finished(*chosen, zuul::row_of(outcome).counts_as_failure,
                                       reply.tells_utilisation ? std::optional{reply.utilisation} : std::nullopt, now());
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
void Gateway::follow_list(Instance& self, services::Outgoing& origin, std::size_t position) {
  GatewayState::Origin& watched = state_of(self).origins[position];
  if (!watched.connections) {
    zuul::ConnectionPoolProperties properties = spec_.connections;
    properties.event_loops = self.service.instance_spec.cores;
    watched.connections.emplace(properties, origin.balancer);
    if (!self.launched_cold()) {
      const std::size_t asked = std::max<std::size_t>(watched.servers.asked_of(origin.balancer.list().size()), 1);
      const Rate at_each = edge_.expected(mesh_.geography.region_of(self.zone), position, asked);
      watched.connections->begin_in_use(at_each, now(), self.stream("connections"));
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
Task<zuul::AttemptOutcome> Gateway::ask_server(Instance& self, zuul::ConnectionPool& pool, zuul::Acquisition acquired,
                                               const Envelope& request, Reply& reply) {
  const Instant began = now();
  ribbon::LoadBalancer& balancer = state_of(self).outgoing(origin_asked(request)).balancer;
  const ribbon::ServerIndex chosen = pool.server_of(acquired.connection);
  const ribbon::Server server = balancer.server(chosen);
  const rpc::Way way = mesh_.network.way(self, mesh_.lives.find(server.host), server.zone);
  // Where the instance was, the machine says that nobody listens; no machine says nothing.
  const bool refuses = way.connects() && mesh_.lives.refuses(server.host);
  if (acquired.how == zuul::Acquired::connect) {
    const Instance* const there = mesh_.lives.find(server.host);
    if (there == nullptr || !there->alive() || !way.connects()) {
      co_await delay(refuses ? way.round_trip() : spec_.origin.connect_timeout);
      pool.connect_failed(acquired.connection, now());
      reply.status = Status::unreachable;
      co_return zuul::AttemptOutcome::connect_error;
    }
    ++measures_.connections;
    co_await delay(way.round_trip());
    pool.connected(acquired.connection);
  }
  auto [promise, future] = make_promise<Reply>();
  if (refuses) {
    std::move(promise).set_after(way.round_trip(), Reply{.status = Status::reset});
  } else if (Instance* const there = mesh_.lives.find(server.host)) {
    mesh_.network.send(*there, way, request, std::move(promise));
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
