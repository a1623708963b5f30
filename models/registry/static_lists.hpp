// A region without a discovery service: lists of addresses in files, which somebody edits after the fleet has changed and
// every client reads again now and then. The lists are in static_registry/; here are the clients' timers.
#pragma once

#include <map>
#include <vector>

#include "models/registry/member.hpp"
#include "models/registry/static_registry/static_registry.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::registry {

class StaticLists {
 public:
  explicit StaticLists(const StaticRegistryProperties& properties) : registry_(properties) {}

  /// An instance begins its life: it is put into the list of its application in place of `replaced`, the one before it.
  /// `established`: it has been listed for a while, and the files are right.
  void join(Member member, std::optional<InstanceId> replaced, bool established);
  /// It is to end: it is taken off the list of its application.
  void remove(InstanceId id);
  /// It has ended, and reads nothing any more. Its address stays listed until it is removed or replaced.
  void forget(InstanceId id);
  /// Established members read the files for the first time, and then at any time of their interval.
  void start();

 private:
  Task<> reload(Member& member, Duration phase);

  StaticRegistry registry_;
  std::map<AppId, std::vector<ViewedInstance>> fleet_;  ///< as it is, which the files are not yet
  std::map<InstanceId, Member> members_;
  std::vector<Member*> established_;  ///< until start()
};

}  // namespace streamtwin::registry
