// Tasks on virtual machines: a static pool, divided by what the machines are for. A machine takes a task when it has none (or
// fewer than it may have), is set up for it, and runs it. One that dies loses what it runs, which is begun again elsewhere.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "models/work/measures.hpp"
#include "models/work/pipeline_spec.hpp"
#include "models/work/workers.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::work {

class Machines final : public Workers {
 public:
  /// `noticed`: how long it takes until somebody sees that a machine is dead. `spec` outlives it.
  Machines(const PipelineSpec& spec, Duration noticed, MachinesMeasures& measures);

  /// In the order of the groups' names; before the run.
  void add_machine(std::size_t group, Host& host);

  void submit(StageIndex stage, std::vector<Assignment> assignments) override;
  void find(StageIndex stage, std::vector<Assignment> assignments) override;
  void withdraw(std::uint64_t unit) override;
  Duration lead() const override { return spec_.fresh ? spec_.boot : Duration{0}; }
  std::size_t alive() const override;
  void count_up_to_now();

 private:
  struct Group;
  /// A task on a machine.
  struct Running {
    Assignment assignment;
    Process process;
  };
  struct Machine {
    Machine(Host& its_host, Group& its_group) : host(its_host), group(its_group) {}
    Host& host;
    Group& group;
    std::vector<Running> running;
    bool is_set_up = true;  ///< there all the time, until it dies
    Subscription subscription;
    Scope scope;
  };
  struct Group {
    std::deque<Assignment> queue;
    std::vector<std::unique_ptr<Machine>> machines;
  };

  void fill(Group& group);
  bool has_room(const Machine& machine) const;
  void begin(Machine& machine, const Assignment& assignment, bool found);
  Task<> run(Machine& machine, Assignment assignment, bool found);
  void leave(Machine& machine, const Assignment& assignment);
  void machine_changed(Machine& machine);
  Task<> begin_again(Group& group, std::vector<Assignment> lost);

  const MachinesSpec& spec_;
  const Duration retry_after_;
  const int retries_;  ///< of a task that fails; those that are lost with their machine are not counted
  const Duration noticed_;
  MachinesMeasures& measures_;
  std::vector<std::size_t> group_of_;  ///< by stage
  std::vector<std::unique_ptr<Group>> groups_;
  std::size_t missing_ = 0;  ///< tasks of machines that are dead, which nobody has noticed yet
  Scope scope_;
};

}  // namespace streamtwin::work
