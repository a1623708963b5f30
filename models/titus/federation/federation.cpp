#include "models/titus/federation/federation.hpp"

#include "sim-core/awaitables.hpp"

namespace streamtwin::titus {

Federation::Federation(const FederationSpec& spec, const std::vector<Stack*>& cells, Duration clock, FederationMeasures& measures)
    : overflow_(spec.overflow) {
  const CellRouter router(spec);
  const auto stacks_for = [&](const std::string& name, const auto& job) {
    std::vector<Stack*> stacks;
    for (const CellIndex cell : router.order(name, job.capacity_group, job.cells)) stacks.push_back(cells[cell]);
    return stacks;
  };
  const auto place_what_was_found = [&] {
    for (Stack* const cell : cells) cell->place_what_was_found();
  };
  for (const auto& [name, job] : spec.services)
    services_.try_emplace(name, "federation." + name, job, stacks_for(name, job), overflow_, measures);
  place_what_was_found();
  for (const auto& [name, job] : spec.batch) {
    batch_.emplace_back("federation." + name, job, stacks_for(name, job), overflow_, clock, measures);
    batch_.back().look_back();
  }
  place_what_was_found();
  for (auto& [name, service] : services_) service.count_what_was_found();
}

void Federation::start() {
  for (FederatedBatch& stream : batch_) scope_.spawn_service("jobs come", stream.come());
  if (overflow_.enabled) scope_.spawn_service("overflow of a federation", look());
}

Task<> Federation::look() {
  for (;;) {
    co_await delay(overflow_.interval);
    for (auto& [name, service] : services_) service.look();
    for (FederatedBatch& stream : batch_) stream.look();
  }
}

bool Federation::desire(const std::string& service, int size) {
  const auto found = services_.find(service);
  if (found == services_.end()) return false;
  found->second.desire(size);
  return true;
}

}  // namespace streamtwin::titus
