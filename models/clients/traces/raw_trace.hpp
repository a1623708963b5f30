// A trace as its file has it, before its units are known: a folder decides on them together.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/clients/traces/bandwidth_trace.hpp"
#include "models/clients/traces/trace_units.hpp"

namespace streamtwin::traces {

/// A file that cannot be used: the message names file, line or entry, and what was expected there.
struct TraceError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// A stretch of one rate, in the units of the file.
struct Piece {
  double length = 0;
  double rate = 0;
  std::size_t line = 0;  ///< at which it ends; or the entry of a list
  Duration latency{0};
};

struct RawTrace {
  std::string name;
  std::string_view format;
  std::vector<Piece> pieces;
  std::optional<double> seconds_per_unit;          ///< unless the file leaves that open
  std::optional<double> bits_per_second_per_unit;  ///< likewise
  std::size_t doubled = 0;                         ///< lines of a time that was there already: the mean is taken
  std::size_t reversed = 0;                        ///< lines whose time is before that of the line before: a new piece begins
  std::size_t skipped = 0;                         ///< lines that hold no measurement
  std::vector<std::string> remarks = {};           ///< what else was chosen or left out

  void refuse(std::size_t line, std::string_view what) const;
};

/// A rate beside the end of the time for which it holds.
struct Sample {
  double time = 0, rate = 0;
  std::size_t line = 0;
};

/// Each rate holds since the time of the sample before, so that the first only dates the start, as Pensieve and its
/// followers replay such files.
void take_samples(const std::vector<Sample>& samples, RawTrace& trace);

/// The traces of a file by whatever table it is: two columns, six (Norway, Ghent), one (Mahimahi, rates alone), CSV with a
/// header, FCC, Puffer. FCC and Puffer have many lines in one file. Throws TraceError or std::invalid_argument.
std::vector<RawTrace> traces_of_table(const std::string& name, std::string_view text, const TraceUnits& units);
/// JSON: Sabre's periods, AlphaRTC's patterns, lists of rates or of times and rates.
std::vector<RawTrace> traces_of_json(const std::string& name, std::string_view text, const TraceUnits& units);
bool looks_like_json(std::string_view text);

/// Units for those that leave them open.
struct Decision {
  double seconds_per_unit = 1, bits_per_second_per_unit = 1e6;
  std::string why = {};  ///< empty when they are the usual seconds and Mbit/s, or told
};
Decision decide_units(const std::vector<RawTrace>& traces, const TraceUnits& said);

/// Throws TraceError for stretches below a millisecond, above 100 days, rates above 1 Tbit/s, and if nothing passes.
BandwidthTrace with_units(const RawTrace& raw, const Decision& decision);

}  // namespace streamtwin::traces
