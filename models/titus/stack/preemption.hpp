// Critical takes places from Flex. A policy of ours, since Netflix planned it and published nothing: when a container of Critical has
// waited for long enough, the agent of Flex is chosen where batch containers have to be killed of which least work is lost; it
// is put there as soon as they have ended.
#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "models/titus/stack/job_keeper.hpp"
#include "models/titus/stack/stack_spec.hpp"

namespace streamtwin::titus {

/// A batch container of Flex that could be killed.
struct Preemptable {
  ContainerId container = 0;
  fenzo::Resources needs;
  double work_lost = 0;  ///< processors times seconds
};

/// Which of an agent's containers to kill so that `needed` fits beside what is `free`: those of which least work is lost for what
/// they give, and none that is not needed in the end. Nothing if all of them do not suffice. O(n log n).
std::optional<std::vector<std::size_t>> least_loss(const fenzo::Resources& needed, const fenzo::Resources& free,
                                                   const std::vector<Preemptable>& there);

class Preemption {
 public:
  Preemption(const PreemptionSpec& spec, AgentPool& agents, JobKeeper& jobs, Placing& placing)
      : spec_(spec), agents_(agents), jobs_(jobs), placing_(placing) {}

  void start();

 private:
  struct Offer {
    AgentId agent = 0;
    std::vector<ContainerId> kill;
    double loss = 0;
  };

  Task<> watch();
  std::optional<Offer> best_agent(const ContainerRequest& waiting) const;

  const PreemptionSpec spec_;
  AgentPool& agents_;
  JobKeeper& jobs_;
  Placing& placing_;
  std::unordered_set<std::uint64_t> dealt_with_;
  Scope scope_;
};

}  // namespace streamtwin::titus
