// When producers switch to a standby cluster, as Keystone's are told to when a fronting cluster is in trouble, and when they switch back.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "models/pipeline/kafka/cluster.hpp"
#include "models/pipeline/keystone_spec.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::pipeline {

/// Whether trouble, or the end of it, has lasted.
class SwitchDecision {
 public:
  explicit SwitchDecision(const StandbySpec& spec) : spec_(spec) {}

  /// So much cannot be written to. True when producers are to be told to switch, or to switch back.
  bool look(Fraction out_of_order, Instant now);
  bool away() const { return away_; }

 private:
  StandbySpec spec_;
  bool away_ = false;
  std::optional<Instant> since_;  ///< of what speaks for a switch
};

class Standby {
 public:
  /// `switched` is told of each switch, with whether it is to the standby.
  Standby(const StandbySpec& spec, const kafka::Cluster& first, kafka::Cluster& standby, std::function<void(bool)> switched);

  void start() { scope_.spawn_service("Keystone's failover", watch()); }
  kafka::Cluster& cluster() const { return standby_; }
  /// Whether a producer publishes to it that hears of a switch so late within the time that this takes.
  bool in_use(Instant now, double hears) const;

 private:
  Task<> watch();

  const StandbySpec spec_;
  const kafka::Cluster& first_;
  kafka::Cluster& standby_;
  std::function<void(bool)> switched_;
  SwitchDecision decision_;
  Instant told_{};
  Scope scope_;
};

}  // namespace streamtwin::pipeline
