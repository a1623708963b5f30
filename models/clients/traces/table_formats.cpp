// Bandwidth in tables: by their columns, told apart by content.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>

#include "models/clients/traces/raw_trace.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"
#include "models/files/time_stamp.hpp"

namespace streamtwin::traces {
namespace {

using files::shown;
using files::Table;

constexpr std::string_view two_columns = "\"seconds<TAB or space>Mbit/s\"";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

RawTrace named(const std::string& name, std::string_view format) {
  RawTrace trace;
  trace.name = name;
  trace.format = format;
  return trace;
}

double rate_of(const Table& table, std::size_t row, std::size_t column) {
  const auto rate = table[row].number(column);
  if (!rate || *rate < 0)
    table.refuse(table[row].line(), fmt::format("the rate is not a number from 0 on: \"{}\"", shown(table[row][column])));
  return *rate;
}

/// Oboe's originals have two lines for each chunk, the begin and the end of its download.
bool are_pairs(const std::vector<Sample>& samples) {
  constexpr std::size_t pairs_min = 2;
  if (samples.size() % 2 != 0 || samples.size() < 2 * pairs_min) return false;
  bool changes = false;
  for (std::size_t i = 0; i + 1 < samples.size(); i += 2) {
    if (samples[i].rate != samples[i + 1].rate) return false;
    changes |= samples[i].rate != samples[0].rate;
  }
  return changes;
}

RawTrace two_column_trace(const Table& table) {
  RawTrace trace = named(table.name(), "two columns");
  std::vector<Sample> samples;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Table::Row cells = table[row];
    if (cells.size() != 2) table.refuse(cells.line(), fmt::format("{} columns instead of two; expected {}", cells.size(), two_columns));
    const auto time = cells.number(0);
    if (!time || std::abs(*time) > 1e15)
      table.refuse(cells.line(), fmt::format("the time is not a number: \"{}\"; expected {}", shown(cells[0]), two_columns));
    samples.push_back({*time, rate_of(table, row, 1), cells.line()});
  }
  if (are_pairs(samples)) {
    trace.format = "pairs of lines";
    for (std::size_t i = 2; i < samples.size(); i += 2) samples[i].rate = (samples[i - 1].rate + samples[i].rate) / 2;
  }
  take_samples(samples, trace);
  return trace;
}

/// Of Norway and Ghent: a date, ms since some start, two of the place, bytes and ms since the line before.
RawTrace six_column_trace(const Table& table) {
  RawTrace trace = named(table.name(), "Norway or Ghent log");
  trace.seconds_per_unit = 1e-3;
  trace.bits_per_second_per_unit = 1;
  double before = -HUGE_VAL;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Table::Row cells = table[row];
    const auto end = cells.number(1), bytes = cells.number(4), lasted = cells.number(5);
    if (cells.size() != 6 || !end || !bytes || !lasted || *bytes < 0 || *lasted < 0)
      table.refuse(cells.line(), "expected six numbers: date, ms, latitude, longitude, bytes, ms since the line before");
    if (*end < before) ++trace.reversed;
    before = *end;
    if (*lasted < 1) {
      ++trace.skipped;
    } else {
      trace.pieces.push_back({*lasted, *bytes * 8 / (*lasted / 1e3), cells.line()});
    }
  }
  return trace;
}

/// Each line is a chance to send 1500 bytes in that ms; bins of half a second.
RawTrace mahimahi_trace(const Table& table) {
  constexpr double bin_ms = 500, bits = 1500 * 8, ms_max = 10 * 86400e3;
  RawTrace trace = named(table.name(), "Mahimahi");
  trace.seconds_per_unit = 1e-3;
  trace.bits_per_second_per_unit = 1;
  const double end = *table[table.rows() - 1].number(0);
  if (end > ms_max) table.refuse(table[table.rows() - 1].line(), "more than ten days; expected times in ms since the start of the trace");
  std::size_t row = 0;
  for (double begin = 0; begin < end; begin += bin_ms) {
    const double until = std::min(begin + bin_ms, end);
    std::size_t chances = 0;
    for (; row < table.rows() && *table[row].number(0) <= until; ++row) ++chances;
    trace.pieces.push_back(
        {until - begin, static_cast<double>(chances) * bits / ((until - begin) / 1e3), table[std::min(row, table.rows() - 1)].line()});
  }
  return trace;
}

bool is_mahimahi(const Table& table) {
  double before = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto ms = table[row].number(0);
    if (!ms || *ms < before || *ms != std::floor(*ms)) return false;
    before = *ms;
  }
  return before > 0;
}

