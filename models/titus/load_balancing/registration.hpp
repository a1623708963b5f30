// Registers containers with the load balancers of their jobs, in batches, and repairs what went wrong. A replay of
// Netflix/titus-control-plane titus-server-master loadbalancer/service (LoadBalancerEngine, DefaultLoadBalancerReconciler).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/titus/load_balancing/load_balancing_spec.hpp"
#include "models/titus/load_balancing/registration_batcher.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::titus {

struct LoadBalancingMeasures {
  LoadBalancingMeasures() = default;
  explicit LoadBalancingMeasures(Recorder& recorder, const std::string& prefix = "titus.load_balancing.");

  Counter updates, batches, calls_failed, rate_limited, repaired;
  Histogram wait;  ///< from a container's state to its registration or deregistration
};

/// Who is told that a balancer now sends a container requests, or no longer.
class RegistrationObserver {
 public:
  virtual void registered(BalancerId balancer, ContainerId container) = 0;
  virtual void deregistered(BalancerId balancer, ContainerId container) = 0;

 protected:
  ~RegistrationObserver() = default;
};

/// Of a stack. What is registered is remembered for as long as it is, what is to be as long as it is not.
class Registration {
 public:
  Registration(const LoadBalancingSpec& spec, Random random, LoadBalancingMeasures& measures, RegistrationObserver& observer);

  void start();

  /// A container of a job with this balancer has started, or is about to end.
  void container_started(BalancerId balancer, ContainerId container) { want(balancer, container, TargetState::registered); }
  void container_ends(BalancerId balancer, ContainerId container) { want(balancer, container, TargetState::deregistered); }

  /// One that is registered when the run begins. Nobody is told.
  void found(BalancerId balancer, ContainerId container);

  bool is_registered(BalancerId balancer, ContainerId container) const;
  /// Targets that are not as they should be yet.
  std::size_t unsettled() const { return unsettled_.size(); }
  /// Targets that are registered, or are to be.
  std::size_t targets() const { return targets_.size(); }

 private:
  using TargetName = std::pair<BalancerId, ContainerId>;
  struct Target {
    TargetState wanted = TargetState::deregistered;
    bool registered = false;
    Instant since{};             ///< when it was wanted
    Instant left_alone_until{};  ///< by the reconciliation
  };
  void want(BalancerId balancer, ContainerId container, TargetState state);
  void offer(TargetName name, Target& target, UpdatePriority priority);
  void send(Batch batch);
  void settle(TargetName name, TargetState state);
  Task<> send_batches();
  Task<> apply(BalancerId balancer, TargetState state, std::vector<TargetUpdate> updates);
  Task<> reconcile();

  const LoadBalancingSpec spec_;
  Random random_;
  LoadBalancingMeasures& measures_;
  RegistrationObserver& observer_;
  RegistrationBatcher batcher_;
  std::map<TargetName, Target> targets_;
  std::set<TargetName> unsettled_;
  Signal offered_{"an update of a load balancer"};
  Scope scope_;
};

}  // namespace streamtwin::titus
