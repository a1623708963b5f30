// Tasks on virtual machines: a static pool, divided by what the machines are for, and besides it machines that are borrowed while
// there is work for them. A machine takes a task when it has none (or fewer than it may have), is set up for it, and runs it. One
// that dies or is taken back loses what it runs, which is begun again elsewhere.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "models/cloud/ec2/lending.hpp"
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
  void add_machine(std::size_t group, Host& host, ec2::Ledger::Meter meter);
  /// A group as it borrows machines, with so many cores each.
  ec2::Borrower& borrower(std::size_t group, int cores);

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
    Instant since;
  };
  struct Machine {
    Machine(Host& its_host, Group& its_group, int its_cores, bool is_borrowed)
        : host(its_host), group(its_group), cores(its_cores), borrowed(is_borrowed), is_set_up(!is_borrowed) {}
    Host& host;
    Group& group;
    const int cores;
    const bool borrowed;
    std::vector<Running> running;
    bool is_set_up;       ///< those that are there all the time are, until they die
    bool closed = false;  ///< it will be taken back
    ec2::Ledger::Meter meter;
    Subscription subscription;
    Scope scope;
  };
  struct Group final : ec2::Borrower {
    Group(Machines& whose, int how_many) : all(whose), borrows(how_many) {}
    int wants() const override;
    void borrow(Host& host) override { all.borrow(*this, host); }
    void notice(Host& host) override { (*all.borrowed_at(*this, host))->closed = true; }
    bool leaves_idle(const Host& host) const override { return (*all.borrowed_at(*this, host))->running.empty(); }
    void take_away(Host& host) override { all.take_away(*this, host); }

    Machines& all;
    const int borrows;
    int cores = 0;  ///< of a machine that it borrows
    std::deque<Assignment> queue;
    std::vector<std::unique_ptr<Machine>> machines;
  };
  using PlaceOfMachine = std::vector<std::unique_ptr<Machine>>::const_iterator;

  void fill(Group& group);
  bool has_room(const Machine& machine) const;
  void begin(Machine& machine, const Assignment& assignment, bool found);
  Task<> run(Machine& machine, Assignment assignment, bool found);
  void leave(Machine& machine, const Assignment& assignment);
  Machine& include(std::unique_ptr<Machine> machine);
  void borrow(Group& group, Host& host);
  static PlaceOfMachine borrowed_at(const Group& group, const Host& host);
  void take_away(Group& group, Host& host);
  void machine_changed(Machine& machine);
  std::vector<Assignment> drop_tasks(Machine& machine);
  void put_first(Group& group, std::vector<Assignment> lost);
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
