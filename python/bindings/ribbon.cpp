#include <map>

#include "models/services/ribbon/load_balancer.hpp"
#include "models/services/ribbon/retries.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace ribbon;

namespace {

/// A balancer that speaks of hosts instead of places in its arrays.
class HostBalancer {
 public:
  HostBalancer(BalancerProperties properties, Instant created)
      : properties_(std::move(properties)), balancer_(properties_, created) {}

  void update(const std::vector<std::pair<std::uint32_t, ZoneIndex>>& listed, Instant now) {
    std::vector<Server> servers;
    for (const auto& [host, zone] : listed) {
      servers.push_back({host, zone});
      zones_[host] = zone;
    }
    balancer_.update(servers, now);
  }
  std::optional<std::uint32_t> choose(Instant now, Random& random) {
    const auto chosen = balancer_.choose(now, random);
    return chosen ? std::optional(balancer_.server(*chosen).host) : std::nullopt;
  }
  void started(std::uint32_t host, Instant now) { balancer_.request_started(index_of(host, now), now); }
  void finished(std::uint32_t host, AttemptResult result, Duration took, Instant now) {
    balancer_.request_finished(index_of(host, now), result, took, now);
  }
  bool tripped(std::uint32_t host, Instant now) { return balancer_.stats(index_of(host, now)).tripped(now); }
  int active(std::uint32_t host, Instant now) {
    return balancer_.stats(index_of(host, now)).active_requests(now, properties_);
  }

 private:
  ServerIndex index_of(std::uint32_t host, Instant now) {
    const auto known = zones_.find(host);
    if (known == zones_.end()) throw py::key_error(fmt::format("host {} was never listed", host));
    return balancer_.index_of({host, known->second}, now);
  }
  const BalancerProperties properties_;
  LoadBalancer balancer_;
  std::map<std::uint32_t, ZoneIndex> zones_;
};

}  // namespace

void bind_ribbon(py::module_& algorithms) {
  auto module = algorithms.def_submodule("ribbon", "Ribbon: rules, server statistics, zone-aware balancer, retries.");
  bind_described<BalancerProperties>(module);
  bind_described<ClientProperties>(module);
  py::enum_<AttemptResult>(module, "AttemptResult", "How an attempt ended, for the balancer's statistics.")
      .value("ANSWERED", AttemptResult::answered)
      .value("CONNECTION_FAILED", AttemptResult::connection_failed)
      .value("ABANDONED", AttemptResult::abandoned);
  py::class_<HostBalancer>(module, "LoadBalancer",
                           "One client's balancer over the instances of one service; the rule is a property. Servers "
                           "are pairs of host and zone.")
      .def(py::init<BalancerProperties, Instant>(), "properties"_a = BalancerProperties{}, "created"_a = Instant{})
      .def("update", &HostBalancer::update, "servers"_a, "now"_a, "A list refresh: (host, zone) of every server.")
      .def("choose", &HostBalancer::choose, "now"_a, "random"_a, "A host, or None.")
      .def("request_started", &HostBalancer::started, "host"_a, "now"_a)
      .def("request_finished", &HostBalancer::finished, "host"_a, "result"_a, "response_time"_a, "now"_a)
      .def("tripped", &HostBalancer::tripped, "host"_a, "now"_a, "Whether the host is blacked out.")
      .def("active_requests", &HostBalancer::active, "host"_a, "now"_a);
  py::enum_<Failure>(module, "Failure", "Why an attempt failed.")
      .value("CONNECTION", Failure::connection)
      .value("THROTTLED", Failure::throttled)
      .value("OTHER", Failure::other)
      .value("ABORTED", Failure::aborted);
  py::enum_<NextStep>(module, "NextStep", "What follows a failed attempt.")
      .value("SAME_SERVER", NextStep::same_server)
      .value("NEXT_SERVER", NextStep::next_server)
      .value("SAME_SERVER_EXHAUSTED", NextStep::same_server_exhausted)
      .value("NEXT_SERVER_EXHAUSTED", NextStep::next_server_exhausted)
      .value("GIVE_UP", NextStep::give_up);
  py::class_<RetryDriver>(module, "RetryDriver", "Ribbon's retries of one request: same server first, then fresh choices.")
      .def(py::init<int, int, bool, bool>(), "same_most"_a, "next_most"_a, "connect_errors"_a = true, "all_errors"_a = false)
      .def("failed", &RetryDriver::failed, "failure"_a)
      .def_property_readonly("tries", &RetryDriver::tries);
  module.def("blackout", &ServerStats::blackout, "failures"_a, "properties"_a = BalancerProperties{},
             "How long a server is avoided after so many failures in a row (s).");
}

}  // namespace streamtwin::python
