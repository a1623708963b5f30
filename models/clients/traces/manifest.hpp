// Ladders and chunk sizes as players get them: HLS playlists (RFC 8216) and DASH presentations (ISO 23009-1), with the
// segment index of ISO 14496-12 where the media lies beside them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/clients/traces/readers.hpp"

namespace streamtwin::traces {

/// One rung of a ladder.
struct ManifestLevel {
  std::string name;
  double bits_per_second = 0;   ///< as declared; 0 if only the sizes tell
  std::vector<double> seconds;  ///< of each segment; empty if the manifest does not say
  std::vector<double> bytes;    ///< likewise
};

struct Manifest {
  std::string format;
  std::vector<ManifestLevel> levels;
  double audio_bits_per_second = 0;  ///< downloaded beside each level
  std::vector<std::string> remarks;
};

bool looks_like_hls(std::string_view text);
bool looks_like_dash(std::string_view text);
/// `file`: for messages, and beside it lie the playlists and media that it names. Throw std::invalid_argument.
Manifest read_hls(const std::filesystem::path& file, std::string_view text);
Manifest read_dash(const std::filesystem::path& file, const std::string& text);

/// A segment as its index has it.
struct IndexedSegment {
  double seconds = 0, bytes = 0;
};
/// Of a `sidx` box, which begins at `begin` of the media; what refers to further boxes is followed. Throws
/// std::invalid_argument.
std::vector<IndexedSegment> read_segment_index(const std::filesystem::path& media, std::uint64_t begin);

/// Throws TraceError when they are no ladder and chunks: sizes by chunk, and in it by level.
abr::Movie exact_movie(const std::string& name, std::vector<BitRate> rates, Duration chunk, std::vector<Bytes> sizes);
/// With chunks all as long as most are; the sizes of others are scaled. `chunk`: if the manifest does not say.
MovieFile movie_of_manifest(const std::string& name, Manifest manifest, Duration chunk);

}  // namespace streamtwin::traces
