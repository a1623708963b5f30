// The one reader of tables: CSV as spreadsheets, loggers and monitoring write it. Cells are separated by commas, semicolons,
// tabs or runs of blanks, which the text itself decides; byte order marks, CR LF, empty lines, lines that begin with `#`,
// quotes and Excel's `sep=;` are understood, and decimal commas where commas do not separate.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::files {

/// Without blanks and a carriage return around it.
std::string_view trimmed(std::string_view text);

/// A finite number that is all of the text; nothing otherwise. "nan", "inf" and hexadecimals are none. With
/// `decimal_comma`, "0,25" is a quarter.
std::optional<double> number_in(std::string_view text, bool decimal_comma = false);

class Table {
 public:
  enum class Header {
    if_any,  ///< the first row, if it holds words and no number or date
    always,
    never,
  };
  enum class Separator : char { comma = ',', semicolon = ';', tab = '\t', blanks = ' ', none = '\0' };

  class Row {
   public:
    /// Of the file, from 1.
    std::size_t line() const { return line_; }
    /// Cells, without the empty ones at the end.
    std::size_t size() const { return cells_.size(); }
    std::span<const std::string_view> cells() const { return cells_; }
    /// Without blanks and quotes around it; empty past the last.
    std::string_view operator[](std::size_t column) const { return column < cells_.size() ? cells_[column] : std::string_view{}; }
    /// The cell as a number, if it is one.
    std::optional<double> number(std::size_t column) const { return number_in((*this)[column], decimal_comma_); }

   private:
    friend class Table;
    Row(std::size_t line, std::span<const std::string_view> cells, bool decimal_comma)
        : line_(line), cells_(cells), decimal_comma_(decimal_comma) {}
    std::size_t line_;
    std::span<const std::string_view> cells_;
    bool decimal_comma_;
  };

  /// `name` begins every message. Throws std::invalid_argument with file and line for UTF-16 and quotes that do not close.
  Table(std::string name, std::string text, Header header = Header::if_any);

  const std::string& name() const { return name_; }
  Separator separator() const { return separator_; }
  /// Names of the columns; empty without a header.
  const std::vector<std::string>& header() const { return header_; }
  /// 0 without a header.
  std::size_t header_line() const { return header_line_; }
  /// The column that is called by one of these names, in any case; the earlier names go first.
  std::optional<std::size_t> column(std::span<const std::string_view> names) const;
  std::optional<std::size_t> column(std::string_view name) const { return column(std::span(&name, 1)); }

  std::size_t rows() const { return rows_.size(); }
  Row operator[](std::size_t row) const;
  /// Cells of the widest row.
  std::size_t columns() const { return columns_; }
  /// Whether commas that separate may have been meant as decimal ones: no header, two whole numbers in each line.
  bool may_be_decimal_commas() const;

  /// Throws std::invalid_argument: "counts.csv:3: ..."
  [[noreturn]] void refuse(std::size_t line, std::string_view what) const;

 private:
  struct Place {
    std::size_t line, first, count;
  };
  void choose_separator();
  void split();
  void split_line(std::string_view line, std::size_t number);
  std::string_view next_cell(std::string_view& rest, std::size_t number);
  std::string_view next_quoted(std::string_view& rest, std::size_t number);
  void take_header(Header header);

  std::string name_;
  std::unique_ptr<const std::string> text_;  ///< the cells are views of it
  Separator separator_ = Separator::comma;
  bool separator_declared_ = false;
  std::vector<std::string> header_;
  std::size_t header_line_ = 0;
  std::vector<Place> rows_;
  std::vector<std::string_view> cells_;  ///< of all rows, one after the other
  std::deque<std::string> unescaped_;    ///< cells in which quotes were doubled
  std::size_t columns_ = 0;
};

/// Throws std::invalid_argument, as `text_of` does.
Table read_table(const std::string& file, std::string_view kind, Table::Header header = Table::Header::if_any);

}  // namespace streamtwin::files
