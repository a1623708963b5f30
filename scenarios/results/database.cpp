// run.sqlite: one transaction, prepared statements, every error with the file's name.
#include <fmt/format.h>
#include <sqlite3.h>

#include <functional>
#include <memory>

#include "scenarios/results/schema.hpp"
#include "scenarios/results/store.hpp"

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
    throw ResultsError(fmt::format("{}: {}; {}", file_,
                                   handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(status),
                                   disk ? "free some space there, or choose another folder with --out"
                                        : "was it written by 'run' of this version?"));
  }
  sqlite3* handle() const { return handle_; }

 private:
  std::string file_;
  sqlite3* handle_ = nullptr;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql) : database_(database) {
    const int status =
        sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &handle_, nullptr);
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
    return characters
               ? std::string(characters, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)))
               : "";
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
  void bind(int column, std::uint64_t value) {
    sqlite3_bind_int64(handle_, column, static_cast<sqlite3_int64>(value));
  }
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

void write_meta(Database& database, const RunResult& result) {
  Statement meta(database, "INSERT INTO meta VALUES (?, ?)");
  const auto put = [&](std::string_view key, const std::string& value) {
    meta.row(key, std::string_view(value));
  };
  put("scenario", result.scenario);
  put("scenario_digest", result.scenario_digest);
  put("version", result.version);
  put("seed", std::to_string(result.seed));
  put("simulated_seconds", fmt::format("{}", in_seconds(result.simulated)));
  put("warm_up_seconds", fmt::format("{}", in_seconds(result.warm_up)));
  put("wall_seconds", fmt::format("{}", in_seconds(result.wall)));
  put("events", std::to_string(result.events));
  put("digest", result.digest);
  put("partial", result.partial ? "1" : "0");
  put("replications", std::to_string(result.replications));
  if (result.replications > 1) {
    put("confidence", "0.95");
    put("series_seed", std::to_string(result.seed));
  }
  if (result.slowest_request) put("slowest_request", std::to_string(*result.slowest_request));
  if (result.failed_request) put("failed_request", std::to_string(*result.failed_request));
  if (result.traced_request) put("traced_request", std::to_string(*result.traced_request));
}

void write_findings(Database& database, const RunResult& result) {
  Statement kpi(database, "INSERT INTO kpi VALUES (?, ?, ?, ?, ?, ?)");
  for (const Kpi& k : result.kpis) kpi.row(k.name, k.value, k.unit, k.lower, k.upper, k.doc);
  Statement verdict(database, "INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const Verdict& v : result.verdicts) {
    verdict.row(v.name, name_of(v.kind), v.description, v.observed, v.expected, v.unit, v.held, v.begins,
                v.ends, v.held_in);
  }
  Statement site(database, "INSERT INTO site VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const SiteResult& s : result.sites) {
    site.row(s.name, s.kind, s.metro, s.latitude, s.longitude, s.appliances, s.served.value(),
             s.peak_utilisation, s.alive);
  }
  Statement tier(database, "INSERT INTO tier VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (const TierResult& t : result.tiers) {
    tier.row(t.name, t.rps, t.utilisation, t.p50, t.p99, t.errors, t.bound_rps);
  }
  Statement audit(database, "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)");
  for (const auto& [kind, t] : result.audit)
    audit.row(kind, t.created, t.finished, t.failed, t.abandoned, t.alive);
  Statement audit_error(database, "INSERT INTO audit_error VALUES (?)");
  for (const std::string& text : result.audit_errors) audit_error.row(text);
}

void write_course(Database& database, const RunResult& result) {
  Statement series(database, "INSERT INTO series VALUES (?, ?, ?, ?)");
  for (const SeriesResult& s : result.series) {
    for (std::size_t i = 0; i < s.values.size(); ++i) series.row(s.name, s.unit, s.times[i], s.values[i]);
  }
  Statement histogram(database, "INSERT INTO histogram VALUES (?, ?, ?, ?, ?)");
  for (const HistogramResult& h : result.histograms) {
    for (const auto& bucket : h.buckets) histogram.row(h.name, h.unit, bucket.low, bucket.high, bucket.count);
  }
  Statement event(database, "INSERT INTO event VALUES (?, ?, ?, ?)");
  for (const TimelineEvent& e : result.timeline) event.row(e.time, e.kind, e.target, e.text);
}

std::optional<std::uint64_t> number_in(Database& database, std::string_view key) {
  Statement row(database, fmt::format("SELECT CAST(value AS INTEGER) FROM meta WHERE key = '{}'", key));
  return row.step() ? std::optional(static_cast<std::uint64_t>(row.integer(0))) : std::nullopt;
}

