#include "scenarios/cache_trace/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "models/files/table.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::cache_trace {
namespace {

using eviction::Key;
using eviction::Size;

static_assert(std::endian::native == std::endian::little, "records are read as they lie");
constexpr std::size_t record_bytes = 24, buffer_bytes = record_bytes * 16384;
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";

template <class T>
T field(const char* record, std::size_t offset) {
  T value;
  std::memcpy(&value, record + offset, sizeof value);
  return value;
}

/// Text has no control characters but tabs and ends of lines.
bool is_text(std::string_view begin) {
  return std::none_of(begin.begin(), begin.end(), [](unsigned char c) { return c < 0x20 && c != '\t' && c != '\n' && c != '\r'; });
}

template <class T>
std::optional<T> whole(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A number is itself; other texts go by their hash.
Key key_of(std::string_view text) {
  const std::optional<Key> number = whole<Key>(text);
  return number ? *number : mix(hash_text(text));
}

}  // namespace

TraceFile::TraceFile(const std::filesystem::path& file) : name_(file.string()), buffer_(buffer_bytes) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) refuse("is a folder");
  errno = 0;
  file_.reset(gzopen(name_.c_str(), "rb"));
  if (!file_) refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  if (!read_more()) refuse("is empty");
  const std::string_view begin(buffer_.data(), end_);
  if (begin.starts_with(zstd_magic)) refuse("is compressed with zstd; unpack it first: zstd -d FILE");
  if (!is_text(begin.substr(0, 4096))) return;
  if (begin.starts_with("\xef\xbb\xbf")) begin_ = 3;
  csv_.emplace();
  take_header();
}

void TraceFile::refuse(std::string_view what) const {
  throw TraceError(line_ == 0 ? fmt::format("{}: {}", name_, what)
                              : fmt::format("{}: {} {}: {}", name_, csv_ ? "line" : "record", line_, what));
}

std::span<const eviction::Request> TraceFile::next() {
  requests_.clear();
  while (requests_.empty() && (end_ > begin_ || !at_end_)) csv_ ? take_lines() : take_records();
  return requests_;
}

// What is left moves to the front. False when nothing has been added.
bool TraceFile::read_more() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  const int read = gzread(file_.get(), buffer_.data() + end_, static_cast<unsigned>(buffer_.size() - end_));
  int state = Z_OK;
  const char* const trouble = gzerror(file_.get(), &state);
  if (read < 0 || (read == 0 && state == Z_BUF_ERROR)) {
    refuse(state == Z_ERRNO ? fmt::format("cannot be read: {}", std::strerror(errno))
                            : fmt::format("its compressed data is damaged or ends too early ({})", trouble));
  }
  end_ += static_cast<std::size_t>(read);
  at_end_ = read == 0;
  return read > 0;
}

void TraceFile::take_records() {
  if (end_ - begin_ < record_bytes && !read_more()) {
    if (end_ == begin_) return;
    ++line_;
    refuse(fmt::format("the file ends after {} of its {} bytes; is it an oracleGeneral trace that was copied as a whole?", end_ - begin_,
                       record_bytes));
  }
  for (; end_ - begin_ >= record_bytes; begin_ += record_bytes) {
    const char* const record = buffer_.data() + begin_;
    ++line_;
    const auto size = field<std::int32_t>(record, 12);
    if (size < 0) {
      refuse(fmt::format("an item of size {}; those of 2 GiB and more cannot be told from negative ones here, CSV can hold them", size));
    }
    if (size > 0) add(field<std::uint32_t>(record, 0), field<std::uint64_t>(record, 4), static_cast<Size>(size));
  }
}

void TraceFile::take_lines() {
  while (const std::optional<std::string_view> line = next_line()) take_line(*line);
  if (!at_end_) read_more();
}

// Without its end; nothing when more has to be read for it.
std::optional<std::string_view> TraceFile::next_line() {
  const std::string_view rest(buffer_.data() + begin_, end_ - begin_);
  const std::size_t length = rest.find('\n');
  if (std::min(length, rest.size()) > line_max) {
    ++line_;
    refuse(fmt::format("is longer than {} bytes; a key is too long", line_max));
  }
  if (length == std::string_view::npos && (!at_end_ || rest.empty())) return std::nullopt;
  ++line_;
  begin_ += std::min(length + 1, rest.size());
  if (length == std::string_view::npos) begin_ = end_;
  return files::trimmed(rest.substr(0, length));
}

void TraceFile::take_header() {
  std::optional<std::string_view> first = next_line();
  while (!first && read_more()) first = next_line();
  if (!first) first = next_line();
  csv_->separator = separator_of(*first);
  split(*first, csv_->separator, cells_);
  const Named named = named_columns(cells_);
  if (named.key) {
    csv_ = Columns{csv_->separator, *named.key, named.time, named.size};
  } else if (cells_.size() < 3 || !files::number_in(cells_[0]) || !whole<Size>(cells_[2])) {
    refuse(fmt::format("no column is called {}, and without a header a line is time, key, size", key_names()));
  } else {
    begin_ = static_cast<std::size_t>(first->data() - buffer_.data());  // it is a request like the others
    line_ = 0;
  }
}

void TraceFile::take_line(std::string_view line) {
  if (line.empty() || line.front() == '#') return;
  split(line, csv_->separator, cells_);
  const std::size_t last = std::max({csv_->key, csv_->time.value_or(0), csv_->size.value_or(0)});
  if (cells_.size() <= last) refuse(fmt::format("has {} cells where {} are expected", cells_.size(), last + 1));
  if (cells_[csv_->key].empty()) refuse("has no key");
  const std::optional<double> time = csv_->time ? files::number_in(cells_[*csv_->time]) : 0.0;
  if (!time) refuse(fmt::format("`{:.40}` is no time in seconds", cells_[*csv_->time]));
  std::optional<Size> size = 1;
  if (csv_->size) {
    const std::string_view text = cells_[*csv_->size];
    size = whole<Size>(text);
    if (!size && text.starts_with('-')) refuse(fmt::format("an item of size {:.40}; sizes are whole numbers of bytes from 0", text));
    if (!size) refuse(fmt::format("`{:.40}` is no size; sizes are whole numbers of bytes from 0", text));
  }
  if (*size > 0) add(*time, key_of(cells_[csv_->key]), *size);
}

void TraceFile::add(double time, Key key, Size size) {
  if (!start_) start_ = time;
  requests_.push_back({key, size, at(seconds(time - *start_))});
}

}  // namespace streamtwin::cache_trace
