#include "models/stores/replication.hpp"

#include "sim-core/awaitables.hpp"

namespace streamtwin::stores {

Replication::Replication(const ReplicationSpec& spec, std::vector<Host*> gateways, std::function<Bytes(RegionIndex)> take_written,
                         Recorder& recorder)
    : spec_(spec),
      gateways_(std::move(gateways)),
      take_written_(std::move(take_written)),
      copied_(recorder.counter("stores.replicated", "B")),
      lost_(recorder.counter("stores.replication_lost", "B")),
      batches_(recorder.audit().kind("replication batch")) {}

void Replication::start() {
  for (std::size_t region = 0; region < gateways_.size(); ++region) {
    scope_.spawn_service("store replication", ship(static_cast<RegionIndex>(region)));
  }
}

Task<> Replication::ship(RegionIndex from) {
  for (;;) {
    co_await delay(spec_.period);
    const Bytes batch = take_written_(from);
    if (batch.value() <= 0) continue;
    for (Host* gateway : gateways_) {
      if (gateway != gateways_[from]) scope_.spawn_service("store replication batch", copy(*gateways_[from], *gateway, batch));
    }
  }
}

Task<> Replication::copy(Host& from, Host& to, Bytes batch) {
  Audited token(batches_, WhenDropped::is_abandoned);
  const Outcome outcome = co_await transfer(from, to, batch);
  if (outcome == Outcome::finished) {
    copied_.add(batch);
    token.finish();
  } else {
    lost_.add(batch);  // hints would replay it; repair heals what they do not
    token.fail();
  }
}

}  // namespace streamtwin::stores
