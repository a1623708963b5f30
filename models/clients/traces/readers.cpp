#include "models/clients/traces/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

namespace streamtwin::traces {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uintmax_t file_bytes_max = 64u << 20;
constexpr double days_100 = 100 * 86400.0;
constexpr double rate_mbps_max = 1e6;
constexpr double period_ms_min = 1;  // the shortest of the public collections; a run changes a line's rate at each
constexpr std::size_t files_max = 100'000;

std::string read_text(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    throw TraceError(fmt::format("{}: no such file; expected a bandwidth trace or a movie", file.string()));
  if (const auto size = fs::file_size(file, error); error || size > file_bytes_max)
    throw TraceError(fmt::format("{}: larger than {} MiB; cut it into shorter traces", file.string(), file_bytes_max >> 20));
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw TraceError(fmt::format("{}: cannot be read; check its permissions", file.string()));
  return text;
}

/// What stands at the place of a fault, short and printable.
std::string shown(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, 40)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return text.size() > 40 ? out + "..." : out;
}

std::vector<std::string_view> columns(std::string_view line) {
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  while ((begin = line.find_first_not_of(" \t\r", begin)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
    found.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return found;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// Lines "time rate": the rate was measured over the time since the line before, so the first line only dates
/// the start (the way Pensieve and its followers replay these files).
std::vector<Period> parse_columns(const std::string& name, std::string_view text) {
  std::vector<Period> periods;
  std::optional<double> before;
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto parts = columns(line);
    if (parts.empty()) continue;
    const auto fail = [&](std::string_view what) -> TraceError {
      return TraceError(fmt::format("{}:{}: {}: \"{}\"; expected \"seconds<TAB or space>Mbit/s\"", name, line_number, what, shown(line)));
    };
    if (parts.size() != 2) throw fail(fmt::format("{} columns instead of two", parts.size()));
    const auto time = number(parts[0]), rate = number(parts[1]);
    if (!time || std::abs(*time) > 1e12) throw fail("the time is not a number of seconds");
    if (!rate || *rate < 0 || *rate > rate_mbps_max) throw fail("the rate is not a number between 0 and 10^6");
    if (before && !(*time > *before)) throw fail("the time does not rise");
    // Times are written in decimals: 0.003 - 0.002 is a little less than 0.001.
    if (before && *time - *before < period_ms_min * 1e-3 * (1 - 1e-6)) throw fail("less than 1 ms since the line before");
    if (before && *time - *before > days_100) throw fail("more than 100 days since the line before");
    if (before) periods.push_back({Duration{*time - *before}, BitRate{*rate * 1e6}, Duration{0}});
    before = time;
  }
  if (periods.empty())
    throw TraceError(fmt::format("{}: fewer than two lines of \"seconds Mbit/s\"; a trace needs a stretch of time", name));
  return periods;
}

json parse_json(const std::string& name, std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& fault) {
    const auto line = 1 + std::count(text.begin(), text.begin() + std::min(fault.byte, text.size()), '\n');
    throw TraceError(
        fmt::format("{}:{}: not valid JSON; expected a list of {{\"duration_ms\", "
                    "\"bandwidth_kbps\", \"latency_ms\"}} or a movie",
                    name, line));
  } catch (const json::exception&) {  // a number beyond any double
    throw TraceError(fmt::format("{}: a number in this JSON is too large; expected plain numbers", name));
  }
}

double field(const std::string& place, const json& object, const char* key, double min, double max) {
  if (!object.is_object()) throw TraceError(fmt::format("{}: expected an object with \"{}\"", place, key));
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) throw TraceError(fmt::format("{}: expected a number \"{}\"", place, key));
  const double value = found->get<double>();
  if (!(value >= min && value <= max)) throw TraceError(fmt::format("{}: {} is {}; expected {} to {}", place, key, value, min, max));
  return value;
}

std::vector<Period> parse_json_trace(const std::string& name, std::string_view text) {
  const json document = parse_json(name, text);
  if (!document.is_array())
    throw TraceError(
        fmt::format("{}: this is a JSON object, not a trace; expected a list of {{\"duration_ms\", "
                    "\"bandwidth_kbps\", \"latency_ms\"}}",
                    name));
  std::vector<Period> periods;
  for (const json& entry : document) {
    const std::string place = fmt::format("{}: entry {}", name, periods.size() + 1);
    periods.push_back({Duration{field(place, entry, "duration_ms", period_ms_min, days_100 * 1e3) / 1e3},
                       BitRate{field(place, entry, "bandwidth_kbps", 0, rate_mbps_max * 1e3) * 1e3},
                       Duration{field(place, entry, "latency_ms", 0, 1e6) / 1e3}});
  }
  if (periods.empty()) throw TraceError(fmt::format("{}: an empty list; a trace needs one entry at least", name));
  return periods;
}

