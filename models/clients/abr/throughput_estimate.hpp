// The throughput and latency a player expects of its next download: two exponentially weighted averages of
// half lives 8 s and 3 s of download time, corrected for their start at zero; the lower throughput and the
// higher latency count. Replays the `ewma` average of Sabre (UMass-LIDS/sabre, src/sabre.py), which dash.js
// shares.
#pragma once

#include <array>
#include <cstdint>

#include "sim-core/units.hpp"

namespace streamtwin::abr {

/// What all estimates of one chunk duration share.
class EstimateModel {
 public:
  EstimateModel(std::array<Duration, 2> half_lives, Duration chunk_duration);

 private:
  friend class ThroughputEstimate;
  static constexpr std::size_t samples_max = 255;
  std::array<double, 2> decay_rate_;                                   ///< ln 2 / half life, per second
  std::array<double, 2> latency_kept_;                                 ///< share of the old latency kept per chunk
  std::array<std::array<double, 2>, samples_max + 1> latency_weight_;  ///< weight seen after n samples
};

/// One viewer's estimate: 56 bytes.
class ThroughputEstimate {
 public:
  bool empty() const { return samples_ == 0; }
  /// A finished download: `transfer` is its time after the first byte (positive).
  void add(const EstimateModel& model, Duration transfer, BitRate throughput, Duration latency);
  BitRate throughput() const {
    const double a = throughput_[0] / (1 - unseen_[0]);
    const double b = throughput_[1] / (1 - unseen_[1]);
    return BitRate{a < b ? a : b};
  }
  Duration latency(const EstimateModel& model) const {
    const double a = latency_[0] / model.latency_weight_[samples_][0];
    const double b = latency_[1] / model.latency_weight_[samples_][1];
    return Duration{a > b ? a : b};
  }

 private:
  std::array<double, 2> throughput_{};      ///< bits per second, not yet corrected
  std::array<double, 2> unseen_{1.0, 1.0};  ///< weight that still lies on the start value
  std::array<double, 2> latency_{};         ///< seconds, not yet corrected
  std::uint8_t samples_ = 0;                ///< stays at 255, where the correction is 1
};

}  // namespace streamtwin::abr
