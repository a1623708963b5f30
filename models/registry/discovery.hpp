// By what the services of a region find each other: one interface, whatever kind of registry there is. A run tells it who
// begins, is to end and has ended; it tells the members' balancers who there is.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "models/registry/measures.hpp"
#include "models/registry/member.hpp"
#include "sim-core/platform/platform.hpp"

namespace streamtwin::registry {

class Discovery {
 public:
  Discovery() = default;
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;
  virtual ~Discovery() = default;

  /// A machine of a zone, for a server of its own where it has some.
  virtual void add_server(Host&, ZoneIndex) {}
  /// The same for a server that only answers, where some do nothing else.
  virtual void add_read_server(Host&, ZoneIndex) {}
  /// An instance begins its life, in place of `replaced`, the one before it in its slot. `established`: it has been known for
  /// a while.
  virtual void join(Member member, std::optional<InstanceId> replaced, bool established) = 0;
  /// It is to end: nobody new is to find it.
  virtual void remove(InstanceId id) = 0;
  /// It has ended, and looks at nothing any more. Without having been removed it is found for as long as this kind takes.
  virtual void forget(InstanceId id) = 0;
  /// After the established members have joined: their balancers get their first lists.
  virtual void start() = 0;

  /// An operator takes instances out of traffic and puts them back, where this kind can.
  virtual void take_out(std::span<const InstanceId>) {}
  virtual void put_back(std::span<const InstanceId>) {}
  /// A delivery says that they take traffic, also those that registered without.
  virtual void put_up(std::span<const InstanceId>) {}

  /// The application of a member that was starting says that it takes traffic, where this kind hears of it.
  virtual void turn_up(InstanceId) {}

  /// Whether it has registered, as far as an operator sees.
  virtual bool knows(InstanceId) { return true; }

  /// What it keeps (for inspection).
  struct Sizes {
    std::size_t clients = 0;  ///< members whose discovery clients live
    std::size_t entries = 0;  ///< leases, records or addresses
  };
  virtual Sizes sizes() = 0;
};

class Observed;
struct RegistrySpec;
struct EurekaSpec;

/// What a registry stands on.
struct RegistryGround {
  Passages passage;
  RegistryMeasures& measures;  ///< must outlive it
  Recorder& recorder;          ///< of what only one kind counts
  std::string_view region;
  /// It finds out that one has gone that did not leave.
  std::function<void(InstanceId)> dropped;
};
/// The kind that `spec` names, for a region, observed.
std::unique_ptr<Observed> make_discovery(const RegistrySpec& spec, const EurekaSpec& eureka, RegistryGround ground);

}  // namespace streamtwin::registry
