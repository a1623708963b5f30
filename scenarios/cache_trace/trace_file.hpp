// Requests for items of a cache as the field writes them down: libCacheSim's oracleGeneral (records of 24 bytes: time in s, key,
// size, next use), or CSV. Either may be compressed with gzip; which one it is the file itself tells. Requests of size 0 are left
// out, as libCacheSim leaves them out.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/eviction/policy.hpp"
#include "scenarios/cache_trace/columns.hpp"

namespace streamtwin::cache_trace {

/// "trace.bin: record 7: ..."
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Cost: memory for some ten thousand requests, however long the file is.
class TraceFile {
 public:
  static constexpr std::size_t line_max = 64 * 1024;  ///< keys of caches have 250 bytes at most

  explicit TraceFile(const std::filesystem::path& file);

  /// The next requests, valid until it is called again; none at the end.
  std::span<const eviction::Request> next();
  bool has_sizes() const { return !csv_ || csv_->size; }
  bool has_times() const { return !csv_ || csv_->time; }

 private:
  struct Closer {
    void operator()(gzFile file) const { gzclose(file); }
  };
  [[noreturn]] void refuse(std::string_view what) const;
  bool read_more();
  void take_records();
  void take_lines();
  std::optional<std::string_view> next_line();
  void take_header();
  void take_line(std::string_view line);
  void add(double time, eviction::Key key, eviction::Size size);

  std::string name_;
  std::unique_ptr<gzFile_s, Closer> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< of what has been read and not yet taken
  bool at_end_ = false;
  std::optional<Columns> csv_;  ///< none: oracleGeneral
  std::size_t line_ = 0;        ///< or record, from 1
  std::optional<double> start_;
  std::vector<eviction::Request> requests_;
  std::vector<std::string_view> cells_;
};

}  // namespace streamtwin::cache_trace
