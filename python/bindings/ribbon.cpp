#include "models/services/ribbon/retries.hpp"
#include "python/bindings/balancer.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace ribbon;

void bind_ribbon(py::module_& algorithms) {
  auto module = algorithms.def_submodule("ribbon", "Ribbon: rules, server statistics, zone-aware balancer, retries.");
  bind_described<BalancerProperties>(module);
  bind_described<ClientProperties>(module);
  bind_enum<AttemptResult>(module, "AttemptResult", "How an attempt ended, for the balancer's statistics.",
                           {{"ANSWERED", AttemptResult::answered},
                            {"CONNECTION_FAILED", AttemptResult::connection_failed},
                            {"ABANDONED", AttemptResult::abandoned}});
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
  bind_enum<Failure>(
      module, "Failure", "Why an attempt failed.",
      {{"CONNECTION", Failure::connection}, {"THROTTLED", Failure::throttled}, {"OTHER", Failure::other}, {"ABORTED", Failure::aborted}});
  bind_enum<NextStep>(module, "NextStep", "What follows a failed attempt.",
                      {{"SAME_SERVER", NextStep::same_server},
                       {"NEXT_SERVER", NextStep::next_server},
                       {"SAME_SERVER_EXHAUSTED", NextStep::same_server_exhausted},
                       {"NEXT_SERVER_EXHAUSTED", NextStep::next_server_exhausted},
                       {"GIVE_UP", NextStep::give_up}});
  py::class_<RetryDriver>(module, "RetryDriver", "Ribbon's retries of one request: same server first, then fresh choices.")
      .def(py::init<int, int, bool, bool>(), "same_most"_a, "next_most"_a, "connect_errors"_a = true, "all_errors"_a = false)
      .def("failed", &RetryDriver::failed, "failure"_a)
      .def_property_readonly("tries", &RetryDriver::tries);
  module.def("blackout", &ServerStats::blackout, "failures"_a, "properties"_a = BalancerProperties{},
             "How long a server is avoided after so many failures in a row (s).");
}

}  // namespace streamtwin::python
