// HLS playlists (RFC 8216): a master lists the levels, a playlist of media their segments.
#include <fmt/format.h>

#include <map>
#include <optional>

#include "models/clients/traces/manifest.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::traces {
namespace {

namespace fs = std::filesystem;
using files::number_in;

constexpr double segment_seconds_max = 3600;

class Lines {
 public:
  Lines(std::string name, std::string_view text) : name_(std::move(name)), rest_(text) {}

  /// The next that says something.
  bool next() {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      line_ = files::trimmed(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      ++number_;
      if (!line_.empty()) return true;
    }
    return false;
  }
  std::string_view line() const { return line_; }
  bool is_address() const { return line_.front() != '#'; }
  /// What stands behind "#EXTINF:" or another tag.
  std::optional<std::string_view> tag(std::string_view name) const {
    if (!line_.starts_with(name) || line_.size() <= name.size() || line_[name.size()] != ':') return std::nullopt;
    return line_.substr(name.size() + 1);
  }
  [[noreturn]] void refuse(std::string_view what) const { throw TraceError(fmt::format("{}:{}: {}", name_, number_, what)); }

 private:
  const std::string name_;
  std::string_view rest_, line_;
  std::size_t number_ = 0;
};

/// BANDWIDTH=1280000,CODECS="a,b"
std::map<std::string, std::string> attributes_of(std::string_view list) {
  std::map<std::string, std::string> attributes;
  while (!list.empty()) {
    const std::size_t equals = list.find('=');
    if (equals == std::string_view::npos) break;
    const std::string name(files::trimmed(list.substr(0, equals)));
    list.remove_prefix(equals + 1);
    const bool quoted = list.starts_with('"');
    const std::size_t close = quoted ? list.find('"', 1) : list.find(',');
    attributes[name] = quoted ? list.substr(1, std::min(close, list.size()) - 1) : files::trimmed(list.substr(0, close));
    const std::size_t comma = quoted && close != std::string_view::npos ? list.find(',', close) : quoted ? close : list.find(',');
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return attributes;
}

double number_of(const Lines& lines, std::string_view text, std::string_view what, double most) {
  const auto number = number_in(text);
  if (!number || !(*number > 0) || *number > most)
    lines.refuse(fmt::format("expected {} above 0 and up to {:g}, found `{}`", what, most, files::shown(text)));
  return *number;
}

/// The segments of one level.
class MediaPlaylist {
 public:
  MediaPlaylist(const std::string& name, std::string_view text) : lines_(name, text) {
    while (lines_.next()) read();
    if (level_.seconds.empty()) throw TraceError(fmt::format("{}: a playlist of HLS without a segment (#EXTINF)", name));
    if (level_.bytes.size() != level_.seconds.size()) level_.bytes.clear();
  }
  ManifestLevel level() && { return std::move(level_); }

 private:
  void read() {
    if (const auto extinf = lines_.tag("#EXTINF"))
      seconds_ = number_of(lines_, files::trimmed(extinf->substr(0, extinf->find(','))), "seconds of a segment", segment_seconds_max);
    if (const auto range = lines_.tag("#EXT-X-BYTERANGE"))
      bytes_ = number_of(lines_, range->substr(0, range->find('@')), "bytes of a segment", 1e12);
    if (const auto rate = lines_.tag("#EXT-X-BITRATE")) kbps_ = number_of(lines_, *rate, "kbit/s", 1e9);
    if (!lines_.is_address()) return;
    if (!seconds_) lines_.refuse("a segment without #EXTINF before it");
    level_.seconds.push_back(*seconds_);
    if (bytes_) level_.bytes.push_back(*bytes_);
    if (!bytes_ && kbps_) level_.bytes.push_back(*kbps_ * 1e3 * *seconds_ / 8);
    seconds_.reset();
    bytes_.reset();
  }

  Lines lines_;
  ManifestLevel level_;
  std::optional<double> seconds_, bytes_, kbps_;
};

/// A playlist that the master names, if it lies where that says.
std::optional<ManifestLevel> level_beside(const fs::path& master, std::string_view address) {
  if (address.find("://") != std::string_view::npos) return std::nullopt;
  const fs::path file = master.parent_path() / std::string(address.substr(0, address.find_first_of("?#")));
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  const std::string text = files::text_of(file, "a playlist of HLS");
  return MediaPlaylist(file.string(), text).level();
}

class Master {
 public:
  Master(const fs::path& file, std::string_view text) : file_(file), lines_(file.string(), text) {
    manifest_.format = "HLS";
    while (lines_.next()) read();
    const auto say = [this](std::string said) { manifest_.remarks.push_back(std::move(said)); };
    if (absent_ > 0) say(fmt::format("{} of {} playlists do not lie beside it", absent_, manifest_.levels.size()));
    if (absent_ > 0 && absent_ < manifest_.levels.size()) {
      for (ManifestLevel& level : manifest_.levels) level.seconds.clear(), level.bytes.clear();
    }
    if (peaks_ > 0) say(fmt::format("{} levels tell their peak (BANDWIDTH) and no mean (AVERAGE-BANDWIDTH)", peaks_));
    if (audio_) say("its audio is a playlist of its own, whose rate the master does not tell apart: it is left out");
  }
  Manifest manifest() && { return std::move(manifest_); }

 private:
  void read() {
    if (const auto media = lines_.tag("#EXT-X-MEDIA")) {
      const auto attributes = attributes_of(*media);
      audio_ = audio_ || (attributes.contains("URI") && attributes.contains("TYPE") && attributes.at("TYPE") == "AUDIO");
    }
    if (const auto level = lines_.tag("#EXT-X-STREAM-INF")) {
      const auto attributes = attributes_of(*level);
      const auto mean = attributes.find("AVERAGE-BANDWIDTH"), peak = attributes.find("BANDWIDTH");
      if (mean == attributes.end() && peak == attributes.end()) lines_.refuse("a level without BANDWIDTH");
      rate_ = number_of(lines_, mean != attributes.end() ? mean->second : peak->second, "bit/s", 1e12);
      peaks_ += mean == attributes.end() ? 1 : 0;
    }
    if (!lines_.is_address()) return;
    if (!rate_) lines_.refuse("a playlist without #EXT-X-STREAM-INF before it");
    const auto beside = level_beside(file_, lines_.line());
    if (!beside) ++absent_;
    ManifestLevel& level = manifest_.levels.emplace_back(beside.value_or(ManifestLevel{}));
    level.name = lines_.line();
    level.bits_per_second = *rate_;
    rate_.reset();
  }

  const fs::path& file_;
  Lines lines_;
  Manifest manifest_;
  std::optional<double> rate_;
  std::size_t absent_ = 0, peaks_ = 0;
  bool audio_ = false;
};

}  // namespace

bool looks_like_hls(std::string_view text) { return files::trimmed(text.substr(0, text.find('\n'))) == "#EXTM3U"; }

Manifest read_hls(const std::filesystem::path& file, std::string_view text) {
  if (text.find("#EXT-X-STREAM-INF") != std::string_view::npos) return Master(file, text).manifest();
  Manifest manifest;
  manifest.format = "HLS, one level";
  manifest.levels.push_back(MediaPlaylist(file.string(), text).level());
  if (manifest.levels.front().bytes.empty())
    throw TraceError(
        fmt::format("{}: one level of HLS without sizes (#EXT-X-BYTERANGE) or rates (#EXT-X-BITRATE); name the master that "
                    "lists it",
                    file.string()));
  return manifest;
}

}  // namespace streamtwin::traces
