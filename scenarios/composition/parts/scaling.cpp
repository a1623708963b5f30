#include "scenarios/composition/parts/scaling.hpp"

#include <fmt/format.h>

#include "models/cloud/auto_scaling/history_file.hpp"
#include "scenarios/composition/parts/carriers.hpp"
#include "scenarios/scenario/places.hpp"

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

}  // namespace

ScalingPart::ScalingPart(Twin::Parts& parts) : parts_(parts) {
  parts.measures.scaling = auto_scaling::ScalingMeasures(parts.recorder);
  for (services::Service& service : parts.mesh.services()) {
    if (!service.spec.scaling) continue;
    parts.measures.capacity[service.name] = {parts.recorder, service.name};
    const bool is_delivered =
        parts.scenario.deliveries && service.original == nullptr && why_not_delivered(parts.scenario, service.name).empty();
    if (is_delivered) continue;
    for (std::size_t r = 0; r < parts.geography.regions(); ++r) {
      const auto region = static_cast<RegionIndex>(r);
      const int size = service.spec.instances_in(parts.geography.spec(region));
      scalers_.push_back(scaler_of(service, region, size, carrier_of(service, region)));
    }
  }
}

void ScalingPart::start() {
  for (const auto& scaler : scalers_) scaler->start();
}

void ScalingPart::add_results(RunResult&) {
  for (auto& [name, capacity] : parts_.measures.capacity) capacity.in_service.add(now(), 0);  // hours up to now
}

std::unique_ptr<auto_scaling::Scaler> ScalingPart::scaler_of(services::Service& service, RegionIndex region, int desired,
                                                             std::unique_ptr<auto_scaling::Carrier> carrier,
                                                             const rpc::ServerGroup* group) {
  const std::string& name = group == nullptr ? service.name : group->name;
  const std::string whose = fmt::format("{} {}", name, parts_.geography.region_name(region));
  auto_scaling::Scaler::Subject subject{
      .service = service, .name = whose, .zones = parts_.geography.zones_in(region), .desired = desired, .history = {}, .group = group};
  if (service.spec.scaling->predictive) {
    const Duration since_monday = static_cast<int>(parts_.scenario.clock.weekday) * Duration{24h} + parts_.scenario.clock.starts;
    subject.history = auto_scaling::read_load_history(*service.spec.scaling->predictive, since_monday);
  }
  return std::make_unique<auto_scaling::Scaler>(
      parts_.mesh.lives, std::move(carrier), std::move(subject), *service.spec.scaling, parts_.scenario.clock.starts, parts_.recorder,
      parts_.measures.scaling, parts_.measures.capacity.at(service.name), plugged(parts_.policies.autoscaler.get(), service.name, whose));
}

std::unique_ptr<auto_scaling::Carrier> ScalingPart::carrier_of(services::Service& service, RegionIndex region) const {
  for (const auto& part : parts_.list) {
    auto* const carriers = dynamic_cast<Carriers*>(part.get());
    if (carriers == nullptr) continue;
    if (std::unique_ptr<auto_scaling::Carrier> carrier = carriers->carrier_of(service, region)) return carrier;
  }
  throw ProgrammingError("a service is carried by nobody");
}

extern const PartKind scaling_part;
const PartKind scaling_part{.check = check_scaling, .present = scales, .build = build_part<ScalingPart>};

}  // namespace streamtwin
