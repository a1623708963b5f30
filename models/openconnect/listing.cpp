#include "models/openconnect/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>

#include "models/data/tables.hpp"
#include "models/files/table.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::openconnect {
namespace {

using files::Table;

std::vector<Listed> compiled_listing() {
  std::vector<Listed> rows;
  for (const auto& row : data::csv_rows(data::open_connect_sites_csv)) {
    const auto count = [&](std::size_t column) { return static_cast<std::uint32_t>(data::csv_number(row.at(column))); };
    // One metro (Prishtina) is listed without its country.
    rows.push_back({row.at(0) == "ixp" ? SiteKind::ixp : SiteKind::isp,
                    row.at(1).empty() ? "Kosovo" : row.at(1),
                    row.at(2),
                    row.at(3),
                    {data::csv_number(row.at(4)), data::csv_number(row.at(5))},
                    count(6),
                    count(7),
                    count(8)});
  }
  return rows;
}

/// The columns of a table by name, each of which must be there.
class Columns {
 public:
  explicit Columns(const Table& table) : table_(table) {}

  std::string_view text(std::size_t row, std::string_view name) const { return table_[row][column(name)]; }
  double number(std::size_t row, std::string_view name, double least, double most) const {
    const auto found = table_[row].number(column(name));
    if (!found || *found < least || *found > most)
      table_.refuse(table_[row].line(),
                    fmt::format("`{}` is `{}`; expected a number from {:g} to {:g}", name, files::shown(text(row, name)), least, most));
    return *found;
  }
  places::Place place(std::size_t row) const { return {number(row, "latitude", -90, 90), number(row, "longitude", -180, 180)}; }

 private:
  std::size_t column(std::string_view name) const {
    if (const auto found = table_.column(name)) return *found;
    table_.refuse(table_.header_line(), fmt::format("no column `{}`", name));
  }
  const Table& table_;
};

std::vector<Listed> listing_of_metros(const Table& table) {
  constexpr double appliances_max = 10'000;
  const Columns columns(table);
  std::vector<Listed> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string_view kind = columns.text(row, "kind");
    if (kind != "isp" && kind != "ixp")
      table.refuse(table[row].line(), fmt::format("`kind` is `{}`; expected isp or ixp", files::shown(kind)));
    const auto count = [&](std::string_view name) { return static_cast<std::uint32_t>(columns.number(row, name, 1, appliances_max)); };
    Listed listed{kind == "ixp" ? SiteKind::ixp : SiteKind::isp,
                  std::string(columns.text(row, "country")),
                  std::string(columns.text(row, "metro")),
                  std::string(columns.text(row, "airport")),
                  columns.place(row),
                  count("sites"),
                  count("appliances"),
                  count("largest_site")};
    const std::uint32_t fewest = listed.largest + listed.sites - 1, most = listed.largest * listed.sites;
    if (listed.appliances < fewest || listed.appliances > most) {
      table.refuse(table[row].line(), fmt::format("{} appliances do not fit {} sites of which the largest has {}", listed.appliances,
                                                  listed.sites, listed.largest));
    }
    rows.push_back(std::move(listed));
  }
  return rows;
}

/// An appliance is listed once for each of its addresses.
std::vector<Listed> listing_of_hosts(const Table& table) {
  struct Metro {
    std::string name;
    places::Place sum;
    int rows = 0;
    std::map<std::string, std::set<std::string>> appliances;  ///< by site
  };
  const Columns columns(table);
  std::map<std::tuple<SiteKind, std::string, std::string>, Metro> metros;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const SiteKind kind = columns.text(row, "CDN Type") == "IXP" ? SiteKind::ixp : SiteKind::isp;
    Metro& metro = metros[{kind, std::string(columns.text(row, "country")), std::string(columns.text(row, "Airport Code"))}];
    if (metro.name.empty()) metro.name = columns.text(row, "city");
    const places::Place place = columns.place(row);
    metro.sum = {metro.sum.latitude + place.latitude, metro.sum.longitude + place.longitude};
    ++metro.rows;
    metro.appliances[fmt::format("{} {}", columns.text(row, "Airport Code Number"), columns.text(row, "ISP Name"))].emplace(
        columns.text(row, "C Number"));
  }
  std::vector<Listed> rows;
  for (const auto& [key, metro] : metros) {
    const auto& [kind, country, airport] = key;
    Listed& listed = rows.emplace_back(
        Listed{kind, country, metro.name, airport, {metro.sum.latitude / metro.rows, metro.sum.longitude / metro.rows}, 0, 0, 0});
    for (const auto& [site, names] : metro.appliances) {
      const auto count = static_cast<std::uint32_t>(names.size());
      ++listed.sites;
      listed.appliances += count;
      listed.largest = std::max(listed.largest, count);
    }
  }
  return rows;
}

}  // namespace

std::vector<Listed> listing(const InputFile& file) {
  if (file.text.empty()) return compiled_listing();
  const Table table = files::read_table(file.path, "appliances", Table::Header::always);
  if (table.rows() == 0) throw std::invalid_argument(fmt::format("{}: lists no appliances", file.path));
  return table.column("Airport Code") ? listing_of_hosts(table) : listing_of_metros(table);
}

}  // namespace streamtwin::openconnect
