#include "models/clients/abr/abr.hpp"

#include "models/clients/abr/movie.hpp"
#include "models/clients/abr/reference_session.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace abr;

namespace {

void bind_movies(py::module_& module) {
  py::class_<Ladder>(module, "Ladder", "The bitrates of an encode, rising, in bits per second.")
      .def(py::init<std::vector<BitRate>>(), "rates"_a)
      .def("__len__", &Ladder::size)
      .def_property_readonly("rates", [](const Ladder& l) { return std::vector<BitRate>(l.rates().begin(), l.rates().end()); })
      .def(
          "utility", [](const Ladder& l, Level level) { return level < l.size() ? l.utility(level) : throw py::index_error(); }, "level"_a,
          "ln of the rate over the lowest rate.")
      .def("capped", &Ladder::capped, "limit"_a, "Without the levels above a rate; the lowest always stays.")
      .def("highest_within", &Ladder::highest_within, "rate"_a, "The highest level at or below a rate.");
  module.def("fixed_ladder_2015", &fixed_ladder_2015, "235 to 5800 kbps: the fixed ladder used until December 2015.");
  py::class_<Movie>(module, "Movie", "Chunks of one duration, each with a size per level of a ladder.")
      .def_static("constant", &Movie::constant, "ladder"_a, "chunk_duration"_a, "chunks"_a, "Every chunk has its level's rate.")
      .def_static("variable", &Movie::variable, "ladder"_a, "chunk_duration"_a, "chunks"_a, "random"_a,
                  "Sizes vary about the rate by a factor per chunk, common to all levels.")
      .def_static("exact", &Movie::exact, "ladder"_a, "chunk_duration"_a, "sizes"_a, "True sizes, one per chunk and level, chunk by chunk.")
      .def_property_readonly("ladder", &Movie::ladder)
      .def_property_readonly("chunk_duration", &Movie::chunk_duration)
      .def_property_readonly("chunks", &Movie::chunks)
      .def_property_readonly("duration", &Movie::duration)
      .def(
          "chunk_size",
          [](const Movie& m, std::uint32_t chunk, Level level) {
            if (chunk >= m.chunks() || level >= m.ladder().size()) throw py::index_error("no such chunk or level");
            return m.chunk_size(chunk, level);
          },
          "chunk"_a, "level"_a, "Bytes.");
}

void bind_session(py::module_& module) {
  py::class_<ReferenceResult>(module, "ReferenceResult", "What came of a session over a trace.")
      .def_readonly("play_time", &ReferenceResult::play_time, "s")
      .def_readonly("startup", &ReferenceResult::startup, "s")
      .def_readonly("rebuffer", &ReferenceResult::rebuffer, "s")
      .def_readonly("rebuffer_events", &ReferenceResult::rebuffer_events)
      .def_readonly("played_bitrate", &ReferenceResult::played_bitrate, "bps, time average")
      .def_readonly("played_utility", &ReferenceResult::played_utility)
      .def_readonly("bitrate_change", &ReferenceResult::bitrate_change, "bps, sum of changes")
      .def_readonly("score", &ReferenceResult::score)
      .def_readonly("ramp_up", &ReferenceResult::ramp_up, "s")
      .def_readonly("levels", &ReferenceResult::levels, "As downloaded.")
      .def_property_readonly("rebuffer_ratio", &ReferenceResult::rebuffer_ratio)
      .def_property_readonly("switches", &ReferenceResult::switches);
  module.def("reference_session", &reference_session, "trace"_a, "movie"_a, "config"_a,
             "One viewing session over one bandwidth trace, as Sabre runs it: one connection, no abandonment.",
             py::call_guard<py::gil_scoped_release>());
}

}  // namespace

void bind_abr(py::module_& algorithms) {
  auto module = algorithms.def_submodule(
      "abr",
      "Adaptive bitrate: throughput rule, BOLA-basic, BBA-0. The reference session is not what a run drives: it is there for\n"
      "parity with the published numbers of the simulator that it replays.");
  bind_described<AbrSpec>(module);
  bind_movies(module);
  bind_session(module);
  py::class_<AbrState>(module, "AbrState", "One viewer's estimate and memory.").def(py::init<>());
  py::class_<Decision>(module, "Decision", "What to download next.")
      .def_property_readonly("level", [](const Decision& d) { return static_cast<int>(d.level); })
      .def_readonly("wait", &Decision::wait, "Let the buffer play this long before asking (s).")
      .def("__repr__", [](const Decision& d) { return fmt::format("Decision(level={}, wait={})", d.level, d.wait.count()); });
  py::class_<Abr>(module, "Abr", "A bitrate rule for one ladder, shared by all its viewers.")
      .def(py::init<const AbrSpec&, const Ladder&, Duration>(), "config"_a, "ladder"_a, "chunk_duration"_a)
      .def(
          "choose",
          [](const Abr& abr, AbrState& state, Duration buffer, std::uint32_t chunk, std::uint32_t chunks) {
            return abr.choose(state, buffer, chunk, chunks);
          },
          "state"_a, "buffer"_a, "chunk"_a, "chunks"_a, "The level of the next chunk.")
      .def("chunk_arrived", &Abr::chunk_arrived, "state"_a, "size"_a, "latency"_a, "transfer"_a,
           "A chunk of `size` bytes arrived: `latency` until its first byte, `transfer` from then to its last.")
      .def_property_readonly("buffer_capacity", &Abr::buffer_capacity, "s");
}

}  // namespace streamtwin::python
