// What is on each agent, counted by what placement asks for: kinds of jobs, images, security groups, launches. Rows of numbers by
// the host's number, which a search walks along. Everything is updated in O(1) as tasks come and go.
//
// Costs two bytes for each pair of an image and an agent, and four for each pair of a set of security groups and an agent. What is
// asked of security groups costs a look for each set that is part of them, or that they are part of: rarely more than themselves.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/places/ids.hpp"
#include "models/titus/fenzo/host.hpp"
#include "models/titus/placement/container_request.hpp"

namespace streamtwin::titus {

using fenzo::HostNumber;

/// What is known of an agent that placement asks about. Whoever owns the agents keeps it.
struct AgentFacts {
  bool known = false;         ///< there is an agent, of a known group
  bool group_active = false;  ///< else it is phased out, if it takes tasks at all
  bool group_takes_tasks = false;
  bool prefers_none = false;
  bool started = false;
  bool healthy = true;
  bool no_placement = false;         ///< a user's tag, of it or of its group
  bool system_no_placement = false;  ///< the system's: marked as removable
  bool relocation_required = false;
  Tier tier = Tier::flex;
  int gpus = 0;
  std::uint32_t taints = 0;  ///< a bit each
  AgentId agent = 0;
  AgentGroupId group = 0;
  std::uint32_t type = 0;  ///< a number for each instance type
  ZoneIndex zone = 0;
  double quality = 1;  ///< AgentQuality::score
};

/// Tasks on an agent.
struct AgentCounts {
  int all = 0, launching = 0;
  int services = 0;
};

/// Which network interface a task uses, where Fenzo gives it one, and when it is told.
struct InterfaceUse {
  int index = -1;  ///< none
  Instant at{};
};

/// What an interface last carried.
struct InterfaceMemory {
  bool used = false;  ///< ever
  SecurityGroupsId security_groups = 0;
  Instant at{};
};

class PlacementTally {
 public:
  /// Security groups of a job or an interface, each by a number. The same set gives the same id. `equal_if_within`: Titus takes a set
  /// for equal to another when nothing of it is missing there (FitnessCalculatorFunctions.areSecurityGroupsEqual).
  SecurityGroupsId add_security_groups(std::vector<std::uint32_t> groups);
  explicit PlacementTally(bool equal_if_within = true) : equal_if_within_(equal_if_within) {}

  /// An agent, or what has changed of it.
  void set_agent(HostNumber host, const AgentFacts& facts) { grow(host), agents_[host].facts = facts; }
  AgentFacts& facts(HostNumber host) { return grow(host), agents_[host].facts; }
  /// It has gone, with what it remembered. Its tasks have to be `ended` first.
  void remove_agent(HostNumber host);

  // Tasks. Between the iteration that assigns a task and `launched` it is the host's assigned tasks that tell of it.
  void launched(const ContainerRequest& task, HostNumber host, InterfaceUse interface = {});
  /// It is no longer being launched.
  void started(const ContainerRequest& task, HostNumber host);
  /// `was_started`: as told.
  void ended(const ContainerRequest& task, HostNumber host, bool was_started, InterfaceUse interface = {});
  /// In this iteration, of jobs that are counted. AssignmentCounter tells.
  void assigned(const ContainerRequest& task, HostNumber host);
  void begin_iteration();

  const AgentFacts& facts(HostNumber host) const { return host < agents_.size() ? agents_[host].facts : nobody_; }
  const AgentCounts& counts(HostNumber host) const { return host < agents_.size() ? agents_[host].counts : nothing_; }
  /// Tasks there with that image, and whether any ever had it since the agent began.
  int with_image(ImageId image, HostNumber host) const { return cell(images_, image, host) & ~cached; }
  bool has_image(ImageId image, HostNumber host) const { return (cell(images_, image, host) & cached) != 0; }
  /// Tasks there whose security groups these are equal to in Titus's sense.
  int with_security_groups(SecurityGroupsId groups, HostNumber host) const;
  /// Whether an interface there carries such as are equal to these, or a running task without interface has them. Interfaces keep
  /// what the last task had that used them.
  bool has_security_groups(SecurityGroupsId groups, HostNumber host) const;
  /// Null: never used.
  const InterfaceMemory* interface(HostNumber host, int index) const;
  /// In Titus's sense.
  bool equal(SecurityGroupsId first, SecurityGroupsId second) const;

  // Of jobs that are counted, running and assigned in this iteration.
  /// Its tasks there.
  int of_job(JobId job, HostNumber host) const;
  /// Tasks by zone; zones without are left out.
  using ZoneCounts = std::vector<std::pair<ZoneIndex, int>>;
  const ZoneCounts& zones_of(JobId job) const;

 private:
  static constexpr std::uint16_t cached = 0x8000;
  using Row = std::vector<std::uint16_t>;
  /// What a search reads of a host, in one line of the cache.
  struct alignas(64) Entry {
    AgentFacts facts;
    AgentCounts counts;
  };
  static_assert(sizeof(Entry) == 64);
  struct JobCounts {
    ZoneCounts zones;
    std::vector<std::pair<HostNumber, int>> hosts;  ///< sorted
  };

  static std::uint16_t cell(const std::vector<Row>& rows, std::uint32_t row, HostNumber host) {
    return row < rows.size() && host < rows[row].size() ? rows[row][host] : 0;
  }
  static std::uint16_t& cell_of(std::vector<Row>& rows, std::uint32_t row, HostNumber host);
  void grow(HostNumber host) {
    if (host >= agents_.size()) agents_.resize(host + 1u);
  }
  void carry(const ContainerRequest& task, HostNumber host, InterfaceUse interface, int difference);
  void count(const ContainerRequest& task, HostNumber host, int difference);
  void count_of_job(JobId job, HostNumber host, ZoneIndex zone, int difference);

  bool equal_if_within_;
  std::vector<Entry> agents_;
  std::vector<std::vector<InterfaceMemory>> interfaces_;  ///< by host
  std::vector<Row> images_;
  std::vector<Row> security_group_tasks_, carried_;          ///< of exactly these: tasks; interfaces, and tasks without
  std::vector<std::vector<std::uint32_t>> security_groups_;  ///< sorted
  std::vector<std::vector<SecurityGroupsId>> parts_;         ///< s for which equal(s, this)
  std::vector<std::vector<SecurityGroupsId>> part_of_;       ///< s for which equal(this, s)
  std::unordered_map<JobId, JobCounts> jobs_;
  struct AssignedNow {
    JobId job;
    HostNumber host;
    ZoneIndex zone;
  };
  std::vector<AssignedNow> assigned_;
  inline static const AgentFacts nobody_{};
  inline static const AgentCounts nothing_{};
};

}  // namespace streamtwin::titus
