#include "scenarios/composition/tables/tier_watch.hpp"

#include <algorithm>

#include "scenarios/results/result.hpp"

namespace streamtwin {

namespace {

/// Of sums that were added up in different orders: what is above the whole by no more than rounding is the whole.
constexpr double rounding = 1e-9;

double share(double part, double whole) {
  if (whole <= 0) return unknown;
  const double result = part / whole;
  return result > 1 && result < 1 + rounding ? 1 : result;
}

}  // namespace

TierWatch::TierWatch(services::Mesh& mesh, Recorder& recorder)
    : mesh_(mesh), regions_(mesh.geography.regions()), stations_(mesh.services().size() * regions_) {
  for (const services::Service& service : mesh.services()) {
    const std::string name = "service." + service.name;
    recorder.quantile_series(name + ".latency.p50", service.measures.latency, 0.5);
    recorder.sampled_series(name + ".utilisation", share_unit, [this, index = service.index] {
      const auto first = stations_.begin() + static_cast<std::ptrdiff_t>(index * regions_);
      return std::max_element(first, first + static_cast<std::ptrdiff_t>(regions_),
                              [](const Station& a, const Station& b) { return a.in_window < b.in_window; })
          ->in_window;
    });
  }
}

void TierWatch::look(Instant now) {
  if (now <= looked_) return;
  looked_ = now;
  std::vector<double> worked(regions_), present(regions_);
  for (services::Service& service : mesh_.services()) {
    std::fill(worked.begin(), worked.end(), 0.0);
    std::fill(present.begin(), present.end(), 0.0);
    for (std::size_t z = 0; z < mesh_.geography.zones(); ++z) {
      const auto zone = static_cast<ZoneIndex>(z);
      const rpc::Service::Past past = service.past(zone);
      worked[mesh_.geography.region_of(zone)] += in_seconds(past.worked);
      present[mesh_.geography.region_of(zone)] += in_seconds(past.present);
    }
    for (const services::Instance& instance : service.instances()) {
      const RegionIndex region = mesh_.geography.region_of(instance.zone);
      worked[region] += in_seconds(instance.worked());
      present[region] += static_cast<double>(instance.execution.cores()) * in_seconds(instance.present(now));
    }
    for (std::size_t region = 0; region < regions_; ++region) {
      Station& at = station(service.index, region);
      const double since = worked[region] - at.worked, there = present[region] - at.present;
      at.worked = worked[region];
      at.present = present[region];
      at.measured_worked += since;
      at.measured_present += there;
      at.in_window = there > 0 ? share(since, there) : 0;
    }
  }
}

void TierWatch::window_ends(Instant now) { look(now); }

void TierWatch::begin_measurement(Instant now) {
  look(now);
  for (Station& station : stations_) station.measured_worked = station.measured_present = 0;
}

double TierWatch::utilisation(std::size_t service, RegionIndex region) const {
  const Station& at = stations_[service * regions_ + region];
  return share(at.measured_worked, at.measured_present);
}

}  // namespace streamtwin
