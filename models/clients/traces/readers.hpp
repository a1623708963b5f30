// Reads measured bandwidth in the formats of the public trace collections: two columns "seconds Mbit/s" (the
// cooked traces of Pensieve's followers: Norway 3G, FCC, Oboe, Puffer) and Sabre's JSON list of {duration_ms,
// bandwidth_kbps, latency_ms}; and Sabre's JSON movies. Garbage is refused with file, place and remedy.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/clients/abr/movie.hpp"
#include "models/clients/traces/bandwidth_trace.hpp"

namespace streamtwin::traces {

/// A file that cannot be used: the message names file, line or entry, and what was expected there.
struct TraceError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Any supported format, told apart by content: a JSON list begins with '['.
BandwidthTrace read_trace(const std::filesystem::path& file);
/// The same from text already read; `name` is used in messages and as the trace's name.
BandwidthTrace parse_trace(const std::string& name, std::string_view text);

struct TraceFolder {
  std::vector<BandwidthTrace> traces;             ///< in the order of their relative paths, named by them
  std::vector<std::filesystem::path> not_traces;  ///< licences, notes and movies that were passed over
};
/// All traces in a folder and below it. One bad file is an error: nothing is dropped in silence.
TraceFolder read_trace_folder(const std::filesystem::path& folder);

/// A movie with true chunk sizes: {segment_duration_ms, bitrates_kbps, segment_sizes_bits}.
abr::Movie read_movie(const std::filesystem::path& file);
abr::Movie parse_movie(const std::string& name, std::string_view text);

}  // namespace streamtwin::traces
