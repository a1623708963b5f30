// The command line as a value. Every text is checked and converted here, so that what follows works with
// quantities.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/cache_trace/replay.hpp"
#include "scenarios/runner/study.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cli {

struct RunArguments {
  std::string scenario;
  std::vector<std::string> sets;  ///< path=value
  std::optional<std::filesystem::path> out;
  bool force = false;  ///< replace the results that `out` holds
  std::uint64_t seed = 1;
  int replications = 1;                ///< the most that there may be, with half-widths
  std::vector<HalfWidth> half_widths;  ///< until which replications are added
  int jobs = 0;
  std::vector<double> loads{1};
  std::optional<Duration> until;  ///< counted from the end of the warm-up
  std::optional<std::variant<std::uint64_t, TraceWish>> trace;
  bool quiet = false;
  bool json = false;  ///< summary.json on standard output instead of the text
  bool verbose = false;
  bool report = true;
};

struct ListArguments {};
struct DescribeArguments {
  std::string scenario;  ///< empty with `reference`
  std::vector<std::string> sets;
  bool json = false;
  bool reference = false;  ///< the whole language instead of one scenario
};
struct ValidateArguments {
  std::vector<std::string> files;
  std::vector<std::string> sets;
};
struct TraceArguments {
  std::filesystem::path folder;
};
struct SchemaArguments {
  bool results = false;  ///< of run.sqlite
};
struct ImportArguments {
  std::string format;                              ///< misim, graph
  std::filesystem::path architecture, experiment;  ///< of graph only the first
  std::optional<std::filesystem::path> out;        ///< standard output if absent
};
struct FenzoArguments {
  std::filesystem::path file;
  std::optional<std::filesystem::path> out;  ///< standard output if absent
  bool check = false;                        ///< against the answers of the file
};
struct CacheTraceArguments {
  std::filesystem::path file;
  std::vector<eviction::Kind> policies;
  std::vector<cache_trace::CacheSize> sizes;
  Duration time_to_live{0};  ///< of lru-ttl
};
struct CompletionArguments {
  std::string shell;  ///< bash, zsh, fish
};
struct ManArguments {};
/// A verb that Python answers: handed on as it is.
struct PythonArguments {
  std::vector<std::string> words;
};
/// Nothing to do: help or version, with the text to print; or a mistake, with the message.
struct Said {
  std::string text;
  int status = 0;
};

using Arguments =
    std::variant<RunArguments, ListArguments, DescribeArguments, ValidateArguments, TraceArguments, SchemaArguments, ImportArguments,
                 FenzoArguments, CacheTraceArguments, CompletionArguments, ManArguments, PythonArguments, Said>;

Arguments parse(const std::vector<std::string>& words);

}  // namespace streamtwin::cli