std::size_t first_printed(std::string_view text) { return std::min(text.find_first_not_of(" \t\r\n"), text.size()); }

bool is_json_object(std::string_view text) {
  const std::size_t first = first_printed(text);
  return first < text.size() && text[first] == '{';
}

bool is_note(const fs::path& file) {
  std::string stem = file.stem().string();
  std::transform(stem.begin(), stem.end(), stem.begin(), [](unsigned char c) { return std::toupper(c); });
  return stem == "LICENSE" || stem == "LICENCE" || stem == "README" || stem == "SOURCE" || stem == "COPYING" || stem.empty() ||
         file.filename().string().front() == '.';
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw TraceError(fmt::format("{}: no such folder; expected a folder of bandwidth traces", folder.string()));
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (std::error_code unreadable; it->is_regular_file(unreadable)) files.push_back(it->path().lexically_relative(folder));
    if (files.size() > files_max)
      throw TraceError(fmt::format("{}: more than {} files; expected a folder of bandwidth traces", folder.string(), files_max));
  }
  if (error) throw TraceError(fmt::format("{}: cannot be listed: {}", folder.string(), error.message()));
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) { return a.generic_string() < b.generic_string(); });
  return files;
}

}  // namespace

BandwidthTrace parse_trace(const std::string& name, std::string_view text) {
  const std::size_t first = first_printed(text);
  const bool is_json = first < text.size() && (text[first] == '[' || text[first] == '{');
  try {
    return BandwidthTrace(name, is_json ? parse_json_trace(name, text) : parse_columns(name, text));
  } catch (const TraceError&) {
    throw;  // names the file already
  } catch (const std::invalid_argument& fault) {
    throw TraceError(fmt::format("{}: {}", name, fault.what()));
  }
}

BandwidthTrace read_trace(const fs::path& file) { return parse_trace(file.string(), read_text(file)); }

TraceFolder read_trace_folder(const fs::path& folder) {
  TraceFolder found;
  for (const fs::path& file : files_below(folder)) {
    const std::string text = is_note(file) ? std::string{} : read_text(folder / file);
    if (is_note(file) || is_json_object(text)) {
      found.not_traces.push_back(file);
      continue;
    }
    const BandwidthTrace trace = parse_trace((folder / file).string(), text);
    found.traces.emplace_back(file.generic_string(), trace.periods());
  }
  if (found.traces.empty())
    throw TraceError(
        fmt::format("{}: no bandwidth trace in this folder; expected files of \"seconds Mbit/s\" or "
                    "JSON lists",
                    folder.string()));
  return found;
}

abr::Movie parse_movie(const std::string& name, std::string_view text) {
  const json document = parse_json(name, text);
  const Duration chunk{field(name, document, "segment_duration_ms", 1, 1e6) / 1e3};
  const auto list = [&](const json& from, const char* key) -> const json& {
    if (!from.contains(key) || !from[key].is_array() || from[key].empty())
      throw TraceError(fmt::format("{}: expected a list \"{}\"", name, key));
    return from[key];
  };
  std::vector<BitRate> rates;
  for (const json& rate : list(document, "bitrates_kbps")) {
    if (!rate.is_number()) throw TraceError(fmt::format("{}: bitrates_kbps must be numbers", name));
    rates.push_back(BitRate{rate.get<double>() * 1e3});
  }
  std::vector<Bytes> sizes;
  for (const json& row : list(document, "segment_sizes_bits")) {
    if (!row.is_array() || row.size() != rates.size())
      throw TraceError(fmt::format("{}: segment {} does not have one size for each of the {} bitrates", name,
                                   sizes.size() / rates.size() + 1, rates.size()));
    for (const json& bits : row) sizes.push_back(Bytes{bits.is_number() ? bits.get<double>() / 8 : -1});
  }
  try {
    return abr::Movie::exact(abr::Ladder{std::move(rates)}, chunk, std::move(sizes));
  } catch (const std::invalid_argument& fault) {
    throw TraceError(fmt::format("{}: {}", name, fault.what()));
  }
}

abr::Movie read_movie(const fs::path& file) { return parse_movie(file.string(), read_text(file)); }

}  // namespace streamtwin::traces
