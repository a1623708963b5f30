// Open Connect: appliances, steering and fill, and the logs of what was steered and served.
#pragma once

#include <string>

#include "models/openconnect/delivery.hpp"
#include "models/openconnect/logs.hpp"
#include "models/openconnect/steering_handler.hpp"
#include "models/services/playback.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class DeliveryPart final : public TwinPart {
 public:
  explicit DeliveryPart(Twin::Parts& parts);
  void start() override;
  void window_ends(Instant when) override;
  void add_results(RunResult& result) override;

  /// The links that viewers' downloads share.
  std::string describe_platform() const override;

  openconnect::SessionLogs logs;
  openconnect::Delivery delivery;

 private:
  void count_chunk_time();
  void write_logs(RunResult& result) const;

  Twin::Parts& parts_;
  services::PlaybackChecks playback_checks_;
  openconnect::SteeringHandler steering_;
  Duration counted_flow_time_{0}, counted_time_below_{0};
};

}  // namespace streamtwin
