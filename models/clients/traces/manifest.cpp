#include "models/clients/traces/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace streamtwin::traces {
namespace {

/// EXTINF and timelines are rounded: segments that differ by less are as long as each other.
constexpr double lengths_apart = 1e-3;

void remark(Manifest& manifest, std::string text) { manifest.remarks.push_back(std::move(text)); }

double usual_length(std::vector<double> seconds) {
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

/// In rising order of their rates; the same rate on another server is the same level.
void put_in_order(Manifest& manifest) {
  std::stable_sort(manifest.levels.begin(), manifest.levels.end(),
                   [](const ManifestLevel& a, const ManifestLevel& b) { return a.bits_per_second < b.bits_per_second; });
  const auto same = [](const ManifestLevel& a, const ManifestLevel& b) { return a.bits_per_second == b.bits_per_second; };
  const auto end = std::unique(manifest.levels.begin(), manifest.levels.end(), same);
  if (const auto count = manifest.levels.end() - end; count > 0)
    remark(manifest, fmt::format("{} levels have the rate of another and are left out", count));
  manifest.levels.erase(end, manifest.levels.end());
}

/// How many segments all levels have.
std::size_t segments_of(const std::string& name, Manifest& manifest) {
  constexpr std::size_t apart_max = 1;  // encoders end a level a segment early
  std::size_t least = manifest.levels.front().seconds.size(), most = least;
  for (const ManifestLevel& level : manifest.levels) {
    least = std::min(least, level.seconds.size());
    most = std::max(most, level.seconds.size());
  }
  if (most > least + apart_max)
    throw TraceError(fmt::format("{}: one level has {} segments and another {}; they must be of one movie", name, least, most));
  if (most > least) remark(manifest, "not all levels have the last segment: it is left out");
  return least;
}

}  // namespace

MovieFile movie_of_manifest(const std::string& name, Manifest manifest, Duration chunk) {
  if (manifest.levels.empty()) throw TraceError(fmt::format("{}: {} without a level of video", name, manifest.format));
  for (ManifestLevel& level : manifest.levels) {
    const double seconds = std::accumulate(level.seconds.begin(), level.seconds.end(), 0.0);
    if (level.bits_per_second == 0 && !level.bytes.empty() && seconds > 0)
      level.bits_per_second = std::accumulate(level.bytes.begin(), level.bytes.end(), 0.0) * 8 / seconds;
  }
  put_in_order(manifest);
  const bool sized =
      std::all_of(manifest.levels.begin(), manifest.levels.end(), [](const ManifestLevel& level) { return !level.bytes.empty(); });
  const std::size_t segments = segments_of(name, manifest);
  const double length = segments > 0 ? usual_length(manifest.levels.front().seconds) : in_seconds(chunk);
  std::vector<BitRate> rates;
  for (const ManifestLevel& level : manifest.levels) rates.push_back(BitRate{level.bits_per_second});
  const Bytes audio{manifest.audio_bits_per_second * length / 8};
  if (audio > Bytes{0}) remark(manifest, fmt::format("audio of {:g} kbit/s comes with each chunk", manifest.audio_bits_per_second / 1e3));
  if (!sized || segments == 0) {
    remark(manifest, "no sizes of its chunks: they are assumed from the rates, which are peaks rather than means");
    if (segments == 0) remark(manifest, fmt::format("no lengths of its chunks: they are assumed to be of {:g} s", length));
    const auto chunks = static_cast<std::uint32_t>(std::max<std::size_t>(1, segments));
    try {
      return {abr::Movie::constant(abr::Ladder{std::move(rates)}, Duration{length}, chunks), std::move(manifest.format), false, audio,
              std::move(manifest.remarks)};
    } catch (const std::invalid_argument& fault) {
      throw TraceError(fmt::format("{}: {}", name, fault.what()));
    }
  }
  std::vector<Bytes> sizes;
  std::size_t others = 0;
  for (std::size_t i = 0; i < segments; ++i) {
    for (const ManifestLevel& level : manifest.levels) {
      const bool usual = std::abs(level.seconds[i] - length) <= lengths_apart * length;
      if (!usual) ++others;
      sizes.push_back(Bytes{usual ? level.bytes[i] : level.bytes[i] * length / level.seconds[i]} + audio);
    }
  }
  if (others > 0)
    remark(manifest, fmt::format("{} chunks are longer or shorter than {:g} s: their sizes are scaled to that", others, length));
  return {exact_movie(name, std::move(rates), Duration{length}, std::move(sizes)), std::move(manifest.format), true, audio,
          std::move(manifest.remarks)};
}

}  // namespace streamtwin::traces
