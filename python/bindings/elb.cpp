#include "models/edge/elb/classic.hpp"
#include "models/edge/elb/target_group.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace elb;

namespace {

/// A balancer that knows how many targets and nodes it has, so that Python cannot name one that does not exist.
class Classic {
 public:
  Classic(const ClassicProperties& properties, int zones)
      : zones_(zones > 0 && zones <= zones_max ? static_cast<std::size_t>(zones)
                                               : throw py::value_error(fmt::format("zones: 1 to {}, found {}", zones_max, zones))),
        balancer_(properties, zones) {}

  TargetId add(int zone, bool healthy) {
    const TargetId added = balancer_.add(checked(zone, zones_, "zone"), healthy);
    ++targets_;
    return added;
  }
  void remove(TargetId target) { balancer_.remove(known(target)); }
  bool health(TargetId target, bool passed) { return balancer_.health(known(target), passed); }
  int node(Random& random) const { return balancer_.node(random); }
  std::optional<TargetId> route(int node) { return balancer_.route(checked(node, zones_, "node")); }
  void finished(TargetId target) {
    if (balancer_.outstanding(known(target)) == 0) throw py::value_error("nothing is outstanding there");
    balancer_.finished(target);
  }
  bool queue(int node, std::uint64_t request) { return balancer_.queue(checked(node, zones_, "node"), request); }
  std::optional<std::uint64_t> dequeue(int node) { return balancer_.dequeue(checked(node, zones_, "node")); }
  bool leave(int node, std::uint64_t request) { return balancer_.leave(checked(node, zones_, "node"), request); }
  std::size_t queued(int node) const { return balancer_.queued(checked(node, zones_, "node")); }
  std::uint64_t spillovers() const { return balancer_.spillovers(); }
  bool in_service(TargetId target) const { return balancer_.in_service(known(target)); }
  int outstanding(TargetId target) const { return balancer_.outstanding(known(target)); }

 private:
  static constexpr int zones_max = 1000;
  TargetId known(TargetId target) const { return checked(target, targets_, "target"); }
  std::size_t zones_, targets_ = 0;
  ClassicBalancer balancer_;
};

class Group {
 public:
  explicit Group(const TargetGroupProperties& properties) : group_(properties) {}
  TargetId add(bool healthy, Instant now) {
    ++targets_;
    return group_.add(healthy, now);
  }
  void deregister(TargetId target, Instant now) { group_.deregister(known(target), now); }
  bool drained(TargetId target, Instant now) const { return group_.drained(known(target), now); }
  bool health(TargetId target, bool passed, Instant now) { return group_.health(known(target), passed, now); }
  std::optional<TargetId> route(Instant now, Random& random) { return group_.route(now, random); }
  void finished(TargetId target) {
    if (group_.outstanding(known(target)) == 0) throw py::value_error("nothing is outstanding there");
    group_.finished(target);
  }
  double weight(TargetId target, Instant now) const { return group_.weight(known(target), now); }
  bool failing_open() const { return group_.failing_open(); }
  int outstanding(TargetId target) const { return group_.outstanding(known(target)); }

 private:
  TargetId known(TargetId target) const { return checked(target, targets_, "target"); }
  std::size_t targets_ = 0;
  TargetGroup group_;
};

}  // namespace

void bind_elb(py::module_& algorithms) {
  auto module = algorithms.def_submodule("elb", "AWS load balancers: classic, and target groups of an application balancer.");
  bind_described<ClassicProperties>(module);
  bind_described<TargetGroupProperties>(module);
  py::class_<TargetHealth>(module, "TargetHealth", "The state of one target: it turns after so many results in a row.")
      .def(py::init<bool, bool>(), "healthy"_a = false, "newly_registered"_a = true)
      .def("report", &TargetHealth::report, "passed"_a, "properties"_a = HealthCheckProperties{}, "one_pass_when_new"_a = false,
           "True when the state changed.")
      .def_property_readonly("healthy", &TargetHealth::healthy);
  py::class_<Classic>(module, "ClassicBalancer", "A node per zone; what no target can take waits in a surge queue.")
      .def(py::init<const ClassicProperties&, int>(), "properties"_a = ClassicProperties{}, "zones"_a = 3)
      .def("add", &Classic::add, "zone"_a, "healthy"_a = false, "A target; its number.")
      .def("remove", &Classic::remove, "target"_a, "It gets nothing new.")
      .def("health", &Classic::health, "target"_a, "passed"_a, "True when the target came in or went out.")
      .def("node", &Classic::node, "random"_a, "The node that DNS gives a client.")
      .def("route", &Classic::route, "node"_a, "A target, or None.")
      .def("finished", &Classic::finished, "target"_a)
      .def("queue", &Classic::queue, "node"_a, "request"_a, "False: spilled over (503).")
      .def("dequeue", &Classic::dequeue, "node"_a)
      .def("leave", &Classic::leave, "node"_a, "request"_a, "A waiting request has gone; False when it did not wait.")
      .def("queued", &Classic::queued, "node"_a)
      .def("in_service", &Classic::in_service, "target"_a)
      .def("outstanding", &Classic::outstanding, "target"_a)
      .def_property_readonly("spillovers", &Classic::spillovers);
  py::class_<Group>(module, "TargetGroup", "Slow start, early end of deregistration, and fail-open when all are unhealthy.")
      .def(py::init<const TargetGroupProperties&>(), "properties"_a = TargetGroupProperties{})
      .def("add", &Group::add, "healthy"_a = true, "now"_a = Instant{}, "A target; its number.")
      .def("deregister", &Group::deregister, "target"_a, "now"_a)
      .def("drained", &Group::drained, "target"_a, "now"_a)
      .def("health", &Group::health, "target"_a, "passed"_a, "now"_a)
      .def("route", &Group::route, "now"_a, "random"_a, "A target, or None.")
      .def("finished", &Group::finished, "target"_a)
      .def("weight", &Group::weight, "target"_a, "now"_a, "The share of slow start that it has reached.")
      .def("outstanding", &Group::outstanding, "target"_a)
      .def_property_readonly("failing_open", &Group::failing_open);
}

}  // namespace streamtwin::python
