#include "python/bindings/policies.hpp"

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

/// What a rule in Python is asked with.
struct AbrSituation {
  std::uint64_t viewer;
  Duration buffer;
  BitRate throughput;
  Duration latency;
  std::uint32_t chunk, chunks;
  Duration chunk_duration;
  abr::Level last_level;
  std::vector<BitRate> ladder;
};

/// "MyRule" of an instance, "rule" of a function.
std::string name_of(const py::object& callable) {
  const py::object named = py::hasattr(callable, "__name__") ? callable : py::type::of(callable);
  return py::str("{}.{}").format(named.attr("__module__"), named.attr("__qualname__")).cast<std::string>();
}

class PythonAbr final : public abr::PluggedRule {
 public:
  explicit PythonAbr(py::object rule) : rule_(std::move(rule)), name_(name_of(rule_)) {}
  std::string name() const override { return name_; }

  abr::Decision choose(const abr::Ladder& ladder, Duration chunk_duration, const abr::RuleState& state, const abr::Situation& now,
                       std::uint64_t viewer) const override {
    AbrSituation asked{viewer,    now.buffer, now.throughput, now.latency,
                       now.chunk, now.chunks, chunk_duration, static_cast<abr::Level>(state.last_level),
                       {}};
    for (abr::Level level = 0; level < ladder.size(); ++level) asked.ladder.push_back(ladder.rate(level));
    const py::object answer = rule_(std::move(asked));
    abr::Decision decision;
    long level = 0;
    if (py::isinstance<py::tuple>(answer)) {
      const auto both = answer.cast<std::pair<long, Duration>>();
      level = both.first;
      decision.wait = both.second;
    } else {
      level = answer.cast<long>();
    }
    if (level < 0 || level > ladder.top())
      throw py::value_error(fmt::format("{} chose level {} of a ladder from 0 to {}", name_, level, ladder.top()));
    decision.level = static_cast<abr::Level>(level);
    return decision;
  }

 private:
  py::object rule_;
  std::string name_;
};

}  // namespace

Policies policies_of(const py::object& abr) {
  if (abr.is_none()) return {};
  if (PyCallable_Check(abr.ptr()) == 0) throw py::type_error("abr: expected something that can be called with a Situation");
  return {std::make_shared<PythonAbr>(abr)};
}

void bind_policies(py::module_& module) {
  py::class_<AbrSituation>(module, "AbrSituation", "What a bitrate rule is asked with, when a chunk is to be chosen.")
      .def_readonly("viewer", &AbrSituation::viewer, "Tells viewers apart.")
      .def_readonly("buffer", &AbrSituation::buffer, "What is left to play (s).")
      .def_readonly("throughput", &AbrSituation::throughput, "Expected of the next download (bps).")
      .def_readonly("latency", &AbrSituation::latency, "Expected until its first byte (s).")
      .def_readonly("chunk", &AbrSituation::chunk, "The chunk to choose for.")
      .def_readonly("chunks", &AbrSituation::chunks, "Chunks of the title.")
      .def_readonly("chunk_duration", &AbrSituation::chunk_duration, "s")
      .def_property_readonly(
          "last_level", [](const AbrSituation& s) { return static_cast<int>(s.last_level); }, "Chosen last, 0 in the beginning.")
      .def_readonly("ladder", &AbrSituation::ladder, "The bitrates of the levels, rising (bps).");
}

}  // namespace streamtwin::python
