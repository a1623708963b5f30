#include <fmt/format.h>
#include <pybind11/stl.h>

#include <cmath>

#include "models/delivery/kayenta/judge.hpp"
#include "models/delivery/kayenta/outliers.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace kayenta;

namespace {

void need_numbers(const Samples& samples, const char* name) {
  if (samples.empty()) throw py::value_error(fmt::format("{}: expected a sample at least", name));
  for (const double x : samples) {
    if (!std::isfinite(x)) throw py::value_error(fmt::format("{}: expected finite numbers", name));
  }
}

std::optional<Shift> shift_of(const Samples& experiment, const Samples& control, double confidence) {
  need_numbers(experiment, "experiment");
  need_numbers(control, "control");
  if (!(confidence > 0 && confidence < 1)) throw py::value_error("confidence: expected one between 0 and 1");
  return mann_whitney(experiment, control, Fraction{confidence});
}

Classification compare(const JudgeSpec& judge, const AnalysisSpec& analysis, const Samples& control, const Samples& experiment,
                       Random& random) {
  return classify(judge, analysis, prepared(analysis, control), prepared(analysis, experiment), random);
}

void bind_values(py::module_& module) {
  py::class_<Shift>(module, "Shift", "By how much the experiment is shifted against the control.")
      .def_readonly("lower", &Shift::lower, "Lower end of the interval.")
      .def_readonly("upper", &Shift::upper, "Upper end of the interval.")
      .def_readonly("estimate", &Shift::estimate, "Of Hodges and Lehmann.");
  py::class_<Classification>(module, "Classification", "What is found of a metric.")
      .def_readonly("label", &Classification::label)
      .def_readonly("critical", &Classification::critical, "It fails the canary.")
      .def_readonly("deviation", &Classification::deviation, "Ratio of the means; NaN where one is 0.")
      .def_readonly("shift", &Classification::shift, "None where there was nothing to compare.");
  py::class_<Judged>(module, "Judged", "A metric that was classified.")
      .def(py::init([](Label label, std::vector<std::string> groups, bool critical) {
             return Judged{std::move(groups), label, critical};
           }),
           "label"_a, "groups"_a = std::vector<std::string>{"all"}, "critical"_a = false)
      .def_readonly("label", &Judged::label)
      .def_readonly("groups", &Judged::groups)
      .def_readonly("critical", &Judged::critical);
  py::class_<GroupScore>(module, "GroupScore", "Of a group of metrics.")
      .def_readonly("score", &GroupScore::score, "From 0 to 100.")
      .def_readonly("no_data", &GroupScore::no_data, "None of its metrics has data; it counts as 100.");
  py::class_<Score>(module, "Score", "What the metrics make together.")
      .def_readonly("score", &Score::score, "From 0 to 100.")
      .def_readonly("verdict", &Score::verdict)
      .def_readonly("groups", &Score::groups, "Scores of the groups, by name.");
}

}  // namespace

void bind_kayenta(py::module_& algorithms) {
  auto module = algorithms.def_submodule("kayenta", "The judge of canaries: Mann-Whitney, effect sizes, groups and scores.");
  bind_described<JudgeSpec>(module);
  bind_described<AnalysisSpec>(module);
  bind_values(module);
  module.def("mann_whitney", &shift_of, "experiment"_a, "control"_a, "confidence"_a = 0.98,
             "The interval and the estimate of a shift; None where all samples are tied.");
  module.def("classify", &compare, "judge"_a, "analysis"_a, "control"_a, "experiment"_a, "random"_a,
             "Compares two samples of a metric; `random` shakes two that are constant.");
  module.def(
      "score", [](const JudgeSpec& judge, const std::vector<Judged>& metrics) { return score(judge, metrics); }, "judge"_a, "metrics"_a,
      "The score of metrics that were classified.");
  module.def(
      "mean_ratio", [](const Samples& control, const Samples& experiment) { return mean_ratio(control, experiment); }, "control"_a,
      "experiment"_a, "The experiment's mean over the control's; NaN where one is 0.");
  module.def(
      "cles", [](const Samples& control, const Samples& experiment) { return cles(control, experiment); }, "control"_a, "experiment"_a,
      "Share of pairs in which the experiment's is the higher one.");
}

}  // namespace streamtwin::python
