#include "models/clients/workload/popularity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "models/clients/workload/arrival_files.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::workload {
namespace {

constexpr float not_said = -1;

std::size_t column_called(const files::Table& table, const std::string& name) {
  if (const auto column = table.column(name)) return *column;
  std::string known;
  for (const std::string& header : table.header()) known += (known.empty() ? "" : ", ") + header;
  table.refuse(std::max<std::size_t>(table.header_line(), 1),
               fmt::format("no column is called `{}`; {}", name, known.empty() ? "there is no header" : "there are " + known));
}

/// Of a file whose keys are whole numbers; nothing otherwise.
std::vector<std::uint32_t> whole_numbers(const files::Table& table, std::size_t column) {
  constexpr double most = 1e7;
  std::vector<std::uint32_t> keys;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto number = table[row].number(column);
    if (!number || *number < 0 || *number > most || *number != std::floor(*number)) return {};
    keys.push_back(static_cast<std::uint32_t>(*number));
  }
  return keys;
}

std::vector<std::uint32_t> numbered(const files::Table& table, std::size_t column) {
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  std::vector<std::uint32_t> keys;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    keys.push_back(numbers.try_emplace(table[row][column], static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  return keys;
}

void read_keys(const files::Table& table, std::size_t column, RequestLog& log) {
  log.keys = whole_numbers(table, column);
  if (log.keys.empty()) log.keys = numbered(table, column);
  log.shares.resize(*std::max_element(log.keys.begin(), log.keys.end()) + std::size_t{1});
  for (const std::uint32_t key : log.keys) log.shares[key] += 1.0 / static_cast<double>(log.keys.size());
}

std::vector<float> read_work(const files::Table& table, std::size_t column) {
  const double unit = seconds_in(unit_in(table.header()[column]).value_or(TimeUnit::seconds));
  std::vector<float> work;
  work.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto said = table[row].number(column);
    if ((!said && !table[row][column].empty()) || said.value_or(0) < 0) {
      table.refuse(table[row].line(), fmt::format("expected a processor time, found `{}`", files::shown(table[row][column])));
    }
    work.push_back(said ? static_cast<float>(*said * unit) : not_said);
  }
  return work;
}

RequestLog log_in(const files::Table& table, const ReplaySpec& replay) {
  RequestLog log;
  if (table.rows() == 0) return log;
  read_keys(table, column_called(table, replay.key), log);
  for (const auto& [service, column] : replay.work) log.work[service] = read_work(table, column_called(table, column));
  return log;
}

}  // namespace

clients::TitlePopularity popularity_of(const PopularitySpec& spec, std::size_t keys) {
  if (spec.zipf) return clients::TitlePopularity::zipf(keys, *spec.zipf);
  const files::Table table = files::read_table(spec.file.path, "a popularity");
  return clients::TitlePopularity::of_table(table, std::min(keys, std::max<std::size_t>(table.rows(), 1)));
}

RequestLog read_request_log(const std::string& file, const ReplaySpec& replay) {
  return log_in(files::read_table(file, "arrival times", files::Table::Header::always), replay);
}

RequestLog parse_request_log(const std::string& name, const std::string& text, const ReplaySpec& replay) {
  return log_in(files::Table(name, text, files::Table::Header::always), replay);
}

}  // namespace streamtwin::workload
