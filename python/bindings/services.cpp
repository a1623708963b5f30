#include "models/registry/static_registry/static_registry.hpp"
#include "models/services/call_graph.hpp"
#include "models/services/budgets/adaptive_throttle.hpp"
#include "models/services/budgets/concurrency.hpp"
#include "models/services/budgets/deposits.hpp"
#include "models/services/budgets/quota.hpp"
#include "models/services/outlier/outlier_detector.hpp"
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

/// An algorithm with a specification of its own.
template <class Spec, class Algorithm>
struct WithSpec {
  explicit WithSpec(const Spec& its_spec) : spec(its_spec), itself(spec) {}
  WithSpec(const WithSpec&) = delete;
  WithSpec& operator=(const WithSpec&) = delete;

  const Spec spec;
  Algorithm itself;
};

using Concurrency = WithSpec<budgets::RetryConcurrencySpec, budgets::RetryConcurrency>;
using Quota = WithSpec<budgets::RetryQuotaSpec, budgets::RetryQuota>;
using Deposits = WithSpec<budgets::RetryDepositsSpec, budgets::RetryDeposits>;
using HoldingBack = WithSpec<budgets::AdaptiveThrottleSpec, budgets::AdaptiveThrottle>;

void bind_budgets(py::module_& module) {
  bind_described<budgets::RetryConcurrencySpec>(module);
  bind_described<budgets::RetryQuotaSpec>(module);
  bind_described<budgets::RetryDepositsSpec>(module);
  bind_described<budgets::AdaptiveThrottleSpec>(module);
  py::class_<Concurrency>(module, "RetryConcurrency",
                          "Envoy's budget: so many retries at a time as a share of the tries under way, or a few.")
      .def(py::init<const budgets::RetryConcurrencySpec&>(), "spec"_a = budgets::RetryConcurrencySpec{})
      .def(
          "allowed", [](Concurrency& self, int under_way) { return self.itself.allowed(under_way); }, "under_way"_a,
          "How many retries there may be at a time.")
      .def(
          "allows", [](Concurrency& self, int under_way) { return self.itself.allows(under_way); }, "under_way"_a)
      .def(
          "begun", [](Concurrency& self) { self.itself.begun(); }, "A retry has been decided on.")
      .def(
          "over", [](Concurrency& self) { self.itself.over(); }, "It has ended.");
  py::class_<Quota>(module, "RetryQuota", "The AWS SDKs' quota: each retry costs tokens, which answers give back.")
      .def(py::init<const budgets::RetryQuotaSpec&>(), "spec"_a = budgets::RetryQuotaSpec{})
      .def(
          "cost", [](Quota& self, bool after_timeout) { return self.itself.cost(after_timeout); }, "after_timeout"_a)
      .def(
          "allows", [](Quota& self, int cost) { return self.itself.allows(cost); }, "cost"_a)
      .def(
          "take", [](Quota& self, int cost) { self.itself.take(cost); }, "cost"_a)
      .def(
          "answered", [](Quota& self, int last_cost) { self.itself.answered(last_cost); }, "last_cost"_a,
          "A call was answered, whose last retry took so much: 0 without any.")
      .def_property_readonly("tokens", [](Quota& self) { return self.itself.tokens(); });
  py::class_<Deposits>(module, "RetryDeposits", "Finagle's budget: calls deposit, retries withdraw, and both are forgotten.")
      .def(py::init<const budgets::RetryDepositsSpec&>(), "spec"_a = budgets::RetryDepositsSpec{})
      .def(
          "called", [](Deposits& self, Instant now) { self.itself.called(now); }, "now"_a)
      .def(
          "allows", [](Deposits& self, Instant now) { return self.itself.allows(now); }, "now"_a)
      .def(
          "take", [](Deposits& self, Instant now) { self.itself.take(now); }, "now"_a)
      .def(
          "balance", [](Deposits& self, Instant now) { return self.itself.balance(now); }, "now"_a, "Retries that there could be at once.");
  py::class_<HoldingBack>(module, "AdaptiveThrottle", "Holds back requests while the callee accepts too few of them (SRE book).")
      .def(py::init<const budgets::AdaptiveThrottleSpec&>(), "spec"_a = budgets::AdaptiveThrottleSpec{})
      .def(
          "sends", [](HoldingBack& self, Instant now, Random& random) { return self.itself.sends(now, random); }, "now"_a, "random"_a,
          "Whether the next request is sent.")
      .def(
          "accepted", [](HoldingBack& self, Instant now) { self.itself.accepted(now); }, "now"_a, "The callee did not refuse one.")
      .def(
          "probability", [](HoldingBack& self, Instant now) { return self.itself.probability(now); }, "now"_a,
          "With which the next is held back.");
}

/// Envoy's detection for one client, from time zero on.
class Outliers {
 public:
  explicit Outliers(const outlier::OutlierSpec& spec) : spec_(spec), detector_(spec_, Instant{}) {}
  Outliers(const Outliers&) = delete;
  Outliers& operator=(const Outliers&) = delete;

  void follow(const std::vector<std::uint32_t>& hosts) { detector_.follow(hosts); }
  bool heard(std::uint32_t host, bool good, bool gateway_failure, Instant now, Random& random) {
    const auto bad = gateway_failure ? outlier::Answer::gateway_failure : outlier::Answer::error;
    return detector_.heard(host, good ? outlier::Answer::good : bad, now, random).has_value();
  }
  std::vector<std::uint32_t> sweep(Instant now, Random& random) {
    std::vector<std::uint32_t> changed;
    for (const outlier::Change& change : detector_.sweep(now, random)) changed.push_back(change.host);
    return changed;
  }
  bool ejected(std::uint32_t host) const { return detector_.ejected(host); }
  bool panics() const { return detector_.panics(); }

 private:
  const outlier::OutlierSpec spec_;
  outlier::OutlierDetector detector_;
};

void bind_outliers(py::module_& module) {
  bind_described<outlier::OutlierSpec>(module);
  py::class_<Outliers>(module, "OutlierDetector", "Which servers a client sends nothing to for a while, as Envoy finds them.")
      .def(py::init<const outlier::OutlierSpec&>(), "spec"_a = outlier::OutlierSpec{})
      .def("follow", &Outliers::follow, "hosts"_a, "The servers that there are, by identity.")
      .def("heard", &Outliers::heard, "host"_a, "good"_a, "gateway_failure"_a, "now"_a, "random"_a,
           "A request to one of them has ended; whether that ejects it.")
      .def("sweep", &Outliers::sweep, "now"_a, "random"_a, "Every sweep that is due; who is ejected or let back by them.")
      .def("ejected", &Outliers::ejected, "host"_a)
      .def_property_readonly("panics", &Outliers::panics, "Whether so few are left that all are used.");
}

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
  bind_budgets(module);
  bind_outliers(module);
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
