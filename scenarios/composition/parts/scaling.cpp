// Scaling: for each service that does, a scaler in each region, which tells whoever carries the service there how many it wants.
#include <fmt/format.h>

#include <list>

#include "models/cloud/auto_scaling/scaler.hpp"
#include "models/cloud/auto_scaling/history_file.hpp"
#include "scenarios/composition/parts/carriers.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

bool scales(const Scenario& scenario) {
  for (const auto& [name, service] : scenario.services) {
    if (service.scaling) return true;
  }
  return false;
}

// A run begins with what `instances_per_zone` says.
void check_scaling(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, service] : scenario.services) {
    if (!service.scaling) continue;
    for (const places::RegionSpec& region : scenario.regions) {
      const int instances = service.instances_in(region);
      if (instances >= service.scaling->min && instances <= service.scaling->max) continue;
      const bool few = instances < service.scaling->min;
      checker.error(fmt::format("services.{}.scaling.{}", name, few ? "min" : "max"),
                    fmt::format("the run begins with {} instances in {}, {} in each of {} zones: {} than this; change `instances_per_zone` "
                                "or this",
                                instances, region.name, instances / region.zones, region.zones, few ? "fewer" : "more"));
      break;
    }
  }
}

class ScalingPart final : public TwinPart {
 public:
  explicit ScalingPart(Twin::Parts& parts) : parts_(parts) {
    parts.measures.scaling = auto_scaling::ScalingMeasures(parts.recorder);
    for (services::Service& service : parts.mesh.services()) {
      if (service.spec.scaling) add_scalers(service);
    }
  }
  void start() override {
    for (auto_scaling::Scaler& scaler : scalers_) scaler.start();
  }
  void add_results(RunResult&) override {
    for (auto& [name, capacity] : parts_.measures.capacity) capacity.in_service.add(now(), 0);  // hours up to now
  }

 private:
  void add_scalers(services::Service& service) {
    auto_scaling::ServiceCapacity& capacity = parts_.measures.capacity[service.name] = {parts_.recorder, service.name};
    for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
      const auto region = static_cast<RegionIndex>(r);
      auto_scaling::Scaler::Subject subject{.service = service,
                                            .name = fmt::format("{} {}", service.name, parts_.geography.region_name(region)),
                                            .zones = parts_.geography.zones_in(region),
                                            .desired = service.spec.instances_in(parts_.geography.spec(region)),
                                            .history = {}};
      if (service.spec.scaling->predictive) {
        const Duration since_monday = static_cast<int>(parts_.scenario.clock.weekday) * Duration{24h} + parts_.scenario.clock.starts;
        subject.history = auto_scaling::read_load_history(*service.spec.scaling->predictive, since_monday);
      }
      scalers_.emplace_back(parts_.mesh.lives, carrier_of(service, region), std::move(subject), *service.spec.scaling,
                            parts_.scenario.clock.starts, parts_.recorder, parts_.measures.scaling, capacity);
    }
  }

  std::unique_ptr<auto_scaling::Carrier> carrier_of(services::Service& service, RegionIndex region) const {
    for (const auto& part : parts_.list) {
      auto* const carriers = dynamic_cast<Carriers*>(part.get());
      if (carriers == nullptr) continue;
      if (std::unique_ptr<auto_scaling::Carrier> carrier = carriers->carrier_of(service, region)) return carrier;
    }
    throw ProgrammingError("a service is carried by nobody");
  }

  Twin::Parts& parts_;
  std::list<auto_scaling::Scaler> scalers_;
};

}  // namespace

extern const PartKind scaling_part;
const PartKind scaling_part{.check = check_scaling, .present = scales, .build = build_part<ScalingPart>};

}  // namespace streamtwin
