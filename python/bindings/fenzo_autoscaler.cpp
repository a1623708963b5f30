#include <algorithm>

#include "models/titus/fenzo/autoscaler.hpp"
#include "models/titus/fenzo/tracker.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace fenzo;

namespace {

/// What a run's scheduler asks after each iteration, without one.
class LoneAutoscaler {
 public:
  LoneAutoscaler(std::string attribute, AutoscalerProperties properties)
      : attribute_(std::move(attribute)), autoscaler_(std::move(properties)) {}

  std::vector<ScaleAction> decide(Instant now, const std::vector<Lease>& idle, const std::vector<Lease>& busy,
                                  const std::vector<std::shared_ptr<TaskRequest>>& waiting) {
    FleetProperties properties;
    properties.group_attribute = attribute_;
    Fleet fleet(properties, Random{1, "fenzo", "expiry"});
    std::vector<Lease> all = idle;
    all.insert(all.end(), busy.begin(), busy.end());
    std::vector<std::string> rejected;
    fleet.take_leases(std::move(all), now, rejected);
    TaskTracker tracker;
    fleet.begin_iteration(tracker, now);
    Autoscaler::Input input;
    for (const Host* const host : fleet.all()) {
      const auto is_idle = [&](const Lease& lease) { return lease.host == host->name(); };
      if (std::any_of(idle.begin(), idle.end(), is_idle)) input.idle.push_back(host);
    }
    const auto hosts_for = [this](const std::string& rule, int tasks) { return autoscaler_.hosts_for(rule, tasks); };
    input.shortfall = shortfall_.shortfall(now, autoscaler_.rule_names(), {waiting.begin(), waiting.end()}, hosts_for);
    return autoscaler_.decide(now, input, fleet);
  }

 private:
  const std::string attribute_;
  Autoscaler autoscaler_;
  ShortfallAnalyser shortfall_;
};

std::unique_ptr<LoneAutoscaler> make_autoscaler(const std::string& attribute, const std::vector<ScaleRule>& rules,
                                                const std::string& balanced_by, Duration up_delay, Duration down_delay) {
  if (attribute.empty()) throw py::value_error("an autoscaler needs the attribute that names its rules");
  return std::make_unique<LoneAutoscaler>(
      attribute,
      AutoscalerProperties{.rules = rules, .balanced_by = balanced_by, .up_delay = up_delay, .down_delay = down_delay, .down_order = {}});
}

}  // namespace

void bind_fenzo_autoscaler(py::module_& fenzo) {
  py::class_<LoneAutoscaler>(
      fenzo, "Autoscaler",
      "Netflix's Fenzo scales without scheduling: what it would do, given which hosts are idle and which tasks wait. It remembers\n"
      "what it said, as its cool-downs and delays have it, and takes for granted that it is done.")
      .def(py::init(&make_autoscaler), "attribute"_a, "rules"_a, "balanced_by"_a = "", "up_delay"_a = Duration{0},
           "down_delay"_a = Duration{0})
      .def("decide", &LoneAutoscaler::decide, "now"_a, "idle"_a, "busy"_a = std::vector<Lease>{},
           "waiting"_a = std::vector<std::shared_ptr<TaskRequest>>{}, "`idle`, `busy`: a lease of each host.");
}

}  // namespace streamtwin::python
