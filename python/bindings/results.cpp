#include "python/bindings/results.hpp"

#include <pybind11/numpy.h>

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "scenarios/results/store.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

/// A table that grows row by row, in the columns of run.sqlite.
class Columns {
 public:
  explicit Columns(std::initializer_list<const char*> names) {
    for (const char* name : names) columns_.emplace_back(name, py::list());
  }
  template <class... Values>
  void row(const Values&... values) {
    std::size_t column = 0;
    (columns_[column++].second.append(py::cast(values)), ...);
    check(column);
  }
  operator py::dict() const {
    py::dict table;
    for (const auto& [name, values] : columns_) table[name] = values;
    return table;
  }

 private:
  void check(std::size_t filled) const {
    if (filled != columns_.size()) throw std::logic_error("a row has as many values as the table has columns");
  }
  std::vector<std::pair<const char*, py::list>> columns_;
};

py::dict findings(const RunResult& r) {
  Columns kpi{"name", "value", "unit", "lower", "upper", "doc"};
  for (const Kpi& k : r.kpis) kpi.row(k.name, k.value, k.unit, k.lower, k.upper, k.doc);
  Columns verdict{"name", "kind", "description", "observed", "expected", "unit", "held", "begins", "ends", "held_in"};
  for (const Verdict& v : r.verdicts) {
    verdict.row(v.name, std::string(name_of(v.kind)), v.description, v.observed, v.expected, v.unit, v.held, v.begins,
                v.ends, v.held_in);
  }
  Columns site{"name", "kind", "metro", "latitude", "longitude", "appliances", "bytes", "utilisation", "alive"};
  for (const SiteResult& s : r.sites) {
    site.row(s.name, s.kind, s.metro, s.latitude, s.longitude, s.appliances, s.served, s.peak_utilisation, s.alive);
  }
  Columns tier{"name", "rps", "utilisation", "p50_s", "p99_s", "errors", "bound_rps"};
  for (const TierResult& t : r.tiers) tier.row(t.name, t.rps, t.utilisation, t.p50, t.p99, t.errors, t.bound_rps);
  Columns audit{"kind", "created", "finished", "failed", "abandoned", "alive"};
  for (const auto& [kind, t] : r.audit) audit.row(kind, t.created, t.finished, t.failed, t.abandoned, t.alive);
  Columns audit_error{"text"};
  for (const std::string& text : r.audit_errors) audit_error.row(text);
  return py::dict("kpi"_a = py::dict(kpi), "verdict"_a = py::dict(verdict), "site"_a = py::dict(site),
                  "tier"_a = py::dict(tier), "audit"_a = py::dict(audit), "audit_error"_a = py::dict(audit_error));
}

void add_course(const RunResult& r, py::dict& tables) {
  Columns histogram{"name", "unit", "low", "high", "count"};
  for (const HistogramResult& h : r.histograms) {
    for (const auto& bucket : h.buckets) histogram.row(h.name, h.unit, bucket.low, bucket.high, bucket.count);
  }
  Columns event{"time", "kind", "target", "text"};
  for (const TimelineEvent& e : r.timeline) event.row(e.time, e.kind, e.target, e.text);
  Columns meta{"key", "value"};
  meta.row("warm_up_seconds", fmt::format("{}", in_seconds(r.warm_up)));
  meta.row("replications", std::to_string(r.replications));
  tables["histogram"] = py::dict(histogram);
  tables["event"] = py::dict(event);
  tables["meta"] = py::dict(meta);
}

py::tuple series_arrays(const SeriesResult& series) {
  py::array_t<double> times(static_cast<py::ssize_t>(series.times.size()));
  for (std::size_t i = 0; i < series.times.size(); ++i) times.mutable_at(i) = in_seconds(series.times[i]);
  return py::make_tuple(series.unit, times, py::array_t<double>(static_cast<py::ssize_t>(series.values.size()), series.values.data()));
}

}  // namespace

py::dict result_to_python(const RunResult& result) {
  py::dict tables = findings(result);
  add_course(result, tables);
  py::dict series;
  for (const SeriesResult& s : result.series) series[py::str(s.name)] = series_arrays(s);
  return py::dict("summary"_a = summary_json(result), "tables"_a = tables, "series"_a = series);
}

void bind_results(py::module_& module) {
  py::register_exception<ResultsError>(module, "ResultsError", PyExc_OSError);
  py::class_<RunResult>(module, "RunResult", "What a run handed back, as streamtwin.Run reads it.")
      .def("to_python", &result_to_python, "The summary as JSON, the tables as columns, the series as arrays.")
      .def("write", [](const RunResult& result, const std::string& folder) {
             NewFolder target(folder);
             write_results(result, target.path());
             target.commit();
           },
           "folder"_a, "Writes a results folder, whole or not at all.");
  module.def("read_results", [](const std::string& folder) { return read_results(folder); }, "folder"_a,
             "Reads a results folder back.");
}

}  // namespace streamtwin::python
