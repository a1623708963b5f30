// A live twin in Python. A run goes on in slices of some 50 ms; between two of them Python's signal handlers run (so
// that Ctrl-C is a KeyboardInterrupt and leaves the twin as it was at that time) and other threads get a turn. Inside
// a slice the GIL is held: there is one simulation per process, and nobody else may touch it meanwhile.
#include <unistd.h>

#include <chrono>
#include <thread>

#include "python/bindings/module.hpp"
#include "python/bindings/policies.hpp"
#include "python/bindings/quantities.hpp"
#include "python/bindings/results.hpp"
#include "scenarios/composition/kpis/watched.hpp"
#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/results/folder.hpp"
#include "scenarios/results/version.hpp"
#include "scenarios/runner/interrupt.hpp"
#include "scenarios/runner/jobs.hpp"
#include "scenarios/runner/slices.hpp"
#include "scenarios/runner/study.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

using Progress = std::function<void(double)>;

/// A run in a child process, whose exceptions reach the parent as text: of a policy in Python, with its traceback.
class PolicyGuard final : public Runnable {
 public:
  PolicyGuard(const Scenario& scenario, const RunPlan& plan, const std::string& digest, const py::object& policies) {
    as_text([&] {
      policies_.emplace(policies);
      twin_ = policies_->run([&] { return std::make_unique<RunnableTwin<Twin>>(scenario, plan, digest, policies_->plugs()); });
    });
  }
  void run_until(Instant time) override {
    as_text([&] { policies_->run([&] { twin_->run_until(time); }); });
  }
  Instant now() const override { return twin_->now(); }
  Instant end() const override { return twin_->end(); }
  bool finished() const override { return twin_->finished(); }
  RunResult result() override { return twin_->result(); }
  void take(const std::string& branch) override { twin_->take(branch); }

 private:
  template <class Act>
  static void as_text(const Act& act) {
    try {
      act();
    } catch (const py::error_already_set& error) {
      throw std::invalid_argument(traceback_of(error));
    }
  }

  std::optional<GivenPolicies> policies_;
  std::unique_ptr<Runnable> twin_;
};

class LiveTwin {
 public:
  LiveTwin(const Scenario& scenario, std::uint64_t seed, double load, const py::object& policies, std::optional<std::uint64_t> trace)
      : seed_(seed),
        warm_up_(scenario.clock.warm_up),
        began_(std::chrono::steady_clock::now()),
        policies_(policies),
        twin_(policies_.run([&] {
          return std::make_unique<RunnableTwin<Twin>>(scenario, RunPlan{.seed = seed, .load = load, .trace_request = trace},
                                                      scenario_digest(scenario), policies_.plugs());
        })),
        setup_(std::chrono::steady_clock::now() - began_) {}

  void run_until(Instant time, const std::optional<Progress>& progress) {
    Runnable& twin = open();
    const Instant target = std::max(time + warm_up_, twin.now());
    const auto began = std::chrono::steady_clock::now();
    const auto stop_watch = [&] { wall_ += std::chrono::steady_clock::now() - began; };
    try {
      policies_.run([&] {
        return run_in_slices(twin, target, [&](Instant now) {
          look_around(progress, now);
          return true;
        });
      });
    } catch (...) {
      stop_watch();
      throw;
    }
    stop_watch();
    if (twin.now() == target) asked_for_ = {target, time};
    look_around(progress, twin.now());
  }
  bool step() {
    return policies_.run([this] { return open_twin().step(); });
  }
  Instant now() { return scenario_time(open().now()); }
  Instant end() { return scenario_time(open().end()); }
  bool finished() { return open().finished(); }
  std::uint64_t events() { return open_twin().simulation().events(); }
  /// Of the traced request: the place of the parent plus one or zero, what, where, from when to when, how it ended.
  std::vector<std::tuple<std::uint32_t, std::string, std::string, Instant, Instant, std::string>> spans() {
    std::vector<std::tuple<std::uint32_t, std::string, std::string, Instant, Instant, std::string>> all;
    for (const SpanRecord& s : open().result().spans) all.emplace_back(s.parent, s.name, s.where, s.begin, s.end, name_of(s.status));
    return all;
  }
  std::string platform() { return open_twin().describe_platform(); }
  std::vector<std::tuple<std::string, std::string, Instant>> waiting() {
    std::vector<std::tuple<std::string, std::string, Instant>> all;
    for (const Waiting& w : open_twin().simulation().waiting()) all.emplace_back(w.process, w.waits_for, scenario_time(w.since));
    return all;
  }

