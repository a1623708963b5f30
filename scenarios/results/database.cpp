// run.sqlite: one transaction, prepared statements, every error with the file's name.
#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>

#include "scenarios/language/quantity.hpp"
#include "scenarios/results/schema.hpp"
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

  /// Inserts one row: binds the values in order and runs.
  template <class... Values>
  void row(const Values&... values) {
    int column = 0;
    (bind(++column, values), ...);
    step();
    sqlite3_reset(handle_);
  }

  bool step() {
    const int status = sqlite3_step(handle_);
    if (status != SQLITE_ROW && status != SQLITE_DONE) database_.fail(status);
    return status == SQLITE_ROW;
  }

  std::string text(int column) const {
    const auto* characters = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    return characters ? std::string(characters, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))) : "";
  }
  bool null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  double number(int column) const { return null(column) ? unknown : sqlite3_column_double(handle_, column); }
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }

 private:
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
  void bind(int column, std::uint64_t value) { sqlite3_bind_int64(handle_, column, static_cast<sqlite3_int64>(value)); }
  void bind(int column, std::uint32_t value) { sqlite3_bind_int64(handle_, column, value); }
  void bind(int column, int value) { sqlite3_bind_int64(handle_, column, value); }
  void bind(int column, bool value) { sqlite3_bind_int64(handle_, column, value ? 1 : 0); }
  void bind(int column, Instant value) { bind(column, in_seconds(value)); }
  void bind(int column, Duration value) { bind(column, in_seconds(value)); }
  template <class T>
  void bind(int column, const std::optional<T>& value) {
    if (value) {
      bind(column, *value);
    } else {
      sqlite3_bind_null(handle_, column);
    }
  }

  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// A table that takes rows.
auto table_of(Database& database) {
  return [&database](const char* name, TableColumns columns) {
    std::string marks;
    for (std::size_t i = 0; i < columns.size(); ++i) marks += i == 0 ? "?" : ", ?";
    auto insert =
        std::make_shared<Statement>(database, fmt::format("INSERT INTO {} ({}) VALUES ({})", name, fmt::join(columns, ", "), marks));
    return [insert](const auto&... values) { insert->row(values...); };
  };
}

void read_meta(Database& database, RunResult& into) {
  std::map<std::string, std::string> meta;
  for (Statement row(database, "SELECT key, value FROM meta"); row.step();) meta[row.text(0)] = row.text(1);
  const auto number = [&](const char* key) -> std::optional<std::uint64_t> {
    const auto found = meta.find(key);
    return found == meta.end() ? std::nullopt : std::optional(std::strtoull(found->second.c_str(), nullptr, 10));
  };
  const auto real = [&](const char* key) {
    const auto found = meta.find(key);
    return found == meta.end() ? std::nullopt : language::read_number(found->second);
  };
  into.description = meta["description"];
  into.slowest_request = number("slowest_request");
  into.failed_request = number("failed_request");
  into.traced_request = number("traced_request");
  into.warm_up = seconds(real("warm_up_seconds").value_or(0));
  into.clock_starts = seconds(real("clock_starts_s").value_or(unknown));
}

KpiKind kind_of(const std::string& name) { return value_named<KpiKind>(name).value_or(KpiKind::count); }

