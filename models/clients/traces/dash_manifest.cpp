// DASH presentations (ISO 23009-1): of the first period the video's levels, and how long and large their segments are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "models/clients/traces/manifest.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"
#include "models/files/xml_text.hpp"

namespace streamtwin::traces {
namespace {

using files::number_in;
using files::xml_attribute;
using files::xml_children;
using files::XmlElement;

constexpr std::size_t segments_max = 1'000'000;

/// "PT1H2M3.5S", "P1DT2H"; years and months have no length.
std::optional<double> seconds_in_duration(std::string_view text) {
  if (!text.starts_with('P')) return std::nullopt;
  double seconds = 0;
  bool of_day = false;
  for (text.remove_prefix(1); !text.empty();) {
    if (text.front() == 'T') {
      of_day = true;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find_first_not_of("0123456789.");
    const auto number = end == std::string_view::npos ? std::nullopt : number_in(text.substr(0, end));
    if (!number) return std::nullopt;
    const char unit = text[end];
    const double length = unit == 'D' && !of_day  ? 86400
                          : unit == 'H' && of_day ? 3600
                          : unit == 'M' && of_day ? 60
                          : unit == 'S' && of_day ? 1
                                                  : 0;
    if (length == 0 && *number != 0) return std::nullopt;
    seconds += *number * length;
    text.remove_prefix(end + 1);
  }
  return seconds;
}

const XmlElement* first_child(const XmlElement& element, std::string_view tag) {
  const auto found = xml_children(element, tag);
  return found.empty() ? nullptr : found.front();
}

/// A representation within what it stands in, from inside: what one does not say, the next does.
struct Rung {
  std::array<const XmlElement*, 3> around{};  ///< representation, adaptation set, period

  const XmlElement* child(std::string_view tag) const {
    for (const XmlElement* element : around) {
      if (const XmlElement* found = first_child(*element, tag)) return found;
    }
    return nullptr;
  }
  /// An attribute of the innermost `tag` that has it.
  std::optional<std::string> of_child(std::string_view tag, const char* name) const {
    for (const XmlElement* element : around) {
      const XmlElement* found = first_child(*element, tag);
      if (found == nullptr) continue;
      if (auto value = xml_attribute(*found, name)) return value;
    }
    return std::nullopt;
  }
  const XmlElement* timeline(std::string_view tag) const {
    for (const XmlElement* element : around) {
      const XmlElement* found = first_child(*element, tag);
      if (const XmlElement* timeline = found != nullptr ? first_child(*found, "SegmentTimeline") : nullptr) return timeline;
    }
    return nullptr;
  }
};

bool is_of(const XmlElement& set, std::string_view kind) {
  const auto says = [kind](const XmlElement& element) {
    return xml_attribute(element, "contentType") == kind || xml_attribute(element, "mimeType").value_or("").starts_with(kind);
  };
  const auto representations = xml_children(set, "Representation");
  const auto has_picture = [](const XmlElement* one) { return xml_attribute(*one, "height") || xml_attribute(*one, "width"); };
  return says(set) || std::any_of(representations.begin(), representations.end(), [&](const XmlElement* one) { return says(*one); }) ||
         (kind == "video" && std::any_of(representations.begin(), representations.end(), has_picture));
}

class Presentation {
 public:
  Presentation(const std::filesystem::path& file, const XmlElement& mpd) : file_(file), mpd_(mpd) { manifest_.format = "DASH"; }

  Manifest read() {
    const auto periods = xml_children(mpd_, "Period");
    if (periods.empty()) refuse("there is no <Period> in it");
    if (periods.size() > 1) remark(fmt::format("of its {} periods the first is taken", periods.size()));
    period_ = periods.front();
    const auto length = xml_attribute(*period_, "duration");
    const auto of_all = xml_attribute(mpd_, "mediaPresentationDuration");
    if (length || of_all) period_seconds_ = seconds_in_duration(length ? *length : *of_all);
    const XmlElement* video = only_one("video");
    if (video == nullptr) refuse("no AdaptationSet of video (contentType or mimeType)");
    for (const XmlElement* representation : xml_children(*video, "Representation")) take({{representation, video, period_}});
    if (const XmlElement* audio = only_one("audio")) {
      for (const XmlElement* representation : xml_children(*audio, "Representation"))
        manifest_.audio_bits_per_second = std::max(manifest_.audio_bits_per_second, bandwidth_of(*representation));
    }
    if (absent_ > 0) {
      remark("the index of its segments is in the media, which do not all lie beside it");
      for (ManifestLevel& level : manifest_.levels) level.seconds.clear(), level.bytes.clear();
    }
    return std::move(manifest_);
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const { throw TraceError(fmt::format("{}: {}", file_.string(), what)); }
  void remark(std::string text) { manifest_.remarks.push_back(std::move(text)); }

  /// The first of its kind; others are other languages or codecs.
  const XmlElement* only_one(std::string_view kind) {
    const XmlElement* found = nullptr;
    std::size_t count = 0;
    for (const XmlElement* set : xml_children(*period_, "AdaptationSet")) {
      if (!is_of(*set, kind)) continue;
      if (count++ == 0) found = set;
    }
    if (count > 1) remark(fmt::format("of its {} sets of {} the first is taken", count, kind));
    return found;
  }

  double bandwidth_of(const XmlElement& representation) const {
    const std::string said = xml_attribute(representation, "bandwidth").value_or("");
    const auto bandwidth = number_in(said);
    if (!bandwidth || !(*bandwidth > 0) || *bandwidth > 1e12)
      refuse(fmt::format("Representation {}: expected its `bandwidth` in bit/s, found `{}`", name_of(representation), files::shown(said)));
    return *bandwidth;
  }
  static std::string name_of(const XmlElement& representation) {
    return files::shown(xml_attribute(representation, "id").value_or("without id"));
  }

  void take(const Rung& rung) {
    ManifestLevel& level = manifest_.levels.emplace_back();
    level.name = name_of(*rung.around.front());
    level.bits_per_second = bandwidth_of(*rung.around.front());
    if (rung.child("SegmentList") != nullptr)
      take_list(rung, level);
    else if (rung.child("SegmentTemplate") != nullptr)
      level.seconds = lengths(rung, "SegmentTemplate", level, std::nullopt);
    else
      take_index(rung, level);
  }

  double number(const Rung& rung, std::string_view tag, const char* name, double otherwise, const ManifestLevel& level) const {
    const auto said = rung.of_child(tag, name);
    if (!said) return otherwise;
    const auto value = number_in(*said);
    if (!value || !(*value > 0))
      refuse(fmt::format("Representation {}: {}: `{}` is no number above 0", level.name, name, files::shown(*said)));
    return *value;
  }

  /// Of a timeline, or all of one `duration`; `count` of them, or until the period ends.
  std::vector<double> lengths(const Rung& rung, std::string_view tag, const ManifestLevel& level, std::optional<std::size_t> count) const {
    const double timescale = number(rung, tag, "timescale", 1, level);
    if (const XmlElement* timeline = rung.timeline(tag)) return lengths_of(*timeline, timescale, level);
    const double length = number(rung, tag, "duration", 0, level) / timescale;
    if (length == 0 && count == 1 && period_seconds_) return {*period_seconds_};
    if (!(length >= length_min))
      refuse(fmt::format("Representation {}: neither a SegmentTimeline nor a `duration` of segments", level.name));
    if (!count && !period_seconds_)
      refuse(
          fmt::format("Representation {}: how many segments there are is not said: `mediaPresentationDuration` or a SegmentTimeline would",
                      level.name));
    const double all = period_seconds_.value_or(length * static_cast<double>(count.value_or(0)));
    if (!count) count = bounded(std::ceil(all / length - 1e-9), level);
    std::vector<double> seconds(*count, length);
    const double last = all - length * static_cast<double>(*count - 1);
    if (*count > 0 && last >= length_min && last < length) seconds.back() = last;
    return seconds;
  }

  std::size_t bounded(double segments, const ManifestLevel& level) const {
    if (!(segments >= 1 && segments <= segments_max))
      refuse(fmt::format("Representation {}: {:g} segments; expected 1 to {}", level.name, segments, segments_max));
    return static_cast<std::size_t>(segments);
  }

  // <S t d r>: r more of the same; -1 up to the next S or the end of the period; without t at the end of the one before.
  std::vector<double> lengths_of(const XmlElement& timeline, double timescale, const ManifestLevel& level) const {
    std::vector<double> seconds;
    const auto all = xml_children(timeline, "S");
    const auto value = [&](const XmlElement& s, const char* name) {
      const auto said = xml_attribute(s, name);
      const auto number = said ? number_in(*said) : std::nullopt;
      if (said && !number) refuse(fmt::format("Representation {}: SegmentTimeline: {} is `{}`", level.name, name, files::shown(*said)));
      return number;
    };
    double time = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto begin = value(*all[i], "t"), length = value(*all[i], "d");
      if (!length || !(*length / timescale >= length_min))
        refuse(fmt::format("Representation {}: SegmentTimeline: a segment without a length `d`", level.name));
      if (begin) time = *begin;
      if (i == 0) first_time_ = time;
      double repeats = value(*all[i], "r").value_or(0);
      if (repeats < 0) {
        const auto next = i + 1 < all.size() ? value(*all[i + 1], "t") : std::nullopt;
        const double end = next ? *next : first_time_ + period_seconds_.value_or(0) * timescale;
        repeats = std::ceil((end - time) / *length - 1e-9) - 1;
      }
      const std::size_t count = bounded(repeats + 1, level);
      if (seconds.size() + count > segments_max) refuse(fmt::format("Representation {}: more than {} segments", level.name, segments_max));
      seconds.insert(seconds.end(), count, *length / timescale);
      time += *length * static_cast<double>(count);
    }
    return seconds;
  }

  // <SegmentURL mediaRange="a-b">, both inclusive.
  void take_list(const Rung& rung, ManifestLevel& level) const {
    const auto segments = xml_children(*rung.child("SegmentList"), "SegmentURL");
    for (const XmlElement* segment : segments) {
      const auto range = xml_attribute(*segment, "mediaRange");
      if (!range) continue;
      const auto [first, last] = range_in(*range, level);
      level.bytes.push_back(last - first + 1);
    }
    if (level.bytes.size() != segments.size()) level.bytes.clear();
    level.seconds = lengths(rung, "SegmentList", level, segments.size());
    if (level.seconds.size() != segments.size())
      refuse(fmt::format("Representation {}: {} segments and {} lengths", level.name, segments.size(), level.seconds.size()));
  }

  std::pair<double, double> range_in(const std::string& said, const ManifestLevel& level) const {
    const std::size_t dash = said.find('-');
    const auto first = number_in(std::string_view(said).substr(0, dash));
    const auto last = dash == std::string::npos ? std::nullopt : number_in(std::string_view(said).substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last > 1e15)
      refuse(fmt::format("Representation {}: expected a range of bytes as 0-999, found `{}`", level.name, files::shown(said)));
    return {*first, *last};
  }

  void take_index(const Rung& rung, ManifestLevel& level) {
    const auto range = rung.of_child("SegmentBase", "indexRange");
    std::string address;
    for (const XmlElement* element : {&mpd_, rung.around[2], rung.around[1], rung.around[0]}) {
      if (const XmlElement* base = first_child(*element, "BaseURL"))
        address = base->data().find("://") == std::string::npos ? address + base->data() : base->data();
    }
    const std::filesystem::path media = file_.parent_path() / address;
    std::error_code error;
    if (!range || address.empty() || address.find("://") != std::string::npos || !std::filesystem::is_regular_file(media, error)) {
      ++absent_;
      return;
    }
    for (const IndexedSegment& segment : read_segment_index(media, static_cast<std::uint64_t>(range_in(*range, level).first))) {
      level.seconds.push_back(segment.seconds);
      level.bytes.push_back(segment.bytes);
    }
  }

  static constexpr double length_min = 1e-3;

  const std::filesystem::path& file_;
  const XmlElement& mpd_;
  const XmlElement* period_ = nullptr;
  std::optional<double> period_seconds_;
  mutable double first_time_ = 0;
  Manifest manifest_;
  std::size_t absent_ = 0;
};

}  // namespace

bool looks_like_dash(std::string_view text) {
  const std::string_view head = text.substr(0, 4096);
  return files::trimmed(head).starts_with('<') && head.find("MPD") != std::string_view::npos;
}

Manifest read_dash(const std::filesystem::path& file, const std::string& text) {
  const XmlElement mpd = files::xml_of(file.string(), text, "MPD");
  return Presentation(file, mpd).read();
}

}  // namespace streamtwin::traces
