#include <algorithm>
#include <set>

#include "models/edge/zuul/authentication.hpp"
#include "models/edge/zuul/choice_of_two.hpp"
#include "models/edge/zuul/connection_pool.hpp"
#include "models/edge/zuul/cross_region.hpp"
#include "models/edge/zuul/filter_chain.hpp"
#include "models/edge/zuul/load_shedding.hpp"
#include "models/edge/zuul/origin.hpp"
#include "models/edge/zuul/routing.hpp"
#include "python/bindings/balancer.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace zuul;

namespace {

/// The pool by host; connections are known only while they are in use.
class HostPool {
 public:
  HostPool(const ConnectionPoolProperties& properties, HostBalancer& balancer)
      : loops_(static_cast<std::size_t>(properties.event_loops)), balancer_(balancer), pool_(properties, balancer.itself()) {}

  std::pair<Acquired, std::optional<ConnectionId>> acquire(std::uint32_t host, std::size_t event_loop, Instant now) {
    const Acquisition got = pool_.acquire(balancer_.index_of(host, now), checked(event_loop, loops_, "event loop"), now);
    if (got.connection == no_connection) return {got.how, std::nullopt};
    in_use_.insert(got.connection);
    return {got.how, got.connection};
  }
  void connected(ConnectionId connection) { pool_.connected(known(connection)); }
  void connect_failed(ConnectionId connection, Instant now) {
    pool_.connect_failed(known(connection), now);
    in_use_.erase(connection);
  }
  void flag_to_close(ConnectionId connection) { pool_.flag_to_close(known(connection)); }
  Released release(ConnectionId connection, Instant now) {
    const Released how = pool_.release(known(connection), now);
    in_use_.erase(connection);
    return how;
  }
  void drain(std::uint32_t host, Instant now) { pool_.drain(balancer_.index_of(host, now)); }
  void follow_list() { pool_.follow_list(); }
  int open(std::uint32_t host, Instant now) { return pool_.open(balancer_.index_of(host, now)); }
  int idle(std::uint32_t host, Instant now) { return pool_.idle(balancer_.index_of(host, now), now); }
  const ConnectionPool& itself() const { return pool_; }

 private:
  ConnectionId known(ConnectionId connection) const {
    if (in_use_.count(connection) == 0) throw py::index_error(fmt::format("connection {} is not in use", connection));
    return connection;
  }
  std::size_t loops_;
  HostBalancer& balancer_;
  ConnectionPool pool_;
  std::set<ConnectionId> in_use_;
};

/// Choice of two by host.
class HostChoice {
 public:
  explicit HostChoice(const ChoiceOfTwoProperties& properties) : choice_(properties) {}
  void update(const std::vector<std::tuple<std::uint32_t, ZoneIndex, Instant>>& listed) {
    std::vector<ribbon::Server> servers;
    std::vector<Instant> launched;
    for (const auto& [host, zone, since] : listed) {
      servers.push_back({host, zone});
      launched.push_back(since);
    }
    choice_.update(servers, launched);
  }
  std::optional<std::uint32_t> choose(Instant now, Random& random) const {
    const auto slot = choice_.choose(now, random);
    return slot ? std::optional(choice_.server(*slot).host) : std::nullopt;
  }
  void started(std::uint32_t host) { choice_.request_started(slot_of(host)); }
  void finished(std::uint32_t host, bool connection_error, std::optional<double> utilisation, Instant now) {
    const ServerSlot slot = slot_of(host);
    if (choice_.in_flight(slot) == 0) throw py::value_error(fmt::format("no request is in flight to host {}", host));
    choice_.request_finished(slot, connection_error, utilisation, now);
  }
  double score(std::uint32_t host, Instant now) const { return choice_.score(slot_of(host), now); }
  int in_flight(std::uint32_t host) const { return choice_.in_flight(slot_of(host)); }

