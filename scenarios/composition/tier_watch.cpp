#include "scenarios/composition/tier_watch.hpp"

#include <algorithm>

#include "scenarios/results/result.hpp"

namespace streamtwin {

TierWatch::TierWatch(services::Mesh& mesh, Recorder& recorder)
    : mesh_(mesh), regions_(mesh.geography.regions()), stations_(mesh.services().size() * regions_) {
  for (const services::Service& service : mesh.services()) {
    const std::string name = "service." + service.name;
    recorder.quantile_series(name + ".latency.p50", service.measures.latency, 0.5);
    recorder.sampled_series(name + ".utilisation", "", [this, index = service.index] {
      const auto first = stations_.begin() + static_cast<std::ptrdiff_t>(index * regions_);
      return std::max_element(first, first + static_cast<std::ptrdiff_t>(regions_),
                              [](const Station& a, const Station& b) { return a.in_window < b.in_window; })
          ->in_window;
    });
  }
}

void TierWatch::look(Instant now) {
  const double length = in_seconds(now - looked_);
  if (length <= 0) return;
  looked_ = now;
  std::vector<double> worked(regions_), present(regions_);
  for (services::Service& service : mesh_.services()) {
    std::fill(worked.begin(), worked.end(), 0.0);
    std::fill(present.begin(), present.end(), 0.0);
    for (const services::Instance& instance : service.instances()) {
      const cloud::RegionIndex region = mesh_.geography.region_of(instance.zone);
      worked[region] += in_seconds(instance.execution.worked());
      if (instance.alive()) present[region] += static_cast<double>(instance.execution.cores()) * length;
    }
    for (std::size_t region = 0; region < regions_; ++region) {
      Station& at = station(service.index, region);
      const double since = worked[region] - at.worked;
      at.worked = worked[region];
      at.measured_worked += since;
      at.measured_present += present[region];
      at.in_window = present[region] > 0 ? std::min(1.0, since / present[region]) : 0;
    }
  }
}

void TierWatch::window_ends(Instant now) { look(now); }

void TierWatch::begin_measurement(Instant now) {
  look(now);
  for (Station& station : stations_) station.measured_worked = station.measured_present = 0;
}

double TierWatch::utilisation(std::size_t service, cloud::RegionIndex region) const {
  const Station& at = stations_[service * regions_ + region];
  return at.measured_present > 0 ? at.measured_worked / at.measured_present : unknown;
}

}  // namespace streamtwin
