// The SQL of run.sqlite, from the descriptions of its tables.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/results/tables.hpp"

namespace streamtwin {
namespace {

constexpr std::size_t line_length = 120;

/// Lines of a comment, broken between words.
std::string comment(std::string_view text) {
  std::string lines, line = "--";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (line.size() + 1 + word.size() > line_length) {
      lines += line + "\n";
      line = "--";
    }
    line += fmt::format(" {}", word);
    at = end + 1;
  }
  return lines + line + "\n";
}

template <class Enum>
std::string choices() {
  std::string text;
  for (const EnumName<Enum>& choice : enum_names<Enum>) text += fmt::format("{}'{}'", text.empty() ? "" : ", ", choice.name);
  return text;
}

struct Columns {
  std::vector<std::string> definitions, docs, keys;

  template <class Member>
  void operator()(Member&&, const Column& column) {
    definitions.push_back(fmt::format("{} {}", column.name, sql_type<Member>(column)));
    std::string doc{column.doc};
    if constexpr (std::is_enum_v<std::remove_cvref_t<Member>>) doc += ": " + choices<std::remove_cvref_t<Member>>();
    docs.push_back(column.unit.empty() ? doc : fmt::format("{} ({})", doc, column.unit));
    if (column.key) keys.emplace_back(column.name);
  }
};

template <class Row>
std::string table_sql() {
  Columns columns;
  const Row row{};
  Table<Row>::describe(row, columns);
  if (!columns.keys.empty()) {
    columns.definitions.push_back(fmt::format("PRIMARY KEY ({})", fmt::join(columns.keys, ", ")));
    columns.docs.emplace_back();
  }
  // Inside the statement, where SQLite keeps them: `.schema` shows them.
  std::string text = fmt::format("{}CREATE TABLE {} (\n", comment(Table<Row>::doc), Table<Row>::name);
  for (std::size_t i = 0; i < columns.definitions.size(); ++i) {
    const std::string definition = columns.definitions[i] + (i + 1 < columns.definitions.size() ? "," : "");
    text += columns.docs[i].empty() ? fmt::format("  {}\n", definition) : fmt::format("  {:<36} -- {}\n", definition, columns.docs[i]);
  }
  text += ");\n";
  if constexpr (requires { Table<Row>::index; }) {
    text += fmt::format("CREATE INDEX {0}_by_name ON {0} ({1});\n", Table<Row>::name, Table<Row>::index);
  }
  return text;
}

}  // namespace

std::string results_schema() {
  std::string text = comment(
      "run.sqlite: everything a run measured, readable by anything that reads SQLite. Times are simulated seconds from the end of the "
      "warm-up, as `method.at` of a scenario counts them; below zero in the warm-up. A value that does not exist is NULL. Rows are in "
      "the order a reader wants.");
  for_each_table([&]<class Row>() { text += "\n" + table_sql<Row>(); });
  return text;
}

}  // namespace streamtwin
