#include "models/titus/placement/fitness.hpp"

namespace streamtwin::titus {
namespace {

/// AgentManagementFitnessCalculator
constexpr double prefer_no_placement = 0.000001, no_agent = 0.01;
/// CachedImageFitnessCalculator and CachedSecurityGroupFitnessCalculator; JobTypeFitnessCalculator ZERO_SAME_JOB_TASKS_SCORE
constexpr double not_cached = 0.01, none_of_its_kind = 0.01;
/// JobTypeFitnessCalculator
constexpr double empty_host = 0.7;
/// ImageSpreading-, SecurityGroupSpreading- and JobSpreadingFitnessCalculator MATCHING_TASK_SCORE
constexpr double spread_among(int same) { return same == 0 ? 1.0 : 1.0 / same * 0.5; }

template <class Matches>
int assigned(const fenzo::Host& host, const Matches& matches) {
  int count = 0;
  for (const fenzo::Task& task : host.assigned_tasks()) count += matches(container(task)) ? 1 : 0;
  return count;
}

/// Netflix/Fenzo WeightedAverageFitnessCalculator: added up in its order, none where any is 0.
class Average {
 public:
  Average& add(double score, double weight) {
    none_ = none_ || score == 0.0;
    scores_ += score * weight;
    weights_ += weight;
    return *this;
  }
  double value() const { return none_ ? 0.0 : scores_ / weights_; }

 private:
  double scores_ = 0, weights_ = 0;
  bool none_ = false;
};

}  // namespace

double Scores::agent_management(const fenzo::Host& host) const {
  const AgentFacts& agent = tally_.facts(host.number());
  if (!agent.known) return no_agent;
  if (agent.group_active) return agent.quality;
  return agent.group_takes_tasks || agent.prefers_none ? agent.quality * prefer_no_placement : no_agent;
}

double Scores::cached_image(const ContainerRequest& task, const fenzo::Host& host) const {
  return tally_.has_image(task.image, host.number()) ? 1.0 : not_cached;
}

double Scores::cached_security_groups(const ContainerRequest& task, const fenzo::Host& host) const {
  return tally_.has_security_groups(task.security_groups, host.number()) ? 1.0 : not_cached;
}

double Scores::image_spreading(const ContainerRequest& task, const fenzo::Host& host) const {
  const int now = assigned(host, [&](const ContainerRequest& other) { return other.image == task.image; });
  return spread_among(tally_.with_image(task.image, host.number()) + now);
}

double Scores::security_group_spreading(const ContainerRequest& task, const fenzo::Host& host) const {
  const int now = assigned(host, [&](const ContainerRequest& other) { return tally_.equal(task.security_groups, other.security_groups); });
  return spread_among(tally_.with_security_groups(task.security_groups, host.number()) + now);
}

double Scores::job_spreading(const ContainerRequest& task, const fenzo::Host& host) const {
  if (!counts_all_) return spread_among(tally_.of_job(task.job, host.number()));
  return spread_among(tally_.counts(host.number()).all + static_cast<int>(host.assigned_tasks().size()));
}

double Scores::job_type(const ContainerRequest& task, const fenzo::Host& host) const {
  const AgentCounts& counts = tally_.counts(host.number());
  const int all = counts.all + static_cast<int>(host.assigned_tasks().size());
  if (all == 0) return empty_host;
  const int of_kind = (task.kind == JobKind::service ? counts.services : counts.all - counts.services) +
                      assigned(host, [&](const ContainerRequest& other) { return other.kind == task.kind; });
  return of_kind == 0 ? none_of_its_kind : static_cast<double>(of_kind) / all;
}

double Scores::cpu_mem_packing(const ContainerRequest& task, const fenzo::Host& host) {
  const fenzo::Resources &assigned = host.assigned(), &running = host.running(), &total = host.total();
  return ((task.needs.cpus + assigned.cpus + running.cpus) / (total.cpus + running.cpus) +
          (task.needs.memory + assigned.memory + running.memory) / (total.memory + running.memory)) /
         2;
}

double TitusFitness::spread(const ContainerRequest& task, const fenzo::Host& host) const {
  return Average()
      .add(spreads_tier_ ? scores_.job_spreading(task, host) : Scores::cpu_mem_packing(task, host), 0.05)
      .add(scores_.job_type(task, host), 0.05)
      .add(scores_.image_spreading(task, host), 0.1)
      .add(scores_.security_group_spreading(task, host), 0.3)
      .add(scores_.agent_management(host), 0.5)
      .value();
}

double TitusFitness::pack_critical(const ContainerRequest& task, const fenzo::Host& host) const {
  return Average()
      .add(scores_.job_type(task, host), 0.05)
      .add(Scores::cpu_mem_packing(task, host), 0.1)
      .add(scores_.cached_image(task, host), 0.15)
      .add(scores_.cached_security_groups(task, host), 0.2)
      .add(scores_.agent_management(host), 0.5)
      .value();
}

double TitusFitness::pack(const ContainerRequest& task, const fenzo::Host& host) const {
  return Average()
      .add(Scores::cpu_mem_packing(task, host), 0.1)
      .add(scores_.job_type(task, host), 0.1)
      .add(scores_.cached_image(task, host), 0.15)
      .add(scores_.cached_security_groups(task, host), 0.15)
      .add(scores_.agent_management(host), 0.5)
      .value();
}

double TitusFitness::score(const fenzo::TaskRequest& request, const fenzo::Host& host, const fenzo::TaskTracker&) const {
  const ContainerRequest& task = container(request);
  if (task.job_tier != Tier::critical || task.kind != JobKind::service) return pack(task, host);
  return spreads_services_ ? spread(task, host) : pack_critical(task, host);
}

}  // namespace streamtwin::titus