void read_findings(Database& database, RunResult& into) {
  into.kpis.clear();
  for (Statement k(database, "SELECT name, value, unit, lower, upper, doc FROM kpi ORDER BY rowid");
       k.step();) {
    const auto bound = [&](int column) {
      return k.null(column) ? std::nullopt : std::optional(k.number(column));
    };
    into.kpis.push_back({k.text(0), k.number(1), k.text(2), bound(3), bound(4), k.text(5)});
  }
  into.verdicts.clear();
  for (Statement v(database,
                   "SELECT name, kind, description, observed, expected, unit, held, begins, ends, held_in "
                   "FROM verdict "
                   "ORDER BY rowid");
       v.step();) {
    Verdict verdict{v.text(0),
                    v.text(1) == "slo" ? VerdictKind::slo : VerdictKind::hypothesis,
                    v.text(2),
                    v.number(3),
                    v.text(4),
                    v.text(5),
                    std::nullopt,
                    at(seconds(v.number(7))),
                    at(seconds(v.number(8)))};
    if (!v.null(6)) verdict.held = v.integer(6) != 0;
    if (!v.null(9)) verdict.held_in = static_cast<int>(v.integer(9));
    into.verdicts.push_back(verdict);
  }
  for (Statement s(
           database,
           "SELECT name, kind, metro, latitude, longitude, appliances, bytes, utilisation, alive FROM site "
           "ORDER BY rowid");
       s.step();) {
    into.sites.push_back({s.text(0), s.text(1), s.text(2), s.number(3), s.number(4),
                          static_cast<int>(s.integer(5)), Bytes{s.number(6)}, s.number(7),
                          s.integer(8) != 0});
  }
  for (Statement t(database,
                   "SELECT name, rps, utilisation, p50_s, p99_s, errors, bound_rps FROM tier ORDER BY rowid");
       t.step();) {
    into.tiers.push_back({t.text(0), t.number(1), t.number(2), seconds(t.number(3)), seconds(t.number(4)),
                          t.number(5), t.number(6)});
  }
  for (Statement a(database,
                   "SELECT kind, created, finished, failed, abandoned, alive FROM audit ORDER BY rowid");
       a.step();) {
    into.audit.push_back({a.text(0), {a.number(1), a.number(2), a.number(3), a.number(4), a.number(5)}});
  }
  for (Statement e(database, "SELECT text FROM audit_error ORDER BY rowid"); e.step();) {
    into.audit_errors.push_back(e.text(0));
  }
}

void read_course(Database& database, RunResult& into) {
  for (Statement s(database, "SELECT name, unit, time, value FROM series ORDER BY rowid"); s.step();) {
    if (into.series.empty() || into.series.back().name != s.text(0))
      into.series.push_back({s.text(0), s.text(1), {}, {}});
    into.series.back().times.push_back(at(seconds(s.number(2))));
    into.series.back().values.push_back(s.number(3));
  }
  for (Statement h(database, "SELECT name, unit, low, high, count FROM histogram ORDER BY rowid");
       h.step();) {
    if (into.histograms.empty() || into.histograms.back().name != h.text(0)) {
      into.histograms.push_back({h.text(0), h.text(1), {}});
    }
    into.histograms.back().buckets.push_back(
        {h.number(2), h.number(3), static_cast<std::uint64_t>(h.integer(4))});
  }
  for (Statement e(database, "SELECT time, kind, target, text FROM event ORDER BY rowid"); e.step();) {
    into.timeline.push_back({at(seconds(e.number(0))), e.text(1), e.text(2), e.text(3)});
  }
}

}  // namespace

void write_database(const RunResult& result, const std::filesystem::path& file) {
  Database database(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // The folder is thrown away unless everything in it was written: no journal is needed.
  database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
  database.execute(results_schema);
  write_meta(database, result);
  write_findings(database, result);
  write_course(database, result);
  database.execute("COMMIT");
  database.close();
}

void read_database(const std::filesystem::path& file, RunResult& into) {
  Database database(file, SQLITE_OPEN_READONLY);
  into.slowest_request = number_in(database, "slowest_request");
  into.failed_request = number_in(database, "failed_request");
  into.traced_request = number_in(database, "traced_request");
  if (Statement row(database, "SELECT CAST(value AS REAL) FROM meta WHERE key = 'warm_up_seconds'");
      row.step()) {
    into.warm_up = seconds(row.number(0));
  }
  read_findings(database, into);
  read_course(database, into);
}

}  // namespace streamtwin
