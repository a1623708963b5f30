#include <cmath>

#include "models/services/ribbon/list_filters.hpp"
#include "models/services/ribbon/retries.hpp"
#include "python/bindings/balancer.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace ribbon;

namespace {

using Listed = std::vector<std::pair<std::uint32_t, ZoneIndex>>;

/// The balancer keeps the statistics of servers that a filter asks for, listed there or not.
std::vector<Server> servers_of(const Listed& listed) {
  std::vector<Server> servers;
  for (const auto& [host, zone] : listed) servers.push_back({host, zone});
  return servers;
}
Listed listed_of(const std::vector<Server>& servers) {
  Listed listed;
  for (const Server& server : servers) listed.emplace_back(server.host, server.zone);
  return listed;
}

void bind_filters_of_lists(py::module_& module) {
  bind_described<ZoneAffinityProperties>(module);
  bind_described<SubsetProperties>(module);
  py::class_<ZoneAffinityFilter>(module, "ZoneAffinityFilter",
                                 "Keeps the servers of the own zone while those hold up. Servers are pairs of host and zone.")
      .def(py::init<const ZoneAffinityProperties&, ZoneIndex>(), "properties"_a, "own_zone"_a)
      .def(
          "filter",
          [](const ZoneAffinityFilter& self, const Listed& servers, HostBalancer& balancer, Instant now) {
            return listed_of(self.filter(servers_of(servers), balancer.itself(), now));
          },
          "servers"_a, "balancer"_a, "now"_a, "The servers that are kept; the balancer knows how they fare.");
  py::class_<SubsetFilter>(module, "SubsetFilter",
                           "Keeps a subset that loses its worst members at every refresh and fills itself up at random, by a biased\n"
                           "shuffle.")
      .def(py::init<const SubsetProperties&>(), "properties"_a = SubsetProperties{})
      .def(
          "filter",
          [](SubsetFilter& self, const Listed& servers, HostBalancer& balancer, Instant now, Random& random) {
            return listed_of(self.filter(servers_of(servers), balancer.itself(), now, random));
          },
          "servers"_a, "balancer"_a, "now"_a, "random"_a, "A refresh: the subset, in the order in which its members entered.")
      .def_property_readonly("subset", [](const SubsetFilter& self) { return listed_of(self.subset()); });
  module.def(
      "sort_worst_first",
      [](const Listed& servers, HostBalancer& balancer, Instant now) {
        std::vector<Server> sorted = servers_of(servers);
        sort_worst_first(sorted, balancer.itself(), now);
        return listed_of(sorted);
      },
      "servers"_a, "balancer"_a, "now"_a, "More failures first, then more active requests.");
  module.def(
      "choose_biased",
      [](const Listed& servers, std::size_t count, Random& random) {
        if (count > servers.size()) throw py::value_error(fmt::format("count: at most the {} servers", servers.size()));
        std::vector<Server> chosen = servers_of(servers);
        choose_biased(chosen, count, random);
        return listed_of(chosen);
      },
      "servers"_a, "count"_a, "random"_a,
      "ServerListSubsetFilter.randomChoose: each of the first `count` places swapped with any place, which is no uniform shuffle. All\n"
      "servers, the chosen ones first.");
}

ZoneSnapshots snapshots_of(const std::vector<ZoneSnapshot>& zones) {
  if (zones.size() > zones_max) throw py::value_error(fmt::format("at most {} zones, found {}", zones_max, zones.size()));
  ZoneSnapshots snapshots;
  std::copy(zones.begin(), zones.end(), snapshots.zones.begin());
  snapshots.count = zones.size();
  return snapshots;
}

std::vector<std::size_t> positions_in(ZoneSet zones) {
  std::vector<std::size_t> positions;
  for (std::size_t zone = 0; zone < zones_max; ++zone) {
    if (zones >> zone & 1) positions.push_back(zone);
  }
  return positions;
}

void bind_zones(py::module_& module) {
  py::class_<ZoneSnapshot>(module, "ZoneSnapshot", "The state of a zone as the rules see it (LoadBalancerStats.getZoneSnapshot).")
      .def(py::init([](int instances, int tripped, int active, double load_per_server) {
             if (instances < 0 || tripped < 0 || tripped > instances || active < 0)
               throw py::value_error("instances, tripped and active: not below zero, and no more tripped than there are instances");
             if (std::isnan(load_per_server)) throw py::value_error("load_per_server: not a number (NaN)");
             return ZoneSnapshot{instances, tripped, active, load_per_server};
           }),
           "instances"_a, "tripped"_a = 0, "active"_a = 0, "load_per_server"_a = 0.0)
      .def_readonly("instances", &ZoneSnapshot::instances)
      .def_readonly("tripped", &ZoneSnapshot::tripped)
      .def_readonly("active", &ZoneSnapshot::active, "Requests in flight to all its servers.")
      .def_readonly("load_per_server", &ZoneSnapshot::load_per_server, "Over those not tripped; -1 when all are.");
  module.def(
      "judge_zones",
      [](const std::vector<ZoneSnapshot>& zones, double triggering_load, Fraction triggering_blackout) {
        const ZoneVerdict verdict = judge_zones(snapshots_of(zones), triggering_load, triggering_blackout.value());
        return std::pair(positions_in(verdict.available), positions_in(verdict.worst));
      },
      "zones"_a, "triggering_load"_a = BalancerProperties{}.triggering_load,
      "triggering_blackout"_a = BalancerProperties{}.triggering_blackout,
      "The positions of the zones that may stay, and of those of which one is left out. At most 16 zones.");
  module.def(
      "available_zones",
      [](const std::vector<ZoneSnapshot>& zones, Random& random, double triggering_load, Fraction triggering_blackout) {
        return positions_in(available_zones(snapshots_of(zones), triggering_load, triggering_blackout.value(), random));
      },
      "zones"_a, "random"_a, "triggering_load"_a = BalancerProperties{}.triggering_load,
      "triggering_blackout"_a = BalancerProperties{}.triggering_blackout,
      "The positions of the zones that are asked. Its surprise: as soon as one is dead, the most loaded of the others is left out, too.");
}

}  // namespace

