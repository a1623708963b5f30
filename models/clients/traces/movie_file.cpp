// Movies with true chunk sizes; those of manifests are in manifest.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/clients/traces/json_file.hpp"
#include "models/clients/traces/manifest.hpp"
#include "models/clients/traces/readers.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::traces {

abr::Movie exact_movie(const std::string& name, std::vector<BitRate> rates, Duration chunk, std::vector<Bytes> sizes) {
  constexpr double bytes_to_mean_max = 20;  // no scene takes more than that: assumption
  const std::size_t levels = rates.size();
  for (std::size_t level = 0; level < levels; ++level) {
    double sum = 0;
    for (std::size_t i = level; i < sizes.size(); i += levels) sum += sizes[i].value();
    const double mean = sum / (static_cast<double>(sizes.size()) / static_cast<double>(levels));
    for (std::size_t i = level; i < sizes.size(); i += levels) {
      if (sizes[i].value() > bytes_to_mean_max * mean) {
        throw TraceError(fmt::format("{}: chunk {} of level {} has {:.0f} bytes, more than {} times the mean of its level", name,
                                     i / levels + 1, level + 1, sizes[i].value(), bytes_to_mean_max));
      }
    }
  }
  try {
    return abr::Movie::exact(abr::Ladder{std::move(rates)}, chunk, std::move(sizes));
  } catch (const std::invalid_argument& fault) {
    throw TraceError(fmt::format("{}: {}", name, fault.what()));
  }
}

namespace {

abr::Movie movie_of_sabre(const std::string& name, std::string_view text) {
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
  return exact_movie(name, std::move(rates), chunk, std::move(sizes));
}

double size_at(const files::Table& table, std::size_t row, std::size_t column) {
  const auto bytes = table[row].number(column);
  if (!bytes || *bytes <= 0)
    table.refuse(table[row].line(), fmt::format("expected a size in bytes above 0, found `{}`", files::shown(table[row][column])));
  return *bytes;
}

/// "300", "300 kbps", "300 kbit/s"
std::optional<double> kbps_in(std::string_view header) {
  const std::size_t end = std::min(header.find(' '), header.size());
  const std::string_view unit = files::trimmed(header.substr(end));
  return unit.empty() || unit == "kbps" || unit == "kbit/s" ? files::number_in(header.substr(0, end)) : std::nullopt;
}

/// A header of bitrates in kbit/s, and below it a row for each chunk, in bytes; a first column that only counts is passed over.
abr::Movie movie_of_table(const std::string& name, std::string_view text, Duration chunk) {
  const files::Table table(name, std::string(text), files::Table::Header::always);
  if (table.rows() == 0)
    throw TraceError(fmt::format("{}: no chunks; expected a line of bitrates in kbit/s, and a line of bytes for each chunk", name));
  const std::size_t first = kbps_in(table.header()[0]) ? 0 : 1;
  std::vector<BitRate> rates;
  for (std::size_t column = first; column < table.header().size(); ++column) {
    const auto kbps = kbps_in(table.header()[column]);
    if (!kbps) {
      table.refuse(table.header_line(), fmt::format("expected a bitrate in kbit/s above each column of chunk sizes, found `{}`",
                                                    files::shown(table.header()[column])));
    }
    rates.push_back(BitRate{*kbps * 1e3});
  }
  std::vector<Bytes> sizes;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table[row].size() != table.header().size())
      table.refuse(table[row].line(), fmt::format("{} cells below {} bitrates", table[row].size(), rates.size()));
    for (std::size_t column = first; column < table.header().size(); ++column) sizes.push_back(Bytes{size_at(table, row, column)});
  }
  return exact_movie(name, std::move(rates), chunk, std::move(sizes));
}

/// Pensieve's video_size_0, video_size_1, ...: a file for each level, a number of bytes in each line.
abr::Movie movie_of_folder(const std::filesystem::path& folder, Duration chunk) {
  std::vector<std::vector<double>> levels;
  for (int level = 0;; ++level) {
    const std::filesystem::path file = folder / fmt::format("video_size_{}", level);
    if (!std::filesystem::exists(file)) break;
    const files::Table table = files::read_table(file.string(), "chunk sizes", files::Table::Header::never);
    std::vector<double>& sizes = levels.emplace_back();
    for (std::size_t row = 0; row < table.rows(); ++row) sizes.push_back(size_at(table, row, 0));
    if (sizes.size() != levels.front().size())
      throw TraceError(fmt::format("{}: {} chunks, and video_size_0 has {}", file.string(), sizes.size(), levels.front().size()));
  }
  if (levels.empty() || levels.front().empty())
    throw TraceError(fmt::format("{}: no chunk sizes; a folder of a movie has files video_size_0, video_size_1, ...", folder.string()));
  std::vector<BitRate> rates;
  for (const std::vector<double>& sizes : levels) {
    double bytes = 0;
    for (const double size : sizes) bytes += size;
    rates.push_back(Bytes{bytes} / (chunk * static_cast<double>(sizes.size())));
  }
  std::vector<Bytes> sizes;
  for (std::size_t i = 0; i < levels.front().size(); ++i) {
    for (const std::vector<double>& of_level : levels) sizes.push_back(Bytes{of_level[i]});
  }
  return exact_movie(folder.string(), std::move(rates), chunk, std::move(sizes));
}

MovieFile parse_movie_file(const std::filesystem::path& file, std::string_view text, Duration chunk) {
  const std::string name = file.string();
  const auto exact = [](abr::Movie movie, std::string format) {
    return MovieFile{std::move(movie), std::move(format), true, Bytes{0}, {}};
  };
  try {
    text = files::without_byte_order_mark(name, text);
    if (looks_like_hls(text)) return movie_of_manifest(name, read_hls(file, text), chunk);
    if (looks_like_dash(text)) return movie_of_manifest(name, read_dash(file, std::string(text)), chunk);
    if (looks_like_json(text)) return exact(movie_of_sabre(name, text), "JSON of chunk sizes");
    return exact(movie_of_table(name, text, chunk), "table of chunk sizes");
  } catch (const TraceError&) {
    throw;
  } catch (const std::invalid_argument& fault) {  // names the file already
    throw TraceError(fault.what());
  }
}

}  // namespace

abr::Movie parse_movie(const std::string& name, std::string_view text, Duration chunk) { return parse_movie_file(name, text, chunk).movie; }

MovieFile read_movie_file(const std::filesystem::path& file, Duration chunk) {
  try {
    if (std::filesystem::is_directory(file)) return {movie_of_folder(file, chunk), "folder of chunk sizes", true, Bytes{0}, {}};
    return parse_movie_file(file, files::text_of(file, "chunk sizes"), chunk);
  } catch (const TraceError&) {
    throw;
  } catch (const std::invalid_argument& fault) {
    throw TraceError(fault.what());
  }
}

abr::Movie read_movie(const std::filesystem::path& file, Duration chunk) { return read_movie_file(file, chunk).movie; }

}  // namespace streamtwin::traces