  RunResult result() {
    RunResult result = open().result();
    result.version = project_version;
    result.seed = seed_;
    result.partial = !twin_->finished();
    result.simulated = twin_->now() - Instant{};
    result.wall = Duration{setup_ + wall_};
    result.setup = Duration{setup_};
    return result;
  }
  /// A KPI window by window: ends, counted from the end of the warm-up, and values.
  std::pair<std::vector<double>, std::vector<double>> windows(const Scenario& scenario, const std::string& kpi) {
    const chaos::Watch watch = watch_over(scenario, open().result(), {Tolerance{.kpi = kpi, .at_least = {}, .at_most = {}}});
    std::vector<double> ends;
    for (const Instant end : watch.ends) ends.push_back(in_seconds(end - watch.begins));
    return {ends, watch.objectives.front().values};
  }
  void close() {
    check_thread();
    twin_.reset();
  }
  bool closed() const { return twin_ == nullptr; }

 private:
  /// From the end of the warm-up, as all that a scenario says; of where a run was asked to go, exactly as asked.
  Instant scenario_time(Instant time) const { return time == asked_for_.first ? asked_for_.second : time - warm_up_; }
  void look_around(const std::optional<Progress>& progress, Instant now) const {
    if (progress) (*progress)(in_seconds(scenario_time(now)));
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    const py::gil_scoped_release others;
  }
  void check_thread() const {
    if (std::this_thread::get_id() != thread_) throw std::runtime_error("a twin belongs to the thread that made it");
  }
  Runnable& open() {
    check_thread();
    if (closed()) throw py::value_error("this twin is closed");
    return *twin_;
  }
  Twin& open_twin() {
    open();
    return twin_->twin();
  }

  std::thread::id thread_ = std::this_thread::get_id();
  std::uint64_t seed_;
  Duration warm_up_;
  std::pair<Instant, Instant> asked_for_{never, never};  ///< as the twin counts it, and as asked
  std::chrono::steady_clock::time_point began_;
  const GivenPolicies policies_;
  std::unique_ptr<RunnableTwin<Twin>> twin_;
  std::chrono::duration<double> setup_;
  std::chrono::duration<double> wall_{0};  ///< running
};

/// Several seeds, each in a process of its own, as `streamtwin run --replications` does it: what they found together, and
/// whether they were interrupted. The results lie in the folder.
std::pair<RunResult, bool> replicate(const Scenario& scenario, std::uint64_t seed, int replications, int jobs, double load,
                                     std::optional<Instant> until, const py::object& policies, const std::string& folder) {
  const TwinFactory factory = [&, digest = scenario_digest(scenario), parent = getpid()](const RunPlan& plan) -> std::unique_ptr<Runnable> {
    // Other threads of this program, such as a notebook's, are not in a forked one, and nobody there would take the GIL from this.
    if (getpid() != parent) PyOS_AfterFork_Child();
    return std::make_unique<PolicyGuard>(scenario, plan, digest, policies);
  };
  if (until) *until += scenario.clock.warm_up;
  StudyOptions options{.seed = seed, .replications = replications, .jobs = jobs, .loads = {load}, .until = until};
  const InterruptWatch watch;
  ProgressLine silent("", false);
  NewFolder target(folder);
  const StudyResult study = run_study(factory, options, target.path(), silent);
  if (study.loads.empty()) return {RunResult{}, true};
  target.commit();
  return {study.result(), study.interrupted};
}

}  // namespace

void bind_twin(py::module_& module) {
  py::register_exception<Hang>(module, "Hang", PyExc_RuntimeError);
  py::register_exception<RunFailed>(module, "RunFailed", PyExc_RuntimeError);
  module.def("replicate", &replicate, "scenario"_a, "seed"_a, "replications"_a, "jobs"_a, "load"_a, "until"_a, "policies"_a, "folder"_a,
             "Runs several seeds in processes of their own and writes a results folder.");
  py::class_<LiveTwin>(module, "LiveTwin", "The compiled side of streamtwin.Twin.")
      .def(py::init<const Scenario&, std::uint64_t, double, const py::object&, std::optional<std::uint64_t>>(), "scenario"_a, "seed"_a = 1,
           "load"_a = 1.0, "policies"_a = py::none(), "trace"_a = py::none())
      .def("run_until", &LiveTwin::run_until, "time"_a, "progress"_a = py::none(), "Times of a LiveTwin count from the end of the warm-up.")
      .def("step", &LiveTwin::step)
      .def("result", &LiveTwin::result)
      .def("windows", &LiveTwin::windows, "scenario"_a, "kpi"_a, "Ends of windows, from the end of the warm-up, and the figure in each.")
      .def("close", &LiveTwin::close)
      .def("waiting", &LiveTwin::waiting)
      .def("spans", &LiveTwin::spans)
      .def_property_readonly("closed", &LiveTwin::closed)
      .def_property_readonly("now", &LiveTwin::now)
      .def_property_readonly("end", &LiveTwin::end)
      .def_property_readonly("finished", &LiveTwin::finished)
      .def_property_readonly("events", &LiveTwin::events)
      .def_property_readonly("platform", &LiveTwin::platform);
}

}  // namespace streamtwin::python