void bind_ribbon(py::module_& algorithms) {
  auto module = algorithms.def_submodule("ribbon", "Ribbon: rules, server statistics, zone-aware balancer, retries.");
  bind_described<BalancerProperties>(module);
  bind_described<ClientProperties>(module);
  bind_enum<AttemptResult>(module, "AttemptResult", "How an attempt ended, for the balancer's statistics.",
                           {{"ANSWERED", AttemptResult::answered},
                            {"CONNECTION_FAILED", AttemptResult::connection_failed},
                            {"ABANDONED", AttemptResult::abandoned}});
  bind_zones(module);
  py::class_<HostBalancer>(module, "LoadBalancer",
                           "One client's balancer over the instances of one service; the rule is a property. Servers "
                           "are pairs of host and zone.")
      .def(py::init<BalancerProperties, Instant>(), "properties"_a = BalancerProperties{}, "created"_a = Instant{})
      .def("update", &HostBalancer::update, "servers"_a, "now"_a, "A list refresh: (host, zone) of every server.")
      .def("choose", &HostBalancer::choose, "now"_a, "random"_a, "A host, or None.")
      .def("request_started", &HostBalancer::started, "host"_a, "now"_a)
      .def("request_finished", &HostBalancer::finished, "host"_a, "result"_a, "response_time"_a, "now"_a)
      .def("tripped", &HostBalancer::tripped, "host"_a, "now"_a, "Whether the host is blacked out.")
      .def("active_requests", &HostBalancer::active, "host"_a, "now"_a)
      .def(
          "zone_snapshot", [](HostBalancer& self, ZoneIndex zone, Instant now) { return self.itself().zone_snapshot(zone, now); }, "zone"_a,
          "now"_a, "The state of a zone; an empty one where no server is listed.");
  bind_filters_of_lists(module);
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