/// NYU METS has lines of text among its rates, and further columns.
RawTrace rates_trace(const Table& table, const TraceUnits& units) {
  const bool told = units.interval && units.rate;
  if (!told && is_mahimahi(table)) return mahimahi_trace(table);
  RawTrace trace = named(table.name(), "rates alone");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!table[row].number(0) && told) {
      ++trace.skipped;
      continue;
    }
    if (!table[row].number(0)) table.refuse(table[row].line(), fmt::format("1 columns instead of two; expected {}", two_columns));
    trace.pieces.push_back({units.interval.value_or(Duration{1}).count(), rate_of(table, row, 0), table[row].line()});
  }
  if (!units.interval || !units.rate) {
    throw TraceError(fmt::format(
        "{}: rates alone; `trace_units: {{rate: mbps, interval: 1 s}}` says what they are and for how long each holds", table.name()));
  }
  if (trace.pieces.empty()) throw TraceError(fmt::format("{}: no line begins with a rate", table.name()));
  trace.seconds_per_unit = 1;
  return trace;
}

/// "bandwidth_kbps", "rate (Mbit/s)", "DL_bitrate", which G-NetTrack writes in kbit/s.
std::optional<double> rate_unit_in(std::string_view header) {
  const std::string name = lower(header);
  const auto has = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("kbps") || has("kbit") || has("kb/s") || name == "dl_bitrate") return 1e3;
  if (has("mbps") || has("mbit") || has("mb/s")) return 1e6;
  if (has("gbps") || has("gbit")) return 1e9;
  if (has("bytes") || has("byte/s")) return 8;
  if (has("bps") || has("bit/s") || has("bits/s")) return 1;
  if (header == "Throughput") return 1e6;  // Lumos5G
  return std::nullopt;
}

std::optional<double> time_unit_in(std::string_view header) {
  const std::string name = lower(header);
  const auto has = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("ms") || has("milli")) return 1e-3;
  if (has("(ns") || has("_ns")) return 1e-9;
  if (has("(us") || has("_us")) return 1e-6;
  if (has("(s") || has("_s") || has("sec") || name == "seq_num") return 1;
  return std::nullopt;
}

/// The first column whose name begins or ends so.
std::optional<std::size_t> column_like(const Table& table, std::span<const std::string_view> parts) {
  for (const std::string_view part : parts) {
    for (std::size_t i = 0; i < table.header().size(); ++i) {
      const std::string name = lower(table.header()[i]);
      if (name.starts_with(part) || name.ends_with(part)) return i;
    }
  }
  return std::nullopt;
}

/// A header that names a time and a rate: G-NetTrack, Lumos5G, and whoever writes CSV by himself.
RawTrace named_columns_trace(const Table& table, std::size_t time, std::size_t rate) {
  RawTrace trace = named(table.name(), "CSV with a header");
  trace.bits_per_second_per_unit = rate_unit_in(table.header()[rate]);
  const auto state = table.column("State");
  const bool dates = table.rows() > 0 && files::time_stamp_in(table[0][time]).has_value();
  trace.seconds_per_unit = dates ? std::optional(1.0) : time_unit_in(table.header()[time]);
  std::vector<Sample> samples;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Table::Row cells = table[row];
    const bool idle = state && cells[*state] == "I";
    if (idle || cells[rate].empty() || cells[rate] == "-" || lower(cells[rate]) == "nan") {
      ++trace.skipped;
      continue;
    }
    const auto at = dates ? files::time_stamp_in(cells[time]) : cells.number(time);
    if (!at) table.refuse(cells.line(), fmt::format("the time is not a {}: \"{}\"", dates ? "date" : "number", shown(cells[time])));
    samples.push_back({*at, rate_of(table, row, rate), cells.line()});
  }
  take_samples(samples, trace);
  return trace;
}

/// Columns of the FCC's tests of downloads (httpgetmt) and of pages (webget). In 2022 the date stands a second time.
struct FccColumns {
  std::size_t unit = 0, date = 1, target, bytes_per_second;
  std::optional<std::size_t> failures;
  bool has_sequence;  ///< a test has a line for each interval, the last of which has its mean
};

std::optional<FccColumns> fcc_columns(const Table& table) {
  if (table.rows() == 0 || table.separator() != Table::Separator::comma) return std::nullopt;
  if (!table.header().empty()) {
    const auto unit = table.column("unit_id"), date = table.column("dtime"), target = table.column("target"),
               rate = table.column("bytes_sec");
    if (!unit || !date || !target || !rate) return std::nullopt;
    return FccColumns{*unit, *date, *target, *rate, table.column("failures"), table.column("sequence").has_value()};
  }
  const Table::Row first = table[0];
  const std::size_t dates = first.size() > 2 && files::time_stamp_in(first[2]) ? 2 : 1;
  const bool fits =
      first.size() >= 13 + dates && first.number(0) && files::time_stamp_in(first[1]) && first.number(4 + dates) && first.number(5 + dates);
  if (!fits) return std::nullopt;
  const bool downloads = table.columns() <= 14 + dates;
  return FccColumns{0, 1, 1 + dates, 5 + dates, downloads ? 12 + dates : first.size() - 1, downloads};
}

