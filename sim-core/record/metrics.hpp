// The three things a model writes to while it runs: counters, gauges and histograms. A handle is one pointer
// into the Recorder that made it; a handle that was never made records nothing, so that a model can run
// without a recorder. Writing is inline and does not allocate; windows and KPIs are computed when somebody
// asks.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sim-core/record/log_histogram.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

/// The unit of metrics and series that are shares of something.
inline constexpr std::string_view share_unit = "fraction";

namespace record {

/// A counter's total is a double: exact for counts up to 2^53, and able to add bytes and seconds.
struct CounterCell {
  std::string unit;
  double total = 0;
  double at_window = 0;       ///< the total when the current window began
  double at_measurement = 0;  ///< the total when the measurement began
};

struct GaugeCell {
  std::string unit;
  double value = 0;
  Instant since{};           ///< when the value was set
  double window_area = 0;    ///< integral of the value over the current window, up to `since`
  double measured_area = 0;  ///< integral since the measurement began, up to the current window
  double window_max = 0;
  double measured_max = 0;  ///< over the windows before the current one

  void advance(Instant now) {
    if (now < since) [[unlikely]]
      throw std::logic_error("a gauge was set at a time before its last change");
    window_area += value * in_seconds(now - since);
    since = now;
  }
};

/// Kept only when a series asks for a histogram's windows.
struct HistogramWindow {
  LogHistogram at_begin;  ///< everything up to the beginning of the current window
  LogHistogram latest;    ///< the window that has just turned
};

struct HistogramCell {
  std::string unit;
  LogHistogram all;
  LogHistogram at_measurement;
  std::unique_ptr<HistogramWindow> window;
};

}  // namespace record

/// Counts things, or sums bytes and times. 8 bytes; one addition per call.
class Counter {
 public:
  Counter() = default;
  explicit Counter(record::CounterCell* cell) : cell_(cell) {}

  void operator++() { add_value(1); }
  void add(std::uint64_t n) { add_value(static_cast<double>(n)); }
  void add(Bytes amount) { add_value(amount.value()); }
  void add(Duration amount) { add_value(in_seconds(amount)); }

  double total() const { return cell_ ? cell_->total : 0; }
  /// Since the measurement began (without the warm-up).
  double measured() const { return cell_ ? cell_->total - cell_->at_measurement : 0; }
  record::CounterCell* cell() const { return cell_; }

 private:
  void add_value(double amount) {
    if (cell_) cell_->total += amount;
  }
  record::CounterCell* cell_ = nullptr;
};

/// A level over time: queue length, instances, utilisation. Weighted by time. 8 bytes.
class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(record::GaugeCell* cell) : cell_(cell) {}

  void set(Instant now, double value) {
    if (!cell_) return;
    cell_->advance(now);
    cell_->value = value;
    if (value > cell_->window_max) cell_->window_max = value;
  }
  void add(Instant now, double difference) {
    if (cell_) set(now, cell_->value + difference);
  }

  double value() const { return cell_ ? cell_->value : 0; }
  /// The highest value since the measurement began.
  double measured_peak() const { return cell_ ? (cell_->measured_max > cell_->window_max ? cell_->measured_max : cell_->window_max) : 0; }
  /// Its integral since the measurement began, up to the last change, in its unit times seconds.
  double measured_area() const { return cell_ ? cell_->measured_area + cell_->window_area : 0; }
  record::GaugeCell* cell() const { return cell_; }

 private:
  record::GaugeCell* cell_ = nullptr;
};

/// A distribution of durations, sizes or plain numbers. 8 bytes.
class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(record::HistogramCell* cell) : cell_(cell) {}

  void record(double value) {
    if (cell_) cell_->all.record(value);
  }
  void record(Duration value) { record(in_seconds(value)); }
  void record(Bytes value) { record(value.value()); }
  void record(BitRate value) { record(value.value()); }
  void record(Fraction value) { record(value.value()); }

  /// Since the measurement began (without the warm-up). Costs a copy.
  LogHistogram measured() const { return cell_ ? cell_->all.since(cell_->at_measurement) : LogHistogram{}; }
  const LogHistogram& all() const {
    static const LogHistogram empty;
    return cell_ ? cell_->all : empty;
  }
  record::HistogramCell* cell() const { return cell_; }

 private:
  record::HistogramCell* cell_ = nullptr;
};

}  // namespace streamtwin
