// Cross-region replication of the stores: what was written in a region is shipped to the others in batches, as bulk
// transfers between the regions' gateways. apache/cassandra forwards each write to one coordinator per remote region;
// the batch stands for all of them, since only the bytes matter to the links.
#pragma once

#include <functional>
#include <vector>

#include "models/places/geography.hpp"
#include "models/stores/replication_spec.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::stores {

class Replication {
 public:
  /// `gateways`: a host for each region. `take_written`: bytes written in a region since it was last asked.
  Replication(const ReplicationSpec& spec, std::vector<Host*> gateways, std::function<Bytes(RegionIndex)> take_written, Recorder& recorder);

  void start();

 private:
  Task<> ship(RegionIndex from);
  Task<> copy(Host& from, Host& to, Bytes batch);

  const ReplicationSpec spec_;
  std::vector<Host*> gateways_;
  std::function<Bytes(RegionIndex)> take_written_;
  Counter copied_, lost_;
  AuditKind batches_;
  Scope scope_;
};

}  // namespace streamtwin::stores
