// run.sqlite: one transaction, prepared statements, every error with the file's name.
#include <fmt/format.h>
#include <sqlite3.h>

#include <concepts>
#include <vector>

#include "scenarios/results/store.hpp"
#include "scenarios/results/tables.hpp"

namespace streamtwin {

namespace {

class Database {
 public:
  Database(const std::filesystem::path& file, int flags) : file_(file.string()) {
    const int status = sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr);
    if (status != SQLITE_OK) fail(status);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close_v2(handle_); }

  void execute(const char* sql) {
    const int status = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) fail(status);
  }

  /// Closes at once, so that what only closing reveals (a full disk) is not lost in the destructor.
  void close() {
    const int status = sqlite3_close(handle_);
    if (status != SQLITE_OK) fail(status);
    handle_ = nullptr;
  }

  [[noreturn]] void fail(int status) const {
    const bool disk = (status & 0xff) == SQLITE_FULL || (status & 0xff) == SQLITE_IOERR;
    throw ResultsError(
        fmt::format("{}: {}; {}", file_, handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(status),
                    disk ? "free some space there, or choose another folder with --out" : "was it written by 'run' of this version?"));
  }
  sqlite3* handle() const { return handle_; }

 private:
  std::string file_;
  sqlite3* handle_ = nullptr;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql) : database_(database) {
    const int status = sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &handle_, nullptr);
    if (status != SQLITE_OK) database.fail(status);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle_); }

  /// Inserts one row of the values that were bound.
  void insert() {
    step();
    sqlite3_reset(handle_);
  }

  bool step() {
    const int status = sqlite3_step(handle_);
    if (status != SQLITE_ROW && status != SQLITE_DONE) database_.fail(status);
    return status == SQLITE_ROW;
  }

  void read(int column, std::string& text) const {
    const auto* characters = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    text = characters ? std::string(characters, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))) : "";
  }
  void read(int column, double& value) const { value = null(column) ? unknown : sqlite3_column_double(handle_, column); }
  void read(int column, Duration& value) const { value = seconds(real(column)); }
  void read(int column, Instant& value) const { value = at(seconds(real(column))); }
  void read(int column, Bytes& value) const { value = Bytes{real(column)}; }
  template <std::integral T>
  void read(int column, T& value) const {
    value = static_cast<T>(sqlite3_column_int64(handle_, column));
  }
  template <class T>
  void read(int column, std::optional<T>& value) const {
    value.reset();
    if (!null(column)) read(column, value.emplace());
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void read(int column, Enum& value) const {
    std::string name;
    read(column, name);
    const std::optional<Enum> found = value_named<Enum>(name);
    if (!found) database_.fail(SQLITE_MISMATCH);
    value = *found;
  }

  void bind_copy(int column, std::string_view text) {
    sqlite3_bind_text(handle_, column, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
  void bind(int column, std::string_view text) {
    sqlite3_bind_text(handle_, column, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void bind(int column, double value) {
    if (std::isfinite(value)) {
      sqlite3_bind_double(handle_, column, value);
    } else {
      sqlite3_bind_null(handle_, column);
    }
  }
  template <std::integral T>
  void bind(int column, T value) {
    sqlite3_bind_int64(handle_, column, static_cast<sqlite3_int64>(value));
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void bind(int column, Enum value) { bind(column, name_of(value)); }
  void bind(int column, Instant value) { bind(column, in_seconds(value)); }
  void bind(int column, Duration value) { bind(column, in_seconds(value)); }
  void bind(int column, Bytes value) { bind(column, value.value()); }
  template <class T>
  void bind(int column, const std::optional<T>& value) {
    if (value) {
      bind(column, *value);
    } else {
      sqlite3_bind_null(handle_, column);
    }
  }

 private:
  bool null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  double real(int column) const { return null(column) ? unknown : sqlite3_column_double(handle_, column); }

  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// The names of a table's columns.
struct ColumnNames {
  std::vector<std::string_view> names;
  void operator()(auto&&, const Column& column) { names.push_back(column.name); }
};

template <class Row>
std::vector<std::string_view> columns_of() {
  ColumnNames columns;
  const Row row{};
  Table<Row>::describe(row, columns);
  return columns.names;
}

struct Writer {
  Statement& statement;
  int column = 0;
  template <class Value>
  void operator()(Value&& value, const Column&) {
    ++column;
    if constexpr (std::is_same_v<Value, std::string>) {
      statement.bind_copy(column, value);  // gone before the row is written
    } else {
      statement.bind(column, value);
    }
  }
};

template <class Row>
void write_table(Database& database, const RunResult& result) {
  const auto columns = columns_of<Row>();
  const std::string marks = fmt::format("{}", fmt::join(std::vector(columns.size(), '?'), ", "));
  Statement statement(database, fmt::format("INSERT INTO {} ({}) VALUES ({})", Table<Row>::name, fmt::join(columns, ", "), marks));
  Table<Row>::each(result, [&](const Row& row) {
    Writer writer{statement};
    Table<Row>::describe(row, writer);
    statement.insert();
  });
}

struct Reader {
  const Statement& statement;
  int column = 0;
  template <class Member>
  void operator()(Member&& member, const Column&) {
    if constexpr (std::is_lvalue_reference_v<Member>) statement.read(column, member);  // a value follows from the others
    ++column;
  }
};

template <class Row>
void read_table(Database& database, RunResult& into) {
  Statement statement(database, fmt::format("SELECT {} FROM {} ORDER BY rowid", fmt::join(columns_of<Row>(), ", "), Table<Row>::name));
  while (statement.step()) {
    Row row{};
    Reader reader{statement};
    Table<Row>::describe(row, reader);
    Table<Row>::take(std::move(row), into);
  }
}

}  // namespace

void write_database(const RunResult& result, const std::filesystem::path& file) {
  Database database(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // The folder is thrown away unless everything in it was written: no journal is needed.
  database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
  database.execute(results_schema().c_str());
  for_each_table([&]<class Row>() { write_table<Row>(database, result); });
  database.execute("COMMIT");
  database.close();
}

void read_database(const std::filesystem::path& file, RunResult& into) {
  Database database(file, SQLITE_OPEN_READONLY);
  into.kpis.clear();  // these and the verdicts are in the summary, too
  into.verdicts.clear();
  for_each_table([&]<class Row>() { read_table<Row>(database, into); });
}

}  // namespace streamtwin
