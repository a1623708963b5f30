// A service of a federation: a service job in each cell that it may run on, whose sizes together are what the service is to have.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "models/titus/federation/federation_spec.hpp"
#include "models/titus/federation/measures.hpp"
#include "models/titus/federation/overflow.hpp"
#include "models/titus/stack/stack.hpp"

namespace streamtwin::titus {

class FederatedService {
 public:
  /// `name`: "federation.play-api". `cells`: in the order in which it takes them, all settled. All of it is found in the first.
  FederatedService(const std::string& name, const FederatedServiceSpec& spec, const std::vector<Stack*>& cells,
                   const OverflowSpec& overflow, FederationMeasures& measures);

  void desire(int size);
  /// Who has waited too long is wanted elsewhere, and comes back when there is room.
  void look();
  /// Found containers have their places by now.
  void count_what_was_found() { count(); }
  int lacking() const { return waits_.lacking(); }
  int elsewhere() const;

 private:
  struct Cell final : JobObserver {
    Cell(FederatedService& its_service, Stack& its_stack)
        : service(its_service), stack(its_stack), gate(its_service.overflow_.back_after) {}
    void task_done(JobId, Slot) override {}
    void task_started(JobId, Slot) override { service.count(); }
    void task_stopped(JobId) override { service.count(); }
    void job_ended(JobId) override {}
    int started() const;

    FederatedService& service;
    Stack& stack;
    CellGate gate;
    const JobKindOfStack* kind = nullptr;
    JobId job = 0;
    int desired = 0;
  };

  int started() const;
  std::vector<CellView> views();
  void give(const std::vector<int>& sizes);
  void count();

  const OverflowSpec overflow_;
  FederationMeasures& measures_;
  int desired_;
  std::list<Cell> cells_;
  WaitsForContainers waits_;
  int lacking_ = 0, elsewhere_ = 0;  ///< as counted in the measures
};

}  // namespace streamtwin::titus
