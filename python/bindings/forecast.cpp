#include "models/cloud/auto_scaling/forecast.hpp"

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

/// A regression with the history that it looks at.
class GrowingRegression {
 public:
  GrowingRegression(std::vector<double> values, Duration slot, Duration begins) : history_{slot, std::move(values), begins} {}
  GrowingRegression(const GrowingRegression&) = delete;
  GrowingRegression& operator=(const GrowingRegression&) = delete;

  std::optional<double> at(std::size_t slot) const { return forecast_.at(slot); }
  void add(double value) { history_.values.push_back(value); }

 private:
  auto_scaling::LoadHistory history_;
  auto_scaling::RegressionForecast forecast_{history_};
};

}  // namespace

void bind_forecast(py::module_& algorithms) {
  auto module = algorithms.def_submodule("forecast", "What load will come, from what came: the two predictors that are known of Scryer.");
  py::class_<auto_scaling::FourierForecast>(module, "FourierForecast", "The strong harmonics of a load, and the line on which they stand.")
      .def(py::init([](const std::vector<double>& values, std::size_t slots_of_a_day, std::optional<std::size_t> harmonics) {
             return auto_scaling::FourierForecast(values, slots_of_a_day, harmonics);
           }),
           "values"_a, "slots_of_a_day"_a, "harmonics"_a = py::none(),
           "With the largest harmonics; those that stand out of the noise if absent.")
      .def("at", &auto_scaling::FourierForecast::at, "slot"_a, "In slots from the first value on, beyond the last, too.");
  py::class_<GrowingRegression>(module, "RegressionForecast",
                                "For each slot of the day and kind of day a regression on the load of a week and of a day before.")
      .def(py::init<std::vector<double>, Duration, Duration>(), "values"_a, "slot"_a, "begins"_a = Duration{0},
           "`slot` and `begins`, of the first value since a Monday's midnight, in seconds.")
      .def("at", &GrowingRegression::at, "slot"_a, "Of a slot after the last value; None without a week of history.")
      .def("add", &GrowingRegression::add, "value"_a, "The next value of the history.");
}

}  // namespace streamtwin::python
