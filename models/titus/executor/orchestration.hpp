// What lies between Titus' master and its agents, for both eras: how long a command travels, when and how often a state comes
// back, when the master has the resources again that a container has left. Pure: times go in, times come out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/cloud/call_limit.hpp"
#include "models/titus/executor/orchestration_spec.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// When the master hears of a change of state, counted from the change.
struct StateNews {
  Duration after;
  std::optional<Duration> again;  ///< the same news once more
};

class Orchestration {
 public:
  virtual ~Orchestration() = default;
  /// Until the agent has the command to start a container.
  virtual Duration start_command(Instant now, Random& random) = 0;
  /// Until it has the command to stop one.
  virtual Duration stop_command(Instant now, Random& random) = 0;
  virtual StateNews state(Instant now, Random& random) = 0;
  /// Until Fenzo is offered again what has become free on an agent, or is left of what was used; a new agent's resources, too.
  virtual Duration offered_again(Instant now, Random& random) = 0;
  /// Until it is offered again what it has rejected.
  virtual Duration rejected_again(Instant now, Random& random) { return offered_again(now, random); }
  /// Commands that wait for tokens of an API.
  virtual std::uint64_t throttled() const { return 0; }
  /// Until somebody who asks an API that fails hears that it does.
  virtual Duration refusal(Random&) { return Duration{0}; }

  /// What commands and states go through fails, until it has been restored as often as it has failed.
  void fail() { ++failures_; }
  void restore() { --failures_; }
  bool answers() const { return failures_ == 0; }

 private:
  int failures_ = 0;
};

std::unique_ptr<Orchestration> make_orchestration(const OrchestrationSpec& spec);

class MesosOrchestration final : public Orchestration {
 public:
  explicit MesosOrchestration(const MesosSpec& spec) : spec_(spec) {}
  Duration start_command(Instant now, Random& random) override;
  Duration stop_command(Instant now, Random& random) override;
  StateNews state(Instant now, Random& random) override;
  Duration offered_again(Instant now, Random& random) override;
  Duration rejected_again(Instant now, Random& random) override;

 private:
  MesosSpec spec_;
};

class EcsOrchestration final : public Orchestration {
 public:
  explicit EcsOrchestration(const EcsSpec& spec) : spec_(spec), starts_(spec.burst, spec.refill), stops_(spec.burst, spec.refill) {}
  Duration start_command(Instant now, Random& random) override;
  Duration stop_command(Instant now, Random& random) override;
  StateNews state(Instant now, Random& random) override;
  Duration offered_again(Instant now, Random& random) override;
  std::uint64_t throttled() const override { return throttled_; }
  Duration refusal(Random& random) override { return random.lognormal(spec_.call, spec_.sigma); }

 private:
  Duration command(cloud::CallLimit& limit, Instant now, Random& random);
  EcsSpec spec_;
  cloud::CallLimit starts_, stops_;
  std::uint64_t throttled_ = 0;
};

/// Which news of a container the master has: what comes twice, or late, is no news. Events carry a version that grows with every
/// change (Amazon ECS developer guide, detail.version).
class StateVersions {
 public:
  /// Whether the news is newer than all before it.
  bool is_news(std::uint32_t version) {
    if (version <= latest_) return false;
    latest_ = version;
    return true;
  }

 private:
  std::uint32_t latest_ = 0;
};

}  // namespace streamtwin::titus