 private:
  ServerSlot slot_of(std::uint32_t host) const {
    const std::optional<ServerSlot> slot = choice_.slot_of(host);
    if (!slot) throw py::key_error(fmt::format("host {} is neither listed nor in use", host));
    return *slot;
  }
  ChoiceOfTwo choice_;
};

/// A proxy that knows how many regions it has.
class Proxy {
 public:
  Proxy(std::size_t regions, Duration ramp)
      : regions_(regions >= 1 && regions <= regions_max
                     ? regions
                     : throw py::value_error(fmt::format("regions: 1 to {}, found {}", regions_max, regions))),
        proxy_(regions, ramp >= Duration{0} ? ramp : throw py::value_error("ramp: not below zero")) {}

  void begin(RegionIndex from, RegionIndex to, Instant now) {
    if (from == to) throw py::value_error("a region cannot be proxied to itself");
    proxy_.begin(region(from), region(to), now);
  }
  void end(RegionIndex from) { proxy_.end(region(from)); }
  Fraction share(RegionIndex from, Instant now) const { return proxy_.share(region(from), now); }
  std::optional<RegionIndex> saviour(RegionIndex from, Instant now, Random& random) const {
    return proxy_.saviour(region(from), now, random);
  }

 private:
  static constexpr std::size_t regions_max = 250;
  RegionIndex region(RegionIndex index) const { return checked(index, regions_, "region"); }
  std::size_t regions_;
  CrossRegionProxy proxy_;
};

void bind_origin(py::module_& module) {
  bind_described<OriginProperties>(module);
  py::class_<OriginConcurrency>(module, "OriginConcurrency", "Attempts in flight to one origin; the limit is checked before the increment.")
      .def(py::init<const OriginProperties&>(), "properties"_a = OriginProperties{})
      .def("try_start", &OriginConcurrency::try_start)
      .def("finish",
           [](OriginConcurrency& self) {
             if (self.in_flight() == 0) throw py::value_error("no attempt is in flight");
             self.finish();
           })
      .def_property_readonly("in_flight", &OriginConcurrency::in_flight);
  bind_enum<AttemptOutcome>(module, "AttemptOutcome", "How an attempt at an origin ended.",
                            {{"SUCCESS", AttemptOutcome::success},
                             {"UNAVAILABLE_503", AttemptOutcome::unavailable_503},
                             {"SERVER_ERROR_500", AttemptOutcome::server_error_500},
                             {"OTHER_SERVER_ERROR", AttemptOutcome::other_server_error},
                             {"CONNECT_ERROR", AttemptOutcome::connect_error},
                             {"RESET_CONNECTION", AttemptOutcome::reset_connection},
                             {"READ_TIMEOUT", AttemptOutcome::read_timeout},
                             {"NO_AVAILABLE_SERVERS", AttemptOutcome::no_available_servers},
                             {"MAX_CONNECTIONS", AttemptOutcome::max_connections},
                             {"ORIGIN_CONCURRENCY", AttemptOutcome::origin_concurrency},
                             {"CLOSE_NOTIFY", AttemptOutcome::close_notify},
                             {"CLIENT_CANCELLED", AttemptOutcome::client_cancelled},
                             {"OTHER", AttemptOutcome::other}});
  module.def(
      "should_retry",
      [](AttemptOutcome outcome, Method method, int attempt, int max_retries, bool response_started, bool body_buffered) {
        return should_retry(outcome, method, attempt, max_retries, {response_started, body_buffered});
      },
      "outcome"_a, "method"_a, "attempt"_a, "max_retries"_a, "response_started"_a = false, "body_buffered"_a = true,
      "Whether another attempt follows; attempts count from 1. The method is that of the HTTP request: get, head, options, post, put,\n"
      "delete or other.");
  module.def(
      "status_of", [](AttemptOutcome outcome) { return row_of(outcome).status; }, "outcome"_a,
      "What the client is answered; 0 passes the origin's status through.");
  module.def("attempt_timeout", &attempt_timeout, "origin"_a = py::none(), "request"_a = py::none(), "How long an attempt may take (s).");
}

void bind_pool(py::module_& module) {
  bind_described<ConnectionPoolProperties>(module);
  bind_enum<Acquired>(module, "Acquired", "Where a connection comes from.",
                      {{"REUSED", Acquired::reused}, {"CONNECT", Acquired::connect}, {"MAX_CONNECTIONS", Acquired::max_connections}});
  bind_enum<Released>(module, "Released", "What becomes of a connection whose request is over.",
                      {{"POOLED", Released::pooled}, {"CLOSED", Released::closed}});
  py::class_<HostPool>(module, "ConnectionPool", "Zuul's connections to the servers of one origin, whose statistics the balancer keeps.")
      .def(py::init<const ConnectionPoolProperties&, HostBalancer&>(), "properties"_a, "balancer"_a, py::keep_alive<1, 3>())
      .def("acquire", &HostPool::acquire, "host"_a, "event_loop"_a, "now"_a,
           "How, and the connection unless it was refused. RuntimeError while the host's connections are drained.")
      .def("connected", &HostPool::connected, "connection"_a)
      .def("connect_failed", &HostPool::connect_failed, "connection"_a, "now"_a)
      .def("flag_to_close", &HostPool::flag_to_close, "connection"_a, "A transport error: closed on release.")
      .def("release", &HostPool::release, "connection"_a, "now"_a)
      .def("drain", &HostPool::drain, "host"_a, "now"_a, "The server left discovery.")
      .def("follow_list", &HostPool::follow_list,
           "The balancer's list has changed: servers that left it are drained, those that are back on it no longer.")
      .def("open", &HostPool::open, "host"_a, "now"_a)
      .def("idle", &HostPool::idle, "host"_a, "now"_a)
      .def_property_readonly("rejections", [](const HostPool& self) { return self.itself().rejections(); })
      .def_property_readonly("opened", [](const HostPool& self) { return self.itself().opened(); })
      .def_property_readonly("reused", [](const HostPool& self) { return self.itself().reused(); });
}

/// The chain, which refuses places that it does not have.
class Chain {
 public:
  Chain(const std::vector<FilterProperties>& filters, const std::vector<std::string>& origins, int global_limit)
      : chain_(filters, origins, global_limit) {}
  std::optional<FilterIndex> enter(FilterPhase phase, FilterContext& context, std::size_t origin, FilterIndex from) {
    return chain_.enter(phase, from, origin, context);
  }
  void leave(FilterIndex filter) {
    if (inside(filter) == 0) throw py::value_error(fmt::format("no request is inside filter {}", filter));
    chain_.leave(filter);
  }
  int inside(FilterIndex filter) const { return chain_.inside(known(filter)); }
  std::string name(FilterIndex filter) const { return chain_.filter(known(filter)).name; }
  const FilterChain& itself() const { return chain_; }

