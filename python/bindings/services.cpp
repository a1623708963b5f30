#include "models/registry/static_registry/static_registry.hpp"
#include "models/services/call_graph.hpp"
#include "models/services/retry_throttle.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

using services::CallGraph;
using Services = std::map<std::string, services::ServiceSpec>;

void bind_call_graph(py::module_& module) {
  bind_described<services::ServiceSpec>(module);
  py::class_<CallGraph>(module, "CallGraph", "Who calls whom, from the services of a scenario.")
      .def(py::init<const Services&>(), "services"_a)
      .def("cycle", &CallGraph::cycle, "\"a -> b -> a\", or None.")
      .def("single_points_of_failure", &CallGraph::single_points_of_failure, "root"_a,
           "Services that every way from the root to some other service passes.")
      .def("blast_radius", &CallGraph::blast_radius, "service"_a, "Its direct and indirect callers.")
      .def(
          "critical_path",
          [](const CallGraph& graph, const std::string& root, std::size_t names_max) {
            CallGraph::Path path = graph.critical_path(root, names_max);
            return std::pair(path.cost, std::move(path.services));
          },
          "root"_a, "names_most"_a = 1000,
          "The longest chain of mean costs (s), and its services, the first `names_most` of them: repeated calls stand there as often as\n"
          "they work.")
      .def("idle_times", &CallGraph::idle_times, "The cost (s) of the critical path from each service on; empty for a graph with a cycle.")
      .def("depth", &CallGraph::depth, "root"_a,
           "Services in the longest chain of calls from the root on, itself included; 0 for a graph with a cycle.")
      .def("dominated", &CallGraph::dominated, "root"_a,
           "By service, how many others requests from the root reach only through it; empty for a graph with a cycle.")
      .def("blast_radii", &CallGraph::blast_radii, "By service, how many others call it directly or not; empty for a graph with a cycle.")
      .def("visits", &CallGraph::visits, "root"_a, "Mean requests at each service for one request at the root.");
}

/// A throttle with a specification of its own.
class Throttle {
 public:
  explicit Throttle(const services::RetryThrottleSpec& spec) : spec_(spec), throttle_(spec_) {}
  Throttle(const Throttle&) = delete;
  Throttle& operator=(const Throttle&) = delete;
  services::RetryThrottle& itself() { return throttle_; }

 private:
  const services::RetryThrottleSpec spec_;
  services::RetryThrottle throttle_;
};

/// The lists of one application.
class StaticList {
 public:
  explicit StaticList(const registry::StaticRegistryProperties& properties) : registry_(properties) {}
  void set(const std::vector<std::pair<InstanceId, ZoneIndex>>& instances) { registry_.set(0, viewed(instances)); }
  void change(const std::vector<std::pair<InstanceId, ZoneIndex>>& instances, Instant now) { registry_.change(0, viewed(instances), now); }
  std::vector<InstanceId> fetch(Instant now) {
    std::vector<InstanceId> ids;
    for (const auto& instance : registry_.fetch(now)->up(0)) ids.push_back(instance.id);
    return ids;
  }

 private:
  static std::vector<registry::ViewedInstance> viewed(const std::vector<std::pair<InstanceId, ZoneIndex>>& instances) {
    std::vector<registry::ViewedInstance> list;
    for (const auto& [id, zone] : instances) list.push_back({id, zone});
    return list;
  }
  registry::StaticRegistry registry_;
};

}  // namespace

void bind_services(py::module_& algorithms) {
  auto module =
      algorithms.def_submodule("services", "The call graph of the microservices, a budget for retries, and the registry before Eureka.");
  bind_call_graph(module);
  bind_described<services::RetryThrottleSpec>(module);
  py::class_<Throttle>(module, "RetryThrottle",
                       "The budget of one client's retries (gRPC A6): failed tries take tokens, answered ones give a part of one back.")
      .def(py::init<const services::RetryThrottleSpec&>(), "spec"_a = services::RetryThrottleSpec{.enabled = true})
      .def(
          "succeeded", [](Throttle& self) { self.itself().succeeded(); }, "A try was answered.")
      .def(
          "failed", [](Throttle& self) { self.itself().failed(); }, "A try failed.")
      .def(
          "allows", [](Throttle& self) { return self.itself().allows(); },
          "Whether there may be another try: more than half of the tokens.")
      .def_property_readonly(
          "tokens", [](Throttle& self) { return self.itself().tokens(); }, "0 to max_tokens.");
  bind_described<registry::StaticRegistryProperties>(module);
  py::class_<StaticList>(module, "StaticRegistry", "Lists of addresses in files: a change takes effect when it has been edited.")
      .def(py::init<const registry::StaticRegistryProperties&>(), "properties"_a = registry::StaticRegistryProperties{})
      .def("set", &StaticList::set, "instances"_a, "(id, zone) of each, listed from the beginning.")
      .def("change", &StaticList::change, "instances"_a, "now"_a)
      .def("fetch", &StaticList::fetch, "now"_a, "The instances that the files name.");
}

}  // namespace streamtwin::python
