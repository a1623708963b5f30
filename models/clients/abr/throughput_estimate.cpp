#include "models/clients/abr/throughput_estimate.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim-core/math.hpp"

namespace streamtwin::abr {

namespace {
constexpr double ln_2 = 0.693147180559945309417232121458176568;
}

EstimateModel::EstimateModel(std::array<Duration, 2> half_lives, Duration chunk_duration) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (!(half_lives[i] > Duration{0})) throw std::invalid_argument("a half life must be positive");
    decay_rate_[i] = ln_2 / half_lives[i].count();
    // Latency has one sample for each chunk, so its half-lives, which are times, are counted in chunks.
    const double per_chunk = decay_rate_[i] * chunk_duration.count();
    latency_kept_[i] = math::exp(-per_chunk);
    for (std::size_t n = 0; n <= samples_max; ++n) latency_weight_[n][i] = 1 - math::exp(-per_chunk * static_cast<double>(n));
  }
}

void ThroughputEstimate::add(const EstimateModel& model, Duration transfer, BitRate throughput, Duration latency) {
  transfer = std::max<Duration>(transfer, 1us);  // a sample without weight would divide zero by zero
  for (std::size_t i = 0; i < 2; ++i) {
    const double kept = math::exp(-model.decay_rate_[i] * transfer.count());
    throughput_[i] = kept * throughput_[i] + (1 - kept) * throughput.value();
    unseen_[i] *= kept;
    const double latency_kept = model.latency_kept_[i];
    latency_[i] = latency_kept * latency_[i] + (1 - latency_kept) * latency.count();
  }
  if (samples_ < EstimateModel::samples_max) ++samples_;
}

}  // namespace streamtwin::abr
