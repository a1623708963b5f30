// Formatting only; nothing is computed here that a results folder does not hold.
#include "scenarios/cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/runner/progress.hpp"

namespace streamtwin::cli {

namespace {

/// From this on three digits are rounded to 1000, which is 1 of the next unit.
constexpr double rounds_up = 0.9995;

std::string scaled(double value, std::string_view unit) {
  constexpr std::array<std::pair<double, const char*>, 7> prefixes{
      {{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}}};
  for (const auto& [factor, prefix] : prefixes) {
    if (std::abs(value) >= rounds_up * factor) return fmt::format("{:.3g} {}{}", value / factor, prefix, unit);
  }
  return fmt::format("{:.3g} {}", value, unit);
}

std::string duration(double value) {
  const double size = std::abs(value);
  if (size == 0) return "0 s";
  if (size < rounds_up * 1e-3) return fmt::format("{:.3g} us", value * 1e6);
  if (size < rounds_up) return fmt::format("{:.3g} ms", value * 1e3);
  if (size < 1) return fmt::format("{:.3g} s", value);
  if (size < 600) return fmt::format("{:.4g} s", value);
  return fmt::format("{:.1f} min", value / 60);
}

std::string plain(double value) {
  if (value == std::round(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
  return std::abs(value) >= 1000 ? fmt::format("{:.1f}", value) : fmt::format("{:.5g}", value);
}

std::string interval_text(std::optional<double> lower, std::optional<double> upper, KpiKind kind) {
  if (!lower || !upper) return "";
  return fmt::format("{} .. {}", readable(*lower, kind), readable(*upper, kind));
}

/// ">= 500 ms and <= 8 s", as the observed value is written.
std::string bounds_text(const Verdict& verdict) {
  std::string text;
  if (verdict.at_least) text = fmt::format(">= {}", readable(*verdict.at_least, verdict.kpi_kind));
  if (verdict.at_most) text += fmt::format("{}<= {}", text.empty() ? "" : " and ", readable(*verdict.at_most, verdict.kpi_kind));
  return text;
}

std::string verdict_text(const Verdict& verdict, int replications) {
  const char* mark = !verdict.held ? "?    " : *verdict.held ? "held " : "BROKE";
  std::string text = fmt::format("  {}  {:<10}  {} {} (expected {})", mark, name_of(verdict.kind), safe(verdict.name),
                                 readable(verdict.observed, verdict.kpi_kind), bounds_text(verdict));
  if (verdict.held_in) text += fmt::format(", held in {} of {} runs", *verdict.held_in, replications);
  if (!verdict.held) return text + "; the run could not tell\n";
  if (verdict.breaks_because.empty()) return text + "\n";
  return text + fmt::format("\n         {} expected: {}\n", verdict.as_expected() ? "as" : "NOT as", safe(verdict.breaks_because, 1000));
}

std::string details_text(const RunResult& result) {
  std::string text;
  if (!result.tiers.empty()) {
    std::vector<std::vector<std::string>> rows{{"tier", "rps", "utilisation", "p50", "p99", "errors", "bound"}};
    for (const TierResult& t : result.tiers) {
      rows.push_back({safe(t.name), readable(t.rps, KpiKind::number), readable(t.utilisation, KpiKind::share),
                      readable(in_seconds(t.p50), KpiKind::duration), readable(in_seconds(t.p99), KpiKind::duration),
                      readable(t.errors, KpiKind::share), readable(t.bound_rps, KpiKind::number)});
    }
    text += '\n' + table(rows);
  }
  if (!result.audit.empty()) {
    std::vector<std::vector<std::string>> rows{{"audit", "created", "finished", "failed", "abandoned", "alive"}};
    for (const auto& [kind, t] : result.audit) {
      rows.push_back({safe(kind), plain(t.created), plain(t.finished), plain(t.failed), plain(t.abandoned), plain(t.alive)});
    }
    text += '\n' + table(rows);
  }
  for (const TimelineEvent& e : result.timeline) {
    const Duration after = e.time - Instant{};  // the warm-up, below zero in it
    const std::string time = (after < Duration{0} ? "-" : "") + clock_text(std::max(after, -after));
    text += fmt::format("  {:>9}  {} {}: {}\n", time, safe(e.kind), safe(e.target), safe(e.text));
  }
  return text;
}

}  // namespace

std::string readable(double value, KpiKind kind) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return value > 0 ? "unlimited" : "-unlimited";
  const std::string_view unit = traits_of(kind).unit;
  switch (kind) {
    case KpiKind::duration: return duration(value);
    case KpiKind::bitrate:
    case KpiKind::bytes: return scaled(value, unit);
    default: return unit.empty() ? plain(value) : fmt::format("{} {}", plain(value), unit);
  }
}

std::string safe(std::string_view text, std::size_t longest) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t cut = std::min(longest, text.size());
  while (cut > 0 && cut < text.size() && (byte(cut) & 0xc0) == 0x80) --cut;  // not inside a character
  std::string out;
  for (std::size_t i = 0; i < cut; ++i) {
    const bool c1 = byte(i) == 0xc2 && i + 1 < cut && byte(i + 1) < 0xa0;  // U+0080 to U+009F
    const bool control = byte(i) < 0x20 || byte(i) == 0x7f || c1;
    out += control ? ' ' : text[i];
    i += c1 ? 1 : 0;
  }
  return cut < text.size() ? out + "..." : out;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i == 0 ? fmt::format(" {:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string result_text(const RunResult& result, bool verbose) {
  std::string text;
  for (const Verdict& verdict : result.verdicts) text += verdict_text(verdict, result.replications);
  if (!result.verdicts.empty()) text += "\n";
  const bool intervals = result.replications > 1;
  std::vector<std::vector<std::string>> rows;
  if (intervals) rows.push_back({"", "mean", "95 % interval"});
  for (const Kpi& kpi : result.kpis) {
    std::vector<std::string> row{safe(kpi.name), readable(kpi.value, kpi.kind)};
    if (intervals) row.push_back(interval_text(kpi.lower, kpi.upper, kpi.kind));
    rows.push_back(row);
  }
  text += table(rows);
  if (verbose) text += details_text(result);
  text += fmt::format("\n  {} simulated in {:.1f} s, {:.1f} s of them to set up ({:.0f}x real time), {} events, digest {}\n",
                      clock_text(result.simulated), in_seconds(result.wall), in_seconds(result.setup),
                      result.replications * (result.simulated / std::max(result.wall, Duration{1e-6})), result.events, result.digest);
  text += intervals ? fmt::format("  {} replications; intervals are Student-t over them\n", result.replications)
                    : "  a single run has no intervals; --replications 10 gives them\n";
  if (result.partial) text += "  PARTIAL: interrupted before the end\n";
  for (const std::string& error : result.audit_errors) text += fmt::format("  AUDIT: {}\n", safe(error));
  return text;
}

std::string headroom_text(const std::vector<LoadResult>& loads) {
  std::vector<std::vector<std::string>> rows{{"load", "verdicts", "fullest tier", "utilisation", "broke"}};
  for (const LoadResult& run : loads) {
    std::string broken;
    for (const Verdict& verdict : run.result.verdicts) {
      if (verdict.held == false) broken += (broken.empty() ? "" : ", ") + safe(verdict.name);
    }
    const std::string tier = limiting_tier(run.result);
    double utilisation = unknown;
    for (const TierResult& t : run.result.tiers) {
      if (t.name == tier) utilisation = t.utilisation;
    }
    rows.push_back(
        {fmt::format("{}", run.load), all_held(run.result) ? "held" : "BROKE", safe(tier), readable(utilisation, KpiKind::share), broken});
  }
  std::string text = table(rows);
  const LoadResult* first = nullptr;
  for (const LoadResult& run : loads) {
    if (!all_held(run.result) && (!first || run.load < first->load)) first = &run;
  }
  text += first ? fmt::format("\n  The first objective breaks at load {}, in tier {}.\n", first->load, safe(limiting_tier(first->result)))
                : "\n  Every objective held at every load.\n";
  if (const StationResult* bound = loads.empty() ? nullptr : first_to_saturate(loads.front().result)) {
    text += fmt::format(
        "  In theory (M/M/c along the call graph) {} in {} saturates first, at {} requests from outside: load "
        "{:.3g}.\n",
        safe(bound->tier), safe(bound->region), readable(bound->bound_plays, KpiKind::rate),
        loads.front().load / bound->predicted_utilisation);
  }
  return text;
}

}  // namespace streamtwin::cli
