#include "models/files/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "models/files/text_file.hpp"
#include "models/files/time_stamp.hpp"

namespace streamtwin::files {
namespace {

constexpr std::string_view blank = " \t\r\f\v";
constexpr std::size_t lines_looked_at = 100;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Takes the next line off the text.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool says_something(std::string_view line) {
  const std::size_t first = line.find_first_not_of(blank);
  return first != std::string_view::npos && line[first] != '#';
}

/// Some writers end every line with a semicolon (LIMBO's arrival rates).
std::string_view without_end_mark(std::string_view line) {
  line = trimmed(line);
  if (line.ends_with(';') && line.find(';') == line.size() - 1 && line.find(',') != std::string_view::npos) line.remove_suffix(1);
  return line;
}

/// How many of these there are outside of quotes.
std::size_t count_outside_quotes(std::string_view line, char separator) {
  std::size_t count = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted) ++count;
  }
  return count;
}

/// Words, and not a date: the name of a column.
bool is_word(std::string_view cell) {
  const std::size_t first = cell.find_first_not_of(" +-.");
  if (first == std::string_view::npos) return false;
  const std::string name = lower(cell.substr(first));
  if (name == "nan" || name == "inf" || name == "infinity" || name == "null" || name == "na") return false;
  return std::isdigit(static_cast<unsigned char>(cell[first])) == 0 && !time_stamp_in(cell);
}