void read_findings(Database& database, RunResult& into) {
  into.kpis.clear();
  for (Statement k(database, "SELECT name, value, kind, lower, upper, doc FROM kpi ORDER BY rowid"); k.step();) {
    const auto bound = [&](int column) { return k.null(column) ? std::nullopt : std::optional(k.number(column)); };
    into.kpis.push_back({k.text(0), k.number(1), kind_of(k.text(2)), bound(3), bound(4), k.text(5)});
  }
  into.verdicts.clear();
  for (Statement v(database,
                   "SELECT name, kind, description, observed, at_least, at_most, kpi_kind, held, begins, ends, held_in, breaks_because "
                   "FROM verdict "
                   "ORDER BY rowid");
       v.step();) {
    Verdict verdict;
    verdict.name = v.text(0);
    verdict.kind = v.text(1) == "slo" ? VerdictKind::slo : VerdictKind::hypothesis;
    verdict.description = v.text(2);
    verdict.observed = v.number(3);
    if (!v.null(4)) verdict.at_least = v.number(4);
    if (!v.null(5)) verdict.at_most = v.number(5);
    verdict.kpi_kind = kind_of(v.text(6));
    if (!v.null(7)) verdict.held = v.integer(7) != 0;
    verdict.begins = at(seconds(v.number(8)));
    verdict.ends = at(seconds(v.number(9)));
    if (!v.null(10)) verdict.held_in = static_cast<int>(v.integer(10));
    verdict.breaks_because = v.text(11);
    into.verdicts.push_back(verdict);
  }
  for (Statement s(database,
                   "SELECT name, kind, metro, latitude, longitude, appliances, bytes, utilisation, alive FROM site "
                   "ORDER BY rowid");
       s.step();) {
    into.sites.push_back({s.text(0), s.text(1), s.text(2), s.number(3), s.number(4), static_cast<int>(s.integer(5)), Bytes{s.number(6)},
                          s.number(7), s.integer(8) != 0});
  }
  for (Statement t(database, "SELECT name, rps, utilisation, p50_s, p99_s, errors, bound_rps FROM tier ORDER BY rowid"); t.step();) {
    into.tiers.push_back({t.text(0), t.number(1), t.number(2), seconds(t.number(3)), seconds(t.number(4)), t.number(5), t.number(6)});
  }
  for (Statement s(database,
                   "SELECT tier, region, servers, load_share, visits, mean_cost_s, offered_rps, utilisation, "
                   "predicted_utilisation, predicted_wait_s, bound_plays FROM station ORDER BY rowid");
       s.step();) {
    into.stations.push_back({s.text(0), s.text(1), static_cast<int>(s.integer(2)), s.number(3), s.number(4), seconds(s.number(5)),
                             s.number(6), s.number(7), s.number(8), seconds(s.number(9)), s.number(10)});
  }
  for (Statement c(database, "SELECT caller, callee, times FROM call ORDER BY rowid"); c.step();) {
    into.calls.push_back({c.text(0), c.text(1), c.number(2)});
  }
  for (Statement a(database, "SELECT kind, created, finished, failed, abandoned, alive FROM audit ORDER BY rowid"); a.step();) {
    into.audit.push_back({a.text(0), {a.number(1), a.number(2), a.number(3), a.number(4), a.number(5)}});
  }
  for (Statement e(database, "SELECT text FROM audit_error ORDER BY rowid"); e.step();) {
    into.audit_errors.push_back(e.text(0));
  }
}

void read_course(Database& database, RunResult& into) {
  for (Statement s(database, "SELECT name, unit, time, value FROM series ORDER BY rowid"); s.step();) {
    if (into.series.empty() || into.series.back().name != s.text(0)) into.series.push_back({s.text(0), s.text(1), {}, {}});
    into.series.back().times.push_back(at(seconds(s.number(2))));
    into.series.back().values.push_back(s.number(3));
  }
  for (Statement h(database, "SELECT name, unit, low, high, count FROM histogram ORDER BY rowid"); h.step();) {
    if (into.histograms.empty() || into.histograms.back().name != h.text(0)) {
      into.histograms.push_back({h.text(0), h.text(1), {}});
    }
    into.histograms.back().buckets.push_back({h.number(2), h.number(3), static_cast<std::uint64_t>(h.integer(4))});
  }
  for (Statement e(database, "SELECT time, kind, target, text FROM event ORDER BY rowid"); e.step();) {
    into.timeline.push_back({at(seconds(e.number(0))), e.text(1), e.text(2), e.text(3)});
  }
  for (Statement m(database,
                   "SELECT time, session, client_group, title, top_site, excluded, appliances "
                   "FROM steering_manifest_log ORDER BY rowid");
       m.step();) {
    into.steering_manifest_log.push_back({at(seconds(m.number(0))), static_cast<std::uint64_t>(m.integer(1)), m.text(2),
                                          static_cast<std::uint32_t>(m.integer(3)), m.text(4), m.text(5), m.text(6)});
  }
  for (Statement s(database, "SELECT time, session, appliance, site, bytes, miss FROM server_log ORDER BY rowid"); s.step();) {
    into.server_log.push_back(
        {at(seconds(s.number(0))), static_cast<std::uint64_t>(s.integer(1)), s.text(2), s.text(3), Bytes{s.number(4)}, s.text(5)});
  }
}

}  // namespace

void write_database(const RunResult& result, const std::filesystem::path& file) {
  Database database(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // The folder is thrown away unless everything in it was written: no journal is needed.
  database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
  database.execute(results_schema);
  const auto table = table_of(database);
  write_findings(result, table);
  write_course(result, table);
  write_series(result, table);
  database.execute("COMMIT");
  database.close();
}

void read_database(const std::filesystem::path& file, RunResult& into) {
  Database database(file, SQLITE_OPEN_READONLY);
  read_meta(database, into);
  read_findings(database, into);
  read_course(database, into);
}

}  // namespace streamtwin
