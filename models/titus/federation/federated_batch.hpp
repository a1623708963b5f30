// A stream of batch jobs of a federation. A job is in one cell at a time; it goes to another only while none of it has had a place.
#pragma once

#include <list>
#include <map>
#include <string>
#include <vector>

#include "models/titus/federation/federation_spec.hpp"
#include "models/titus/federation/measures.hpp"
#include "models/titus/federation/overflow.hpp"
#include "models/titus/stack/stack.hpp"

namespace streamtwin::titus {

class FederatedBatch {
 public:
  /// `name`: "federation.encodes". `cells`: in the order in which it takes them, all settled.
  FederatedBatch(std::string name, const FederatedBatchSpec& spec, const std::vector<Stack*>& cells, const OverflowSpec& overflow,
                 Duration clock, FederationMeasures& measures);

  /// What came before the run is in the cell of its route.
  void look_back();
  Task<> come();
  /// Who has waited too long goes elsewhere.
  void look();

 private:
  struct Job {
    Instant came;
    std::vector<bool> started;       ///< by task, once at least
    std::vector<const void*> tried;  ///< cells that have had it
  };
  struct Cell final : JobObserver {
    Cell(FederatedBatch& its_stream, Stack& its_stack) : stream(its_stream), stack(its_stack), gate(its_stream.overflow_.back_after) {}
    void task_done(JobId, Slot) override {}
    void task_started(JobId job, Slot task) override;
    void job_ended(JobId job) override { jobs.erase(job); }
    bool lost() const { return stack.agents_of(kind->tier) == 0; }

    FederatedBatch& stream;
    Stack& stack;
    CellGate gate;
    const JobKindOfStack* kind = nullptr;
    std::map<JobId, Job> jobs;
  };

  Cell& cell_for_one_that_comes();
  Cell* cell_to_move_to(const Job& job);
  void submit(Cell& cell, Job job);
  void move(Cell& from, JobId id, Cell& to);

  const OverflowSpec overflow_;
  FederationMeasures& measures_;
  Arrivals arrivals_;
  const Rate containers_;
  std::list<Cell> cells_;
};

}  // namespace streamtwin::titus