bool is_whole(std::string_view cell) {
  return !cell.empty() && std::all_of(cell.begin(), cell.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// A date and the time of day beside it, where blanks separate: one cell to whoever wrote it.
bool is_date_and_time(std::string_view date, std::string_view time) {
  return date.find_first_of("-/.") != std::string_view::npos && time.find(':') != std::string_view::npos && time_stamp_in(date) &&
         std::isdigit(static_cast<unsigned char>(time.front())) != 0;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<double> number_in(std::string_view text, bool decimal_comma) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::array<char, 64> with_point{};
  if (const std::size_t comma = text.find(','); decimal_comma && comma != std::string_view::npos) {
    if (text.size() > with_point.size() || text.find_first_of(".,", comma + 1) != std::string_view::npos || text.find('.') < comma)
      return std::nullopt;
    std::copy(text.begin(), text.end(), with_point.begin());
    with_point[comma] = '.';
    text = {with_point.data(), text.size()};
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Table::Table(std::string name, std::string text, Header header)
    : name_(std::move(name)), text_(std::make_unique<const std::string>(std::move(text))) {
  choose_separator();
  split();
  take_header(header);
  // One name above two cells: the comma does not separate.
  const auto has_two = [](const Place& row) { return row.count == 2; };
  if (separator_ == Separator::comma && header_.size() == 1 && !rows_.empty() && std::all_of(rows_.begin(), rows_.end(), has_two)) {
    separator_ = Separator::none;
    split();
    take_header(header);
  }
}

void Table::choose_separator() {
  std::string_view rest = without_byte_order_mark(name_, *text_);
  std::size_t lines = 0, with_comma = 0, with_semicolon = 0, with_tab = 0;
  while (!rest.empty() && lines < lines_looked_at) {
    std::string_view line = next_line(rest);
    if (lines == 0 && lower(trimmed(line)).starts_with("sep=") && trimmed(line).size() == 5) {
      const char declared = trimmed(line).back();
      separator_declared_ = declared == ',' || declared == ';';
      if (separator_declared_) separator_ = static_cast<Separator>(declared);
    }
    if (!says_something(line)) continue;
    ++lines;
    line = without_end_mark(line);
    with_comma += count_outside_quotes(line, ',') > 0 ? 1 : 0;
    with_semicolon += count_outside_quotes(line, ';') > 0 ? 1 : 0;
    with_tab += count_outside_quotes(line, '\t') > 0 ? 1 : 0;
  }
  if (separator_declared_) return;
  const auto in_most = [&](std::size_t with) { return with > 0 && 10 * with >= 9 * lines; };  // a title may stand above the table
  separator_ = in_most(with_tab)         ? Separator::tab
               : in_most(with_semicolon) ? Separator::semicolon
               : in_most(with_comma)     ? Separator::comma
               : with_semicolon > 0      ? Separator::semicolon
               : with_comma > 0          ? Separator::comma
                                         : Separator::blanks;
}

void Table::split() {
  rows_.clear();
  cells_.clear();
  columns_ = 0;
  std::string_view rest = without_byte_order_mark(name_, *text_);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = next_line(rest);
    if (says_something(line) && !(number == 1 && separator_declared_)) split_line(line, number);
  }
}

void Table::split_line(std::string_view line, std::size_t number) {
  const std::size_t first = cells_.size();
  std::string_view rest = without_end_mark(line);
  if (separator_ == Separator::tab) rest = line;  // an empty first cell is one
  while (true) {
    cells_.push_back(next_cell(rest, number));
    if (rest.empty()) break;
    rest.remove_prefix(1);  // the separator
  }
  while (cells_.size() > first && cells_.back().empty()) cells_.pop_back();
  if (separator_ == Separator::blanks && cells_.size() >= first + 2 && is_date_and_time(cells_[first], cells_[first + 1])) {
    const char* begin = cells_[first].data();
    cells_[first] = {begin, static_cast<std::size_t>(cells_[first + 1].data() + cells_[first + 1].size() - begin)};
    cells_.erase(cells_.begin() + static_cast<std::ptrdiff_t>(first) + 1);
  }
  if (cells_.size() == first) return;  // nothing but separators
  rows_.push_back({number, first, cells_.size() - first});
  columns_ = std::max(columns_, cells_.size() - first);
}

// Up to the separator, which is left.
std::string_view Table::next_cell(std::string_view& rest, std::size_t number) {
  const bool by_blanks = separator_ == Separator::blanks;
  const std::size_t begin = rest.find_first_not_of(separator_ == Separator::tab ? " \r" : blank);
  if (begin != std::string_view::npos && rest[begin] == '"') {
    rest.remove_prefix(begin);
    return next_quoted(rest, number);
  }
  if (by_blanks) rest.remove_prefix(std::min(begin, rest.size()));
  const std::size_t end = separator_ == Separator::none
                              ? rest.size()
                              : std::min(by_blanks ? rest.find_first_of(blank) : rest.find(static_cast<char>(separator_)), rest.size());
  const std::string_view cell = trimmed(rest.substr(0, end));
  rest.remove_prefix(end);
  return cell;
}

std::string_view Table::next_quoted(std::string_view& rest, std::size_t number) {
  bool doubled = false;
  std::size_t end = 1;
  for (; end < rest.size(); ++end) {
    if (rest[end] != '"') continue;
    if (end + 1 >= rest.size() || rest[end + 1] != '"') break;
    doubled = true;
    ++end;
  }
  if (end >= rest.size()) refuse(number, "a quote is opened and not closed on this line");
  std::string_view cell = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (doubled) {
    std::string& plain = unescaped_.emplace_back();
    for (std::size_t i = 0; i < cell.size(); ++i) {
      plain += cell[i];
      if (cell[i] == '"') ++i;
    }
    cell = plain;
  }
  const std::string_view before_separator = rest.substr(
      0, separator_ == Separator::blanks ? rest.find_first_of(blank) : std::min(rest.find(static_cast<char>(separator_)), rest.size()));
  if (!trimmed(before_separator).empty()) refuse(number, fmt::format("`{}` stands behind a quoted cell", shown(trimmed(before_separator))));
  rest.remove_prefix(std::min(before_separator.size(), rest.size()));
  return trimmed(cell);
}

void Table::take_header(Header header) {
  header_.clear();
  header_line_ = 0;
  if (rows_.empty() || header == Header::never) return;
  const Row first = (*this)[0];
  const auto names_a_column = [](std::string_view cell) { return cell.empty() || is_word(cell); };
  if (header == Header::if_any && !std::all_of(first.cells().begin(), first.cells().end(), names_a_column)) return;
  header_.assign(first.cells().begin(), first.cells().end());
  header_line_ = first.line();
  rows_.erase(rows_.begin());
  columns_ = header_.size();
  for (const Place& row : rows_) columns_ = std::max(columns_, row.count);
}

Table::Row Table::operator[](std::size_t row) const {
  const Place& place = rows_[row];
  return Row(place.line, std::span(cells_).subspan(place.first, place.count), separator_ != Separator::comma);
}

std::optional<std::size_t> Table::column(std::span<const std::string_view> names) const {
  for (const std::string_view name : names) {
    for (std::size_t i = 0; i < header_.size(); ++i) {
      if (lower(header_[i]) == lower(name)) return i;
    }
  }
  return std::nullopt;
}

bool Table::may_be_decimal_commas() const {
  if (separator_ != Separator::comma || !header_.empty()) return false;
  const auto is_pair = [this](const Place& row) {
    return row.count == 2 && is_whole(cells_[row.first]) && is_whole(cells_[row.first + 1]);
  };
  return !rows_.empty() && std::all_of(rows_.begin(), rows_.end(), is_pair);
}

void Table::refuse(std::size_t line, std::string_view what) const {
  throw std::invalid_argument(fmt::format("{}:{}: {}", name_, line, what));
}

Table read_table(const std::string& file, std::string_view kind, Table::Header header) { return Table(file, text_of(file, kind), header); }

}  // namespace streamtwin::files
