// Who runs tasks: containers of a stack of Titus, or virtual machines. Whoever has tasks for them knows nothing else of them.
#pragma once

#include <vector>

#include "models/titus/executor/processors.hpp"
#include "models/work/unit.hpp"
#include "sim-core/outcome.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::work {

/// One task of a unit, to be run.
struct Assignment {
  std::uint64_t unit = 0;
  TaskIndex task = 0;
  double left = 1;  ///< of one that is found under way as the run begins: the part still to be done
  int failed = 0;   ///< how often it has
};

/// Whose tasks they are.
class Employer {
 public:
  /// Where a task is.
  struct Place {
    Host& machine;
    const titus::Processors* shared = nullptr;  ///< of a machine whose processors others want, too
  };
  /// What a task does there. May be cancelled, and be done again elsewhere, then from its start.
  virtual Task<Outcome> work(Assignment assignment, Place place) = 0;
  /// Cores that it computes on.
  virtual int cores_of(const Assignment& assignment) const = 0;
  /// Whether it is still to be done.
  virtual bool wants(const Assignment& assignment) const = 0;
  /// It has ended as it should, or nobody will try any more.
  virtual void ended(const Assignment& assignment, bool well) = 0;

 protected:
  ~Employer() = default;
};

class Workers {
 public:
  virtual ~Workers() = default;

  /// Before anything else.
  void serve(Employer& employer) { employer_ = &employer; }
  virtual void submit(StageIndex stage, std::vector<Assignment> assignments) = 0;
  /// Before the run: tasks that are found under way. Where they find no room they wait as any other.
  virtual void find(StageIndex stage, std::vector<Assignment> assignments) = 0;
  /// Before the run: tasks of a stage have come at this rate.
  virtual void have_run(StageIndex, Rate /*tasks*/) {}
  /// Nothing more is to be done for a unit; what is under way ends, and nobody is told.
  virtual void withdraw(std::uint64_t unit) = 0;
  /// From a place for a task until its work begins, as expected.
  virtual Duration lead() const = 0;
  /// Tasks that they have and that have not ended, counted by walking them.
  virtual std::size_t alive() const = 0;

 protected:
  Employer& employer() { return *employer_; }

 private:
  Employer* employer_ = nullptr;
};

}  // namespace streamtwin::work
