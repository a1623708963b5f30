// A region without a discovery service: lists of addresses in files, which somebody edits and pushes to all machines after the
// fleet has changed. A process reads them when it starts: so every dependant of the changed service restarts, a few of its
// instances at a time. The lists are in static_registry/; here is who reads them when.
#pragma once

#include <map>
#include <vector>

#include "models/registry/discovery.hpp"
#include "models/registry/static_registry/static_registry.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::registry {

class StaticLists final : public Discovery {
 public:
  /// `restarts` counts those of instances.
  explicit StaticLists(const StaticRegistryProperties& properties, Counter restarts = {})
      : properties_(properties), registry_(properties), restarts_(restarts) {}

  /// It reads the files as they are, and is put into the list of its application, unless that has its address already.
  /// Established: the files are right.
  void join(Member member, std::optional<InstanceId> replaced, bool established) override;
  /// It is taken off the list of its application.
  void remove(InstanceId id) override;
  /// Its address stays listed until it is removed or replaced.
  void forget(InstanceId id) override;
  /// Whoever edits the files watches the fleet.
  void start() override;
  Sizes sizes() override;

 private:
  Task<> roll_out();
  std::vector<std::vector<InstanceId>> dependants_of(const std::vector<AppId>& changed) const;

  const StaticRegistryProperties properties_;
  StaticRegistry registry_;
  Counter restarts_;
  std::map<AppId, std::vector<ViewedInstance>> fleet_;  ///< as it is, which the files are not yet
  std::map<InstanceId, Member> members_;
  Signal changed_{"a change of a static list"};
  Scope scope_;
};

}  // namespace streamtwin::registry
