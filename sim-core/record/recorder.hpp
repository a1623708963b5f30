// Everything a run records: metrics by name, time series by window, the timeline of what the scenario did,
// the spans of one request, the audit, and the digest over all of it. A plain object without an engine:
// whoever drives the twin calls turn_window() at the end of each window and begin_measurement() at the end of
// the warm-up.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/record/audit.hpp"
#include "sim-core/record/digest.hpp"
#include "sim-core/record/metrics.hpp"
#include "sim-core/record/notices.hpp"
#include "sim-core/record/spans.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

/// One value per window, from the window in which the series was declared; NaN where there was nothing to
/// measure.
struct Series {
  std::string unit;
  std::size_t first_window = 0;
  std::vector<double> values;
};

/// Something the scenario did or a reader should see marked: a fault, a load step, an evacuation.
struct TimelineEvent {
  Instant time{};
  std::string kind;
  std::string target;
  std::string text;

  bool operator==(const TimelineEvent&) const = default;
};

/// Level, mean and maximum of a gauge since the measurement began.
struct GaugeReading {
  double last = 0;
  double mean = 0;  ///< weighted by time
  double max = 0;
};

class Recorder {
 public:
  Recorder() = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Metrics. Names are dotted ("edge.zuul.rejected"); asking again for a name gives the same metric, and its
  // unit must agree. Handles live as long as the recorder. Making one costs a look-up: make them once.
  Counter counter(std::string_view name, std::string_view unit = "");
  Gauge gauge(std::string_view name, std::string_view unit = "");
  Histogram histogram(std::string_view name, std::string_view unit = "s");

  // Series: derived when a window turns, only those that were asked for.
  void count_series(std::string_view name, Counter counter);                        ///< what was added during the window
  void rate_series(std::string_view name, std::string_view unit, Counter counter);  ///< the same, per second
  /// numerator / denominator of what was added during the window; NaN when the denominator stood still.
  void ratio_series(std::string_view name, std::string_view unit, Counter numerator, Counter denominator);
  void mean_series(std::string_view name, Gauge gauge);
  void max_series(std::string_view name, Gauge gauge);
  void last_series(std::string_view name, Gauge gauge);
  void quantile_series(std::string_view name, Histogram histogram, double p);
  /// A value that somebody else knows, asked for at the end of every window.
  void sampled_series(std::string_view name, std::string_view unit, std::function<double()> sample);

  /// Ends the current window at `now` and begins the next. A window of no length is skipped.
  void turn_window(Instant now);
  /// From here on KPIs count; series keep everything.
  void begin_measurement(Instant now);
  Instant measurement_begin() const { return measurement_begin_; }

  // Reading.
  GaugeReading measured(Gauge gauge, Instant now) const;
  const std::vector<Instant>& window_ends() const { return window_ends_; }
  const std::map<std::string, Series, std::less<>>& series() const { return series_; }
  const std::map<std::string, record::HistogramCell, std::less<>>& histograms() const { return histograms_; }

  // Timeline and outcomes.
  void event(Instant time, std::string_view kind, std::string_view target, std::string_view text);
  const std::vector<TimelineEvent>& events() const { return events_; }
  /// What parts of the platform find out by themselves.
  Notices notices;
  /// Mixes one outcome into the digest: which request, how it ended, when. About ten nanoseconds.
  void outcome(std::uint64_t id, std::uint64_t how, Instant when) {
    // The three are mixed apart from the digest's own chain, so that the processor can do both at once.
    const auto time = std::bit_cast<std::uint64_t>(in_seconds(when));
    outcomes_.add(mix(id * 0x9e3779b97f4a7c15ULL + how) ^ mix(time + 0x3c6ef372fe94f82aULL));
  }

  // Tracing: at most one request per run. The slowest and the first failed request of the measurement are
  // remembered, so that a second, identical run can trace them.
  void trace_request(std::uint64_t request) { traced_ = request; }
  /// The root span of a request; null unless this request is traced.
  Span trace(std::uint64_t request, std::string_view name, std::string_view where, Instant now) {
    if (request != traced_) return {};
    return Span::open(spans_, 0, name, where, now);
  }
  void request_ended(std::uint64_t request, Duration took, bool succeeded) {
    if (took > slowest_took_ && succeeded) {
      slowest_took_ = took;
      slowest_ = request;
    }
    if (!succeeded && failed_ == no_request) failed_ = request;
  }
  std::optional<std::uint64_t> traced_request() const { return known(traced_); }
  std::optional<std::uint64_t> slowest_request() const { return known(slowest_); }
  std::optional<std::uint64_t> failed_request() const { return known(failed_); }
  const std::vector<SpanRecord>& spans() const { return spans_; }

  Audit& audit() { return audit_; }
  const Audit& audit() const { return audit_; }

  /// Over every metric, series, timeline event, outcome and tally, in the order of their names; spans and notices do
  /// not count, so that tracing a request leaves the digest as it was.
  Digest digest() const;

 private:
  using Sampler = std::function<double(Duration window)>;
  struct Derived {
    Series* series;
    Sampler sample;
  };
  static constexpr std::uint64_t no_request = ~std::uint64_t{0};
  static std::optional<std::uint64_t> known(std::uint64_t request) { return request == no_request ? std::nullopt : std::optional(request); }
  void derive(std::string_view name, std::string_view unit, Sampler sample);

  // Ordered maps: their nodes stay where they are, and their order is the order of the names.
  std::map<std::string, record::CounterCell, std::less<>> counters_;
  std::map<std::string, record::GaugeCell, std::less<>> gauges_;
  std::map<std::string, record::HistogramCell, std::less<>> histograms_;
  std::map<std::string, Series, std::less<>> series_;
  std::vector<Derived> derived_;
  Instant window_begin_{};
  std::vector<Instant> window_ends_;
  Instant measurement_begin_{};
  std::vector<TimelineEvent> events_;
  Digest outcomes_;
  std::uint64_t traced_ = no_request, slowest_ = no_request, failed_ = no_request;
  Duration slowest_took_{-1};
  std::vector<SpanRecord> spans_;
  Audit audit_;
};

}  // namespace streamtwin
