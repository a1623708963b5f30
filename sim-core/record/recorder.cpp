// Declaration of metrics and series, the turn of a window, and the digest.
#include "sim-core/record/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace streamtwin {

namespace {

template <class Cells>
auto* find_or_make(Cells& cells, std::string_view name, std::string_view unit) {
  auto found = cells.find(name);
  if (found == cells.end()) {
    found = cells.try_emplace(std::string(name)).first;
    found->second.unit = unit;
  } else if (found->second.unit != unit) {
    throw std::logic_error(fmt::format("metric {} is declared in '{}' and in '{}'", name, found->second.unit, unit));
  }
  return &found->second;
}

template <class Handle>
auto* cell_of(Handle handle, std::string_view series) {
  if (!handle.cell()) throw std::logic_error(fmt::format("series {} is derived from a metric of no recorder", series));
  return handle.cell();
}

double added(const record::CounterCell& cell) { return cell.total - cell.at_window; }

}  // namespace

Counter Recorder::counter(std::string_view name, std::string_view unit) { return Counter{find_or_make(counters_, name, unit)}; }

Gauge Recorder::gauge(std::string_view name, std::string_view unit) { return Gauge{find_or_make(gauges_, name, unit)}; }

Histogram Recorder::histogram(std::string_view name, std::string_view unit) { return Histogram{find_or_make(histograms_, name, unit)}; }

void Recorder::derive(std::string_view name, std::string_view unit, Sampler sample) {
  auto [place, made] = series_.try_emplace(std::string(name));
  if (!made) throw std::logic_error(fmt::format("series {} is declared twice", name));
  place->second.unit = unit;
  place->second.first_window = window_ends_.size();
  derived_.push_back({&place->second, std::move(sample)});
}

void Recorder::count_series(std::string_view name, Counter counter) {
  auto* cell = cell_of(counter, name);
  derive(name, cell->unit, [cell](Duration) { return added(*cell); });
}

void Recorder::rate_series(std::string_view name, std::string_view unit, Counter counter) {
  auto* cell = cell_of(counter, name);
  derive(name, unit, [cell](Duration window) { return added(*cell) / in_seconds(window); });
}

void Recorder::ratio_series(std::string_view name, std::string_view unit, Counter numerator, Counter denominator) {
  auto *above = cell_of(numerator, name), *below = cell_of(denominator, name);
  derive(name, unit,
         [above, below](Duration) { return added(*below) > 0 ? added(*above) / added(*below) : std::numeric_limits<double>::quiet_NaN(); });
}

void Recorder::mean_series(std::string_view name, Gauge gauge) {
  auto* cell = cell_of(gauge, name);
  derive(name, cell->unit, [cell](Duration window) { return cell->window_area / in_seconds(window); });
}

void Recorder::max_series(std::string_view name, Gauge gauge) {
  auto* cell = cell_of(gauge, name);
  derive(name, cell->unit, [cell](Duration) { return cell->window_max; });
}

void Recorder::last_series(std::string_view name, Gauge gauge) {
  auto* cell = cell_of(gauge, name);
  derive(name, cell->unit, [cell](Duration) { return cell->value; });
}

void Recorder::quantile_series(std::string_view name, Histogram histogram, double p) {
  auto* cell = cell_of(histogram, name);
  if (!cell->window) cell->window = std::make_unique<record::HistogramWindow>(record::HistogramWindow{cell->all, {}});
  derive(name, cell->unit, [window = cell->window.get(), p](Duration) { return window->latest.quantile(p); });
}

void Recorder::sampled_series(std::string_view name, std::string_view unit, std::function<double()> sample) {
  derive(name, unit, [sample = std::move(sample)](Duration) { return sample(); });
}

void Recorder::turn_window(Instant now) {
  const Duration window = now - window_begin_;
  if (!(window > Duration::zero())) return;
  for (auto& [name, gauge] : gauges_) gauge.advance(now);
  for (auto& [name, histogram] : histograms_) {
    if (!histogram.window) continue;
    histogram.window->latest = histogram.all.since(histogram.window->at_begin);
    histogram.window->at_begin = histogram.all;
  }
  for (auto& [series, sample] : derived_) series->values.push_back(sample(window));
  for (auto& [name, counter] : counters_) counter.at_window = counter.total;
  for (auto& [name, gauge] : gauges_) {
    gauge.measured_area += gauge.window_area;
    gauge.measured_max = std::max(gauge.measured_max, gauge.window_max);
    gauge.window_area = 0;
    gauge.window_max = gauge.value;
  }
  window_begin_ = now;
  window_ends_.push_back(now);
}

void Recorder::begin_measurement(Instant now) {
  turn_window(now);
  measurement_begin_ = now;
  for (auto& [name, counter] : counters_) counter.at_measurement = counter.total;
  for (auto& [name, gauge] : gauges_) {
    gauge.advance(now);
    gauge.measured_area = gauge.window_area = 0;
    gauge.measured_max = gauge.window_max = gauge.value;
  }
  for (auto& [name, histogram] : histograms_) histogram.at_measurement = histogram.all;
  slowest_ = failed_ = no_request;
  slowest_took_ = Duration{-1};
}

GaugeReading Recorder::measured(Gauge gauge, Instant now) const {
  const record::GaugeCell& cell = *cell_of(gauge, "(reading)");
  const Duration span = now - measurement_begin_;
  const double area = cell.measured_area + cell.window_area + cell.value * in_seconds(now - cell.since);
  return {cell.value, span > Duration::zero() ? area / in_seconds(span) : cell.value, gauge.measured_peak()};
}

void Recorder::event(Instant time, std::string_view kind, std::string_view target, std::string_view text) {
  events_.push_back({time, std::string(kind), std::string(target), std::string(text)});
}

Digest Recorder::digest() const {
  Digest digest;
  for (const auto& [name, counter] : counters_) {
    digest.add(name);
    digest.add(counter.total);
  }
  for (const auto& [name, gauge] : gauges_) {
    digest.add(name);
    digest.add(gauge.value);
    digest.add(gauge.since);
    digest.add(gauge.measured_area + gauge.window_area);
  }
  for (const auto& [name, histogram] : histograms_) {
    digest.add(name);
    digest.add(histogram.all.sum());
    for (const auto& bucket : histogram.all.buckets()) {
      digest.add(bucket.low);
      digest.add(bucket.count);
    }
  }
  for (const auto& [name, series] : series_) {
    digest.add(name);
    digest.add(static_cast<std::uint64_t>(series.first_window));
    for (double value : series.values) digest.add(value);
  }
  for (const auto& event : events_) {
    digest.add(event.time);
    digest.add(event.kind);
    digest.add(event.target);
    digest.add(event.text);
  }
  for (const auto& [name, tally] : audit_.kinds()) {
    digest.add(name);
    for (double count : {tally.created, tally.finished, tally.failed, tally.abandoned, tally.alive}) {
      digest.add(count);
    }
  }
  digest.add(outcomes_);
  return digest;
}

}  // namespace streamtwin
