// Machines in zones in regions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/chaos/hold_down.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

/// Cores of gateways, load balancers, registry servers and spare machines, which compute nothing that takes long.
inline constexpr int idle_cores = 1;

class CloudPart final : public TwinPart {
 public:
  explicit CloudPart(Twin::Parts& parts);
  void add_results(RunResult& result) override;

  /// A further machine, called name/zone.
  Host& add_machine(const std::string& name, ZoneIndex zone, int cores);
  /// By region: where bulk transfers begin and end.
  const std::vector<Host*>& gateways() const { return gateways_; }

  chaos::HoldDown hold_down;

 private:
  bool is_alive(RegionIndex region) const;

  Twin::Parts& parts_;
  std::vector<Zone*> zones_;
  std::vector<Host*> gateways_;
};

}  // namespace streamtwin
