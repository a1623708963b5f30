// The parts of a twin, and what all of them stand on.
#pragma once

#include <memory>
#include <vector>

#include "models/places/geography.hpp"
#include "models/services/mesh.hpp"
#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/composition/twin/part.hpp"
#include "scenarios/composition/twin/twin.hpp"
#include "sim-core/check.hpp"
#include "sim-core/platform/platform.hpp"

namespace streamtwin {

/// Those that were built last die first.
class PartsInOrder : public std::vector<std::unique_ptr<TwinPart>> {
 public:
  ~PartsInOrder() {
    while (!empty()) pop_back();
  }
};

struct Twin::Parts {
  Parts(const Scenario& scenario, const RunPlan& plan, std::string digest, Policies policies);

  Scenario scenario;  ///< of which take() changes what nobody refers to
  const RunPlan plan;
  std::string scenario_digest;
  const Policies policies;
  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography;
  Measures measures;
  services::Mesh mesh;
  PartsInOrder list;
  Scope scope;

  /// Null if the scenario does not have it, and as long as it is not built.
  template <class P>
  P* find() const {
    for (const auto& part : list) {
      if (auto* found = dynamic_cast<P*>(part.get())) return found;
    }
    return nullptr;
  }
  /// One that must be there.
  template <class P>
  P& get() const {
    P* found = find<P>();
    check(found != nullptr, "a part stands in the list below those that it uses");
    return *found;
  }

  void take(const std::string& branch);

  Instant begin_of_measurement() const { return at(scenario.clock.warm_up); }
  Instant end() const { return at(scenario.clock.warm_up + scenario.clock.lasts); }
  /// For how long has been measured: a little at least, so that rates can be taken.
  Duration measured() const;

  void turn_window(Instant when);
  void begin_measurement(Instant when);
  Task<> turn_windows();
};

}  // namespace streamtwin