/// Speed tests of the FCC's panel: one trace for each box and target, its tests five seconds apart, as Pensieve takes them.
std::vector<RawTrace> fcc_traces(const Table& table, const FccColumns& columns) {
  constexpr double apart = 5;
  struct Test {
    double rate;
    std::size_t line;
  };
  std::map<std::string, std::map<std::string, Test>> tests;
  std::size_t skipped = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Table::Row cells = table[row];
    const auto rate = cells.number(columns.bytes_per_second);
    const auto failures = columns.failures ? cells.number(*columns.failures) : std::nullopt;
    if (!rate || *rate <= 0 || (failures && *failures > 0)) {
      ++skipped;
      continue;
    }
    const std::string test = columns.has_sequence ? std::string(cells[columns.date]) : fmt::format("{}/{}", cells[columns.date], row);
    tests[fmt::format("{}#{} {}", table.name(), cells[columns.unit], cells[columns.target])][test] = {*rate, cells.line()};
  }
  std::vector<RawTrace> traces;
  for (const auto& [name, of_line] : tests) {
    RawTrace& trace = traces.emplace_back(named(name, "FCC"));
    trace.seconds_per_unit = 1;
    trace.bits_per_second_per_unit = 8;
    for (const auto& [when, test] : of_line) trace.pieces.push_back({apart, test.rate, test.line});
  }
  if (traces.empty()) throw TraceError(fmt::format("{}: none of its {} tests has a rate above 0", table.name(), table.rows()));
  traces.front().skipped = skipped;
  return traces;
}

/// Puffer's video_sent: the delivery rate of TCP whenever a chunk is sent, a trace for each stream.
std::vector<RawTrace> puffer_traces(const Table& table, std::size_t time, std::size_t session, std::size_t index) {
  const auto rate = table.column("delivery_rate");
  if (!rate) throw TraceError(fmt::format("{}: of Puffer's tables only video_sent holds a rate", table.name()));
  std::map<std::string, std::vector<Sample>> streams;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Table::Row cells = table[row];
    const auto at = cells.number(time);
    if (!at) table.refuse(cells.line(), fmt::format("the time is not a number of ns: \"{}\"", shown(cells[time])));
    const double rate_here = rate_of(table, row, *rate);
    if (rate_here > 0)
      streams[fmt::format("{}#{}/{}", table.name(), cells[session], cells[index])].push_back({*at, rate_here, cells.line()});
  }
  std::vector<RawTrace> traces;
  for (auto& [name, samples] : streams) {
    std::stable_sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.time < b.time; });
    RawTrace trace = named(name, "Puffer");
    trace.seconds_per_unit = 1e-9;
    trace.bits_per_second_per_unit = 8;
    take_samples(samples, trace);
    std::erase_if(trace.pieces, [](const Piece& piece) { return piece.length < 1e6; });  // two chunks within a millisecond
    if (!trace.pieces.empty()) traces.push_back(std::move(trace));
  }
  if (traces.empty()) throw TraceError(fmt::format("{}: no stream of two chunks with a delivery rate", table.name()));
  return traces;
}

}  // namespace

std::vector<RawTrace> traces_of_table(const std::string& name, std::string_view text, const TraceUnits& units) {
  constexpr std::array<std::string_view, 5> time_parts{"time", "seq_num", "seconds", "date", "ts"};
  constexpr std::array<std::string_view, 7> rate_parts{"throughput", "dl_bitrate", "bandwidth", "bitrate", "rate", "mbps", "kbps"};
  const Table table(name, std::string(text));
  if (const auto columns = fcc_columns(table)) return fcc_traces(table, *columns);
  if (!table.header().empty()) {
    const auto puffer_time = table.column("time (ns GMT)"), session = table.column("session_id"), index = table.column("index");
    if (puffer_time && session && index) return puffer_traces(table, *puffer_time, *session, *index);
    const auto time = column_like(table, time_parts), rate = column_like(table, rate_parts);
    if (time && rate && *time != *rate) return {named_columns_trace(table, *time, *rate)};
    if (table.columns() > 2 || table.rows() == 0)
      table.refuse(table.header_line(),
                   fmt::format("{} columns, and none is called `time` and `rate` or the like; expected {}", table.columns(), two_columns));
  }
  if (table.rows() == 0)
    throw TraceError(fmt::format("{}: fewer than two lines of \"seconds Mbit/s\"; a trace needs a stretch of time", name));
  constexpr double year_1973 = 1e8;  // seconds since 1970
  const Table::Row first = table[0];
  if (table.columns() == 6 && first.size() == 6 && first.number(0).value_or(0) > year_1973) return {six_column_trace(table)};
  const bool many = table.columns() > 2 && units.interval && units.rate;
  if (table.columns() == 1 || many) return {rates_trace(table, units)};
  return {two_column_trace(table)};
}

}  // namespace streamtwin::traces
