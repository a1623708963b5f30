// Which servers one client sends nothing to for a while, because they do worse than the others: Envoy's passive outlier
// detection (source/common/upstream/outlier_detection_impl.cc) without the split of local from external origins. Failures in
// a row eject at once; success rates are compared at sweeps, at which alone servers come back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/services/outlier/outlier_spec.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::outlier {

/// A server's identity.
using Host = std::uint32_t;

/// What became of a request, as Envoy sees it: 2xx to 4xx; 500 or a broken request; 502, 503, 504, a time-out or no connection.
enum class Answer : std::uint8_t { good, error, gateway_failure };

enum class Cause : std::uint8_t { errors_in_a_row, gateway_failures_in_a_row, success_rate, failure_share };

/// A server is ejected, or is back when there is no cause.
struct Change {
  Host host;
  std::optional<Cause> cause;
  Duration lasts{0};  ///< at least: until the sweep after it
  Instant when{};
};

/// Whether so few are left that all servers are used: Envoy's panic of one priority.
bool panics(int healthy, int hosts, Fraction threshold);

class OutlierDetector {
 public:
  /// `properties` must outlive it.
  OutlierDetector(const OutlierSpec& properties, Instant created) : properties_(&properties), next_sweep_(created + properties.interval) {}

  /// The servers that there are. Who is new is not ejected; who is gone is forgotten.
  void follow(std::span<const Host> hosts);
  /// A request to one of them has ended.
  std::optional<Change> heard(Host host, Answer answer, Instant now, Random& random);
  bool sweep_due(Instant now) const { return now >= next_sweep_; }
  /// Every sweep that is due, each as of its own time.
  std::vector<Change> sweep(Instant now, Random& random);

  bool ejected(Host host) const;
  int hosts() const { return static_cast<int>(hosts_.size()); }
  int ejected() const { return ejected_; }
  bool panics() const { return outlier::panics(hosts() - ejected_, hosts(), properties_->panic_threshold); }
  /// Findings that were not acted upon since too many were ejected.
  std::uint64_t overflowed() const { return overflowed_; }

 private:
  struct Watched {
    Host host;
    int errors_in_a_row = 0, gateway_failures_in_a_row = 0;
    std::uint32_t requests = 0, good = 0;  ///< of this interval
    int multiplier = 0;                    ///< of the base time
    bool ejected = false;
    Instant changed = Instant{Duration{-HUGE_VAL}};  ///< when it was ejected or came back
    Duration jitter{0};

    double good_percent() const { return 100.0 * good / requests; }
  };

  Watched* find(Host host);
  bool may_eject_another() const;
  std::optional<Change> eject(Watched& watched, Cause cause, Fraction enforced, Instant now, Random& random);
  Duration lasts(const Watched& watched) const;
  void sweep_once(Instant when, Random& random, std::vector<Change>& changes);
  void let_back_or_forgive(Watched& watched, Instant when, std::vector<Change>& changes);
  std::vector<Watched*> with_requests(int volume, int hosts_min);
  void compare_success_rates(const std::vector<Watched*>& enough, Instant when, Random& random, std::vector<Change>& changes);
  void look_for_failing(const std::vector<Watched*>& enough, Instant when, Random& random, std::vector<Change>& changes);

  const OutlierSpec* properties_;
  Instant next_sweep_;
  std::vector<Watched> hosts_;  ///< sorted
  int ejected_ = 0;
  std::uint64_t overflowed_ = 0;
};

}  // namespace streamtwin::outlier