 private:
  FilterIndex known(FilterIndex filter) const { return checked(filter, chain_.size(), "filter"); }
  FilterChain chain_;
};

FilterPhase phase_named(const std::string& name) {
  for (const auto& phase : enum_names<FilterPhase>)
    if (phase.name == name) return phase.value;
  throw py::value_error(fmt::format("`{}` is no phase; inbound, endpoint and outbound are", name));
}

void bind_chain(py::module_& module) {
  py::class_<FilterContext>(module, "FilterContext", "What a request carries through the chain.")
      .def(py::init<>())
      .def_readwrite("stop_processing", &FilterContext::stop_processing, "Skip filters that do not override this.")
      .def_readwrite("cancelled", &FilterContext::cancelled, "The client has gone: skip all but the endpoint.")
      .def_readwrite("send_error", &FilterContext::send_error, "The endpoint failed: the client is answered 500.")
      .def_readwrite("static_response", &FilterContext::static_response, "The status of an answer that a filter has made; 0 is none.")
      .def_readonly("errors", &FilterContext::errors, "Filters that failed.");
  py::class_<Chain>(module, "FilterChain",
                    "Inbound filters, one endpoint, outbound filters of one instance, each phase in the order of the list.")
      .def(py::init<const std::vector<FilterProperties>&, const std::vector<std::string>&, int>(), "filters"_a,
           "origins"_a = std::vector<std::string>{}, "global_limit"_a = filter_concurrency_default,
           "`origins`: the services that the gateway calls; requests name theirs by position.")
      .def(
          "enter",
          [](Chain& self, const std::string& phase, FilterContext& context, std::size_t origin, FilterIndex start) {
            return self.enter(phase_named(phase), context, origin, start);
          },
          "phase"_a, "context"_a, "origin"_a = 0, "start"_a = 0,
          "Lets a request into the next filter of the phase (\"inbound\", \"endpoint\", \"outbound\"), from `start` on, that does not\n"
          "skip it and has room: its number, or None when there is none left. `leave` must follow.")
      .def("leave", &Chain::leave, "filter"_a, "IndexError for a filter that does not exist, ValueError when nobody is inside.")
      .def("name", &Chain::name, "filter"_a)
      .def("inside", &Chain::inside, "filter"_a, "Requests inside.")
      .def("__len__", [](const Chain& self) { return self.itself().size(); })
      .def_property_readonly("rejections", [](const Chain& self) { return self.itself().rejections(); });
}

void bind_routing(py::module_& module) {
  bind_described<RouteProperties>(module);
  py::class_<RoutingTable>(module, "RoutingTable", "Where requests go by their path: whole segments, the longest that leads to it.")
      .def(py::init([](const std::vector<std::pair<std::string, std::string>>& routes) {
             std::vector<RouteProperties> table;
             for (const auto& [path, service] : routes) {
               if (!path.starts_with('/')) throw py::value_error(fmt::format("`{}`: a path begins with `/`", path));
               table.push_back({path, service});
             }
             return RoutingTable(std::move(table));
           }),
           "routes"_a, "(path, service) of every route. ValueError for a path that does not begin with `/`.")
      .def(
          "match",
          [](const RoutingTable& self, const std::string& path) {
            const RouteProperties* const route = self.match(path);
            return route == nullptr ? std::nullopt : std::optional(route->service);
          },
          "path"_a, "The service, or None: 404.");
  bind_described<AuthenticationProperties>(module);
  py::class_<AuthenticationFilter>(module, "AuthenticationFilter", "Answers 401 to requests without valid credentials.")
      .def(py::init([](const AuthenticationProperties& properties, const std::vector<std::string>& origins) {
             return AuthenticationFilter(properties, origins);
           }),
           "properties"_a, "origins"_a = std::vector<std::string>{}, "`origins`: the services that the gateway calls, by position.")
      .def("apply", &AuthenticationFilter::apply, "valid_credentials"_a, "origin"_a, "context"_a,
           "Whether the request goes on; if not, the context has the answer and stops filter processing.");
}

void bind_filters(py::module_& module) {
  bind_described<FilterProperties>(module);
  bind_enum<FilterStep>(module, "FilterStep", "What a filter does with a request.",
                        {{"RUN", FilterStep::run}, {"SKIPPED", FilterStep::skipped}, {"TOO_CONCURRENT", FilterStep::too_concurrent}});
  py::class_<FilterGuard>(module, "FilterGuard", "One filter of one instance: when it is skipped, when it refuses.")
      .def(py::init<const FilterProperties&, int>(), "filter"_a, "global_limit"_a = filter_concurrency_default)
      .def(
          "enter",
          [](FilterGuard& self, bool stop_processing, bool cancelled, bool should_filter, bool constrained, bool send_error) {
            return self.enter({.stop_processing = stop_processing, .cancelled = cancelled, .send_error = send_error}, should_filter,
                              constrained);
          },
          "stop_processing"_a = false, "cancelled"_a = false, "should_filter"_a = true, "constrained"_a = false, "send_error"_a = false)
      .def("leave",
           [](FilterGuard& self) {
             if (self.inside() == 0) throw py::value_error("no request is inside");
             self.leave();
           })
      .def_property_readonly("inside", &FilterGuard::inside);
  bind_chain(module);
  bind_routing(module);
}

void bind_shedding(py::module_& module) {
  bind_described<SheddingProperties>(module);
  bind_described<BackOffProperties>(module);
  module.def("overload", &overload, "load"_a, "properties"_a = SheddingProperties{}, "0 below the threshold, 1 at the capacity.");
  module.def("priority_threshold", &priority_threshold, "overload"_a, "The score above which requests are shed.");
  module.def(
      "should_shed",
      [](int score, const std::vector<double>& overloads) {
        return std::any_of(overloads.begin(), overloads.end(), [&](double o) { return should_shed(score, o); });
      },
      "score"_a, "overloads"_a, "Scores rise from 1, the most important, to 100; the worst overload counts.");
  module.def(
      "back_off",
      [](RequestClass request, const BackOffProperties& properties) {
        const BackOffDirective directive = directive_for(request, properties);
        return std::pair(directive.retries_max, directive.window);
      },
      "request"_a, "properties"_a = BackOffProperties{}, "Retries allowed to a device that was shed, and over which time (s).");
}

}  // namespace

