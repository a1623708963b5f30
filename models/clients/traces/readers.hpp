// Reads measured bandwidth as the public collections have it: two columns of time and rate (the cooked traces of Pensieve's
// followers, and Oboe's originals), the six-column logs of Norway and Ghent, CSV with a header that names time and rate
// (G-NetTrack, Lumos5G), the FCC's and Puffer's tables, Mahimahi's schedules, and JSON (Sabre, AlphaRTC, lists). And movies
// with true chunk sizes. Garbage is refused with file, place and remedy.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/clients/abr/movie.hpp"
#include "models/clients/traces/bandwidth_trace.hpp"
#include "models/clients/traces/raw_trace.hpp"

namespace streamtwin::traces {

/// Any supported format, told apart by content; units that nobody tells by the range of the numbers. Throws TraceError, also
/// for a file of many lines (FCC, Puffer).
BandwidthTrace read_trace(const std::filesystem::path& file, const TraceUnits& units = {});
/// The same from text already read; `name` is used in messages and as the trace's name.
BandwidthTrace parse_trace(const std::string& name, std::string_view text, const TraceUnits& units = {});

struct TraceFolder {
  std::vector<BandwidthTrace> traces;             ///< in the order of their relative paths, named by them
  std::vector<std::filesystem::path> not_traces;  ///< licences, notes and movies that were passed over
  std::vector<std::string> remarks;               ///< what is left out, mended or guessed, a sentence each
};
/// All traces in a folder and below it, whose units are decided together. Files that cannot be used are left out and
/// remarked upon; when they are more than the others, all are named in a TraceError.
TraceFolder read_trace_folder(const std::filesystem::path& folder, const TraceUnits& units = {});

/// A movie as a file has it.
struct MovieFile {
  abr::Movie movie;
  std::string format;
  bool sized = true;                 ///< otherwise its chunks are as large as their rate says, for want of sizes
  Bytes audio{0};                    ///< that comes with each chunk, and is in the sizes of a sized one
  std::vector<std::string> remarks;  ///< what was guessed or left out, a sentence each
};

/// A movie with true chunk sizes: Sabre's JSON of {segment_duration_ms, bitrates_kbps, segment_sizes_bits}; a table with a
/// bitrate in kbit/s above each column and the bytes of a chunk in each row; a folder of Pensieve's video_size_N; a manifest
/// of HLS (.m3u8) or DASH (.mpd), whose playlists and media are read where they lie beside it. Where the file does not say
/// how long its chunks are, they are of `chunk`. Throws TraceError.
MovieFile read_movie_file(const std::filesystem::path& file, Duration chunk = 4s);
abr::Movie read_movie(const std::filesystem::path& file, Duration chunk = 4s);
abr::Movie parse_movie(const std::string& name, std::string_view text, Duration chunk = 4s);

}  // namespace streamtwin::traces
