// Popularity of titles from tables that others count: Netflix's engagement reports, pageviews, requests by title.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

#include "models/clients/demand_titles.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::clients {
namespace {

/// Also with points between thousands as English writes them, which spreadsheets quote: "812,100,000".
std::optional<double> amount_in(const files::Table::Row& row, std::size_t column) {
  const std::string_view cell = row[column];
  const std::size_t first = cell.find(',');
  bool grouped = first != std::string_view::npos && first >= 1 && first <= 3;
  for (std::size_t i = 0; grouped && i < cell.size(); ++i) {
    const bool comma = i >= first && (i - first) % 4 == 0;
    grouped = comma ? cell[i] == ',' : std::isdigit(static_cast<unsigned char>(cell[i])) != 0;
  }
  if (!grouped || (cell.size() - first) % 4 != 0) return row.number(column);
  std::string plain(cell);
  std::erase(plain, ',');
  return files::number_in(plain);
}

std::size_t amount_column(const files::Table& table) {
  constexpr std::array<std::string_view, 8> names{"hours", "view", "request", "count", "plays", "share", "popularity", "weight"};
  for (const std::string_view name : names) {
    for (std::size_t i = 0; i < table.header().size(); ++i) {
      std::string header = table.header()[i];
      std::transform(header.begin(), header.end(), header.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (header.find(name) != std::string::npos && amount_in(table[0], i)) return i;
    }
  }
  // Pageviews of Wikipedia have a last column of zeros.
  const bool pageviews = table.header().empty() && table.columns() == 4 && table.separator() == files::Table::Separator::blanks;
  if (pageviews) return 2;
  std::vector<std::size_t> of_numbers;
  for (std::size_t i = 0; i < table.columns(); ++i) {
    if (amount_in(table[0], i)) of_numbers.push_back(i);
  }
  if (of_numbers.size() == 1) return of_numbers.front();
  if (of_numbers.size() == 2 && table.columns() == 2) return 1;  // a rank or number, and how much
  table.refuse(table[0].line(), fmt::format("{} columns of numbers; call the one that counts `views` in a header", of_numbers.size()));
}

}  // namespace

TitlePopularity TitlePopularity::of_table(const files::Table& table, std::size_t titles) {
  if (table.rows() == 0) throw std::invalid_argument(fmt::format("{}: holds no titles", table.name()));
  const std::size_t column = amount_column(table);
  std::vector<double> amounts;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto amount = amount_in(table[row], column);
    if (!amount || *amount < 0) {
      table.refuse(table[row].line(), fmt::format("expected how much a title is watched, found `{}`", files::shown(table[row][column])));
    }
    amounts.push_back(*amount);
  }
  std::sort(amounts.begin(), amounts.end(), std::greater<>());
  if (titles > amounts.size())
    throw std::invalid_argument(fmt::format("{}: holds {} titles, and `titles` says {}; say `titles: {}` or fewer", table.name(),
                                            amounts.size(), titles, amounts.size()));
  amounts.resize(titles);
  if (!(amounts.front() > 0))
    throw std::invalid_argument(fmt::format("{}: nobody watches anything; expected an amount above 0", table.name()));
  return TitlePopularity(std::move(amounts));
}

}  // namespace streamtwin::clients