void bind_zuul(py::module_& algorithms) {
  auto module = algorithms.def_submodule("zuul", "Zuul 2: filters, origins, connection pool, load shedding, choice of two.");
  bind_origin(module);
  bind_pool(module);
  bind_filters(module);
  bind_shedding(module);
  py::class_<Proxy>(module, "CrossRegionProxy",
                    "Requests that come to an evacuated region are sent on to another, a share of them that grows evenly over the ramp.")
      .def(py::init<std::size_t, Duration>(), "regions"_a, "ramp"_a, "How many regions, and how long it takes until all is proxied (s).")
      .def("begin", &Proxy::begin, "from_region"_a, "to_region"_a, "now"_a, "The evacuation of a region begins.")
      .def("end", &Proxy::end, "from_region"_a, "Its requests stay again.")
      .def("share", &Proxy::share, "from_region"_a, "now"_a, "Of its requests, how many are sent on: 0 to 1.")
      .def("saviour", &Proxy::saviour, "from_region"_a, "now"_a, "random"_a,
           "Where a request goes that has come there, None when it stays. Draws only while the region is evacuated.");
  bind_described<ChoiceOfTwoProperties>(module);
  py::class_<HostChoice>(module, "ChoiceOfTwo", "Two servers drawn, both scored, the better taken.")
      .def(py::init<const ChoiceOfTwoProperties&>(), "properties"_a = ChoiceOfTwoProperties{})
      .def("update", &HostChoice::update, "servers"_a, "(host, zone, launched) of every server.")
      .def("choose", &HostChoice::choose, "now"_a, "random"_a, "A host, or None.")
      .def("request_started", &HostChoice::started, "host"_a)
      .def("request_finished", &HostChoice::finished, "host"_a, "connection_error"_a, "utilisation"_a, "now"_a,
           "A request to the host is over. The utilisation is what the answer said, None without one. ValueError when none is in flight.")
      .def("score", &HostChoice::score, "host"_a, "now"_a)
      .def("in_flight", &HostChoice::in_flight, "host"_a);
  module.def(
      "ring_subset",
      [](const std::vector<std::uint32_t>& hosts, std::size_t size, std::uint32_t client) {
        std::vector<ribbon::Server> servers;
        for (const std::uint32_t host : hosts) servers.push_back({host, 0});
        std::vector<std::uint32_t> subset;
        for (const ribbon::Server& server : ring_subset(servers, size, client)) subset.push_back(server.host);
        return subset;
      },
      "hosts"_a, "size"_a, "client"_a, "The part of a ring of hosts that this client talks to.");
}

}  // namespace streamtwin::python
