// The `sidx` box of ISO 14496-12, 8.16.3: how long and large the segments of a file of media are.
#include <fmt/format.h>

#include <fstream>

#include "models/clients/traces/manifest.hpp"

namespace streamtwin::traces {
namespace {

constexpr int boxes_in_one_another_max = 10;
constexpr std::size_t indexed_max = 1'000'000, boxes_max = 10'000;

/// Numbers with their highest byte first.
class Media {
 public:
  explicit Media(const std::filesystem::path& file) : name_(file.string()), in_(file, std::ios::binary) {}

  [[noreturn]] void refuse(std::uint64_t at, std::string_view what) const {
    throw TraceError(fmt::format("{}: byte {}: {}", name_, at, what));
  }

  void go_to(std::uint64_t at) {
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(at));
    at_ = at;
  }
  std::uint64_t number(int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      const int byte = in_.get();
      if (byte == std::char_traits<char>::eof()) refuse(at_, "the segment index (sidx) is cut off");
      value = value << 8 | static_cast<std::uint64_t>(byte);
      ++at_;
    }
    return value;
  }
  std::uint64_t at() const { return at_; }
  void count_box(std::uint64_t begin) {
    if (++boxes_ > boxes_max) refuse(begin, fmt::format("more than {} segment indices", boxes_max));
  }

 private:
  const std::string name_;
  std::ifstream in_;
  std::uint64_t at_ = 0;
  std::size_t boxes_ = 0;
};

struct Reference {
  bool to_index;
  std::uint64_t bytes, duration;
};

void read_box(Media& media, std::uint64_t begin, int level, std::vector<IndexedSegment>& segments) {
  constexpr std::uint64_t name = 0x73696478;  // "sidx"
  if (level > boxes_in_one_another_max) media.refuse(begin, "segment indices in one another without end");
  media.count_box(begin);
  media.go_to(begin);
  std::uint64_t size = media.number(4);
  if (media.number(4) != name) media.refuse(begin, "expected a segment index (sidx), as `indexRange` says");
  if (size == 1) size = media.number(8);
  const int wide = media.number(1) == 0 ? 4 : 8;  // the version
  media.number(3 + 4);                            // flags, which track
  const double timescale = static_cast<double>(media.number(4));
  if (timescale == 0) media.refuse(media.at(), "a time scale of 0");
  media.number(wide);  // of the first segment
  std::uint64_t next = begin + size + media.number(wide);
  media.number(2);
  const std::uint64_t count = media.number(2);
  std::vector<Reference> references;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t type_and_size = media.number(4), duration = media.number(4);
    media.number(4);  // where it can be entered
    references.push_back({(type_and_size >> 31) == 1, type_and_size & 0x7fffffff, duration});
  }
  for (const Reference& reference : references) {
    if (segments.size() >= indexed_max) media.refuse(begin, fmt::format("more than {} segments", indexed_max));
    if (reference.to_index)
      read_box(media, next, level + 1, segments);
    else
      segments.push_back({static_cast<double>(reference.duration) / timescale, static_cast<double>(reference.bytes)});
    next += reference.bytes;
  }
}

}  // namespace

std::vector<IndexedSegment> read_segment_index(const std::filesystem::path& media, std::uint64_t begin) {
  Media file(media);
  std::vector<IndexedSegment> segments;
  read_box(file, begin, 0, segments);
  for (const IndexedSegment& segment : segments) {
    if (!(segment.seconds > 0) || !(segment.bytes > 0)) file.refuse(begin, "a segment without length or bytes");
  }
  return segments;
}

}  // namespace streamtwin::traces
