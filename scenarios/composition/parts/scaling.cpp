// Auto scaling groups: for each service that scales one in each region.
#include <fmt/format.h>

#include <list>

#include "models/cloud/auto_scaling/group.hpp"
#include "models/cloud/auto_scaling/history_file.hpp"
#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

bool scales(const Scenario& scenario) {
  for (const auto& [name, service] : scenario.services) {
    if (service.scaling) return true;
  }
  return false;
}

// A group begins with what `instances_per_zone` says.
void check_scaling(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, service] : scenario.services) {
    if (!service.scaling) continue;
    for (const places::RegionSpec& region : scenario.regions) {
      const int instances = service.instances_per_zone * region.zones;
      if (instances >= service.scaling->min && instances <= service.scaling->max) continue;
      const bool few = instances < service.scaling->min;
      checker.error(fmt::format("services.{}.scaling.{}", name, few ? "min" : "max"),
                    fmt::format("the run begins with {} instances in {}, {} in each of {} zones: {} than this; change `instances_per_zone` "
                                "or this",
                                instances, region.name, service.instances_per_zone, region.zones, few ? "fewer" : "more"));
      break;
    }
  }
}

class ScalingPart final : public TwinPart {
 public:
  explicit ScalingPart(Twin::Parts& parts) : parts_(parts) {
    parts.measures.scaling = auto_scaling::ScalingMeasures(parts.recorder);
    for (services::Service& service : parts.mesh.services()) {
      if (service.spec.scaling) add_groups(service);
    }
  }
  void start() override {
    for (auto_scaling::Group& group : groups_) group.start();
  }
  void add_results(RunResult&) override {
    for (auto& [name, capacity] : parts_.measures.capacity) capacity.in_service.add(now(), 0);  // hours up to now
  }

 private:
  void add_groups(services::Service& service) {
    auto_scaling::ServiceCapacity& capacity = parts_.measures.capacity[service.name] = {parts_.recorder, service.name};
    for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
      const auto region = static_cast<RegionIndex>(r);
      auto_scaling::Group::Subject subject{.service = service,
                                           .image = {service.spec.image, service.spec.boot_time},
                                           .name = fmt::format("{} {}", service.name, parts_.geography.region_name(region)),
                                           .zones = {},
                                           .desired = service.spec.instances_per_zone * parts_.geography.zones_of(region),
                                           .history = {}};
      if (service.spec.scaling->predictive) {
        const Duration since_monday = static_cast<int>(parts_.scenario.clock.weekday) * Duration{24h} + parts_.scenario.clock.starts;
        subject.history = auto_scaling::read_load_history(*service.spec.scaling->predictive, since_monday);
      }
      for (int z = 0; z < parts_.geography.zones_of(region); ++z) {
        subject.zones.push_back(static_cast<ZoneIndex>(parts_.geography.first_zone(region) + z));
      }
      groups_.emplace_back(parts_.mesh.lives, parts_.get<FleetPart>().fleet, std::move(subject), *service.spec.scaling,
                           parts_.scenario.clock.starts, parts_.recorder, parts_.measures.scaling, capacity);
    }
  }

  Twin::Parts& parts_;
  std::list<auto_scaling::Group> groups_;
};

}  // namespace

extern const PartKind scaling_part;
const PartKind scaling_part{.check = check_scaling, .present = scales, .build = build_part<ScalingPart>};

}  // namespace streamtwin
