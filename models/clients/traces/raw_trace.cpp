#include "models/clients/traces/raw_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace streamtwin::traces {
namespace {

constexpr double seconds_max = 100 * 86400.0;
constexpr double bits_per_second_max = 1e12;
constexpr double seconds_min = 1e-3;  // the shortest of the public collections; a run changes a line's rate at each

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

void RawTrace::refuse(std::size_t line, std::string_view what) const { throw TraceError(fmt::format("{}:{}: {}", name, line, what)); }

void take_samples(const std::vector<Sample>& samples, RawTrace& trace) {
  std::vector<Sample> distinct;
  std::size_t equal = 0;
  for (const Sample& sample : samples) {
    if (!distinct.empty() && sample.time == distinct.back().time) {
      ++equal;
      ++trace.doubled;
      distinct.back().rate += (sample.rate - distinct.back().rate) / static_cast<double>(equal + 1);
      continue;
    }
    equal = 0;
    distinct.push_back(sample);
  }
  for (std::size_t i = 1; i < distinct.size(); ++i) {
    const double length = distinct[i].time - distinct[i - 1].time;
    if (length > 0) {
      trace.pieces.push_back({length, distinct[i].rate, distinct[i].line});
    } else {
      ++trace.reversed;
    }
  }
}

// Access lines have 0.2 to 200 Mbit/s (FCC, Norway, Ghent, Oboe and Puffer all have their medians there), and their
// rates are seldom sampled more rarely than every minute.
Decision decide_units(const std::vector<RawTrace>& traces, const TraceUnits& said) {
  constexpr double mbps_max = 200, kbps_max = 200e3;
  constexpr double step_of_kbps_files = 50, step_of_others = 200;
  std::vector<double> rates, lengths;
  for (const RawTrace& trace : traces) {
    for (const Piece& piece : trace.pieces) {
      if (!trace.bits_per_second_per_unit && piece.rate > 0) rates.push_back(piece.rate);
      if (!trace.seconds_per_unit) lengths.push_back(piece.length);
    }
  }
  Decision decision;
  const auto note = [&decision](std::string text) { decision.why += (decision.why.empty() ? "" : ", ") + text; };
  bool slow = false;  // rates as kbit/s or less
  if (said.rate) {
    decision.bits_per_second_per_unit = bits_per_second_in(*said.rate);
    slow = *said.rate != RateUnit::mbps;
  } else if (!rates.empty()) {
    const double middle = median(rates);
    slow = middle > mbps_max;
    decision.bits_per_second_per_unit = middle > kbps_max ? 1 : slow ? 1e3 : 1e6;
    if (slow) note(fmt::format("the rates, of median {:g}, as {}", middle, middle > kbps_max ? "bit/s" : "kbit/s"));
  }
  if (said.time) {
    decision.seconds_per_unit = seconds_in(*said.time);
  } else if (!lengths.empty()) {
    const double middle = median(lengths);
    if (middle >= (slow ? step_of_kbps_files : step_of_others)) {
      decision.seconds_per_unit = 1e-3;
      note(fmt::format("the times, {:g} apart, as milliseconds", middle));
    }
  }
  return decision;
}

BandwidthTrace with_units(const RawTrace& raw, const Decision& decision) {
  const double seconds = raw.seconds_per_unit.value_or(decision.seconds_per_unit);
  const double bits = raw.bits_per_second_per_unit.value_or(decision.bits_per_second_per_unit);
  std::vector<Period> periods;
  periods.reserve(raw.pieces.size());
  for (const Piece& piece : raw.pieces) {
    // A division by a whole number is rounded once: 1500 ms are 1.5 s.
    const double length = seconds < 1 ? piece.length / std::round(1 / seconds) : piece.length * seconds;
    // Times are written in decimals: 0.003 - 0.002 is a little less than 0.001.
    if (length < seconds_min * (1 - 1e-6)) raw.refuse(piece.line, "less than 1 ms since the line before");
    if (length > seconds_max) raw.refuse(piece.line, "more than 100 days since the line before");
    if (piece.rate * bits > bits_per_second_max)
      raw.refuse(piece.line, fmt::format("a rate of {:g} bit/s; at most 10^12", piece.rate * bits));
    periods.push_back({Duration{length}, BitRate{piece.rate * bits}, piece.latency});
  }
  if (periods.empty())
    throw TraceError(fmt::format("{}: fewer than two lines of \"seconds Mbit/s\"; a trace needs a stretch of time", raw.name));
  try {
    return BandwidthTrace(raw.name, std::move(periods));
  } catch (const std::invalid_argument& fault) {
    throw TraceError(fmt::format("{}: {}", raw.name, fault.what()));
  }
}

}  // namespace streamtwin::traces
