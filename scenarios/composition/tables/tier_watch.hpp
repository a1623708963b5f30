// How busy the tiers are: the server-seconds that the instances of a service have worked in a region, over those that
// were there, window by window and over the measurement.
#pragma once

#include <vector>

#include "models/services/mesh.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin {

class TierWatch {
 public:
  /// Declares `service.<name>.utilisation` (of the region where it is highest) and `service.<name>.latency.p50`.
  TierWatch(services::Mesh& mesh, Recorder& recorder);

  /// The recorder is about to turn its window, or to begin the measurement.
  void window_ends(Instant now);
  void begin_measurement(Instant now);
  /// Since the measurement began; unknown when no server was there.
  double utilisation(std::size_t service, RegionIndex region) const;

 private:
  struct Station {
    double worked = 0;            ///< server-seconds up to the last look
    double present = 0;           ///< those that were there up to then
    double measured_worked = 0;   ///< since the measurement began
    double measured_present = 0;  ///< server-seconds that were there
    double in_window = 0;         ///< utilisation in the last window
  };
  void look(Instant now);
  Station& station(std::size_t service, std::size_t region) { return stations_[service * regions_ + region]; }

  services::Mesh& mesh_;
  std::size_t regions_;
  std::vector<Station> stations_;  ///< by service, by region
  Instant looked_{};
};

}  // namespace streamtwin
