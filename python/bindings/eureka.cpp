#include "models/registry/eureka/client.hpp"
#include "models/registry/eureka/registry.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace eureka;

namespace {

constexpr std::uint32_t ids_max = 1'000'000;

InstanceInfo make_instance(InstanceId id, AppId app, ZoneIndex zone, InstanceStatus status, Instant last_dirty) {
  if (id >= ids_max || app >= ids_max) throw py::value_error(fmt::format("id and app: below {}, which number what a table holds", ids_max));
  InstanceInfo info;
  info.id = id;
  info.app = app;
  info.zone = zone;
  info.status = status;
  info.last_dirty = last_dirty;
  return info;
}

std::vector<InstanceId> up_in(const SharedView& view, AppId app) {
  std::vector<InstanceId> ids;
  if (view) {
    for (const auto& instance : view->up(app)) ids.push_back(instance.id);
  }
  return ids;
}

void bind_registry(py::module_& module) {
  py::class_<InstanceInfo>(module, "InstanceInfo", "An instance as Eureka knows it.")
      .def(py::init(&make_instance), "id"_a, "app"_a = AppId{0}, "zone"_a = ZoneIndex{0}, "status"_a = InstanceStatus::up,
           "last_dirty"_a = Instant{})
      .def_readonly("id", &InstanceInfo::id)
      .def_readonly("app", &InstanceInfo::app)
      .def_readonly("zone", &InstanceInfo::zone)
      .def_readonly("status", &InstanceInfo::status);
  py::class_<Registry>(module, "Registry",
                       "The lease table of one Eureka server: registrations, renewals, overrides, self-preservation, "
                       "eviction, and answers through its response cache (up to 30 s old). Times must not go backwards.")
      .def(py::init<const ServerProperties&, Instant>(), "properties"_a = ServerProperties{}, "created"_a = Instant{})
      .def("open_for_traffic", &Registry::open_for_traffic, "synced"_a, "now"_a,
           "The peers' registry has been copied: so many clients are expected to renew.")
      .def("reads_allowed", &Registry::reads_allowed, "now"_a)
      .def("register_instance", &Registry::register_instance, "info"_a, "lease_duration"_a = Duration{90}, "replication"_a = false,
           "now"_a = Instant{})
      .def("renew", &Registry::renew, "id"_a, "replication"_a = false, "now"_a = Instant{},
           "False: unknown here, the client must register again.")
      .def("cancel", &Registry::cancel, "id"_a, "now"_a)
      .def("update_status", &Registry::update_status, "id"_a, "status"_a, "last_dirty"_a, "now"_a,
           "How a deployment takes instances out and puts them back.")
      .def("evict", &Registry::evict, "now"_a, "random"_a, "One pass of the eviction timer; the evicted, in order.")
      .def("update_expected_clients", &Registry::update_expected_clients, "registered"_a)
      .def("lease_expiration_enabled", &Registry::lease_expiration_enabled, "now"_a, "False while self-preservation keeps everything.")
      .def(
          "fetch", [](Registry& self, Instant now, AppId app) { return up_in(self.fetch(now), app); }, "now"_a, "app"_a = AppId{0},
          "The instances of an application that are UP, as a client that fetches now is told.")
      .def(
          "up", [](Registry& self, AppId app) { return up_in(self.view(), app); }, "app"_a = AppId{0},
          "The same as the registry has it, past the caches.")
      .def("expired", &Registry::expired, "id"_a, "now"_a)
      .def("renewals_last_minute", &Registry::renewals_last_minute, "now"_a)
      .def("__len__", &Registry::size)
      .def_property_readonly("expected_clients", &Registry::expected_clients)
      .def_property_readonly("threshold", &Registry::threshold, "Renewals a minute that must be exceeded for leases to expire.");
}

}  // namespace

void bind_eureka(py::module_& algorithms) {
  auto module =
      algorithms.def_submodule("eureka", "Eureka 1: leases, self-preservation, response cache, client policies. A run drives all of it.");
  bind_described<ServerProperties>(module);
  bind_described<ClientProperties>(module);
  bind_registry(module);
  py::class_<Lease>(module, "Lease", "A lease; renewing doubles its life, as in the original, unless told otherwise.")
      .def(py::init<Duration, bool, Instant>(), "duration"_a = Duration{90}, "doubled"_a = true, "now"_a = Instant{})
      .def("renew", &Lease::renew, "now"_a)
      .def("cancel", &Lease::cancel)
      .def("expired", &Lease::expired, "now"_a, "compensation"_a = Duration{0})
      .def("expiry", &Lease::expiry, "compensation"_a = Duration{0});
  py::class_<TokenBucket>(
      module, "TokenBucket",
      "The rate limiter of servers and clients: refills by whole tokens, so many per unit; without a burst or an average it admits\n"
      "everything.")
      .def(py::init([](int burst, std::int64_t average, Duration unit) {
             constexpr Duration longest = 24h;
             if (unit < Duration{1ms} || unit > longest)
               throw py::value_error(fmt::format("unit: 0.001 to {:.0f} s, found {} s", in_seconds(longest), in_seconds(unit)));
             if (average > 1'000'000'000) throw py::value_error(fmt::format("average: at most 1e9, found {}", average));
             return TokenBucket(burst, average, unit);
           }),
           "burst"_a, "average"_a, "unit"_a = Duration{60})
      .def("acquire", &TokenBucket::acquire, "now"_a);
  module.def("renewal_threshold", &renewal_threshold, "expected_clients"_a, "properties"_a = ServerProperties{},
             "Renewals a minute below or at which every lease is kept.");
  module.def("eviction_limit", &eviction_limit, "registered"_a, "properties"_a = ServerProperties{},
             "The most leases that one pass may evict.");
}

}  // namespace streamtwin::python
