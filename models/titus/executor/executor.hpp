// The executor of Titus' agents: the start of a container, step by step, and its end. A replay of Netflix/titus-executor
// executor/runner (Runner) and executor/runtime/docker: preparing, the image, the address, the system services, running.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/titus/executor/container_host.hpp"
#include "models/titus/executor/executor_spec.hpp"
#include "models/titus/ids.hpp"
#include "models/titus/network/credentials.hpp"
#include "models/titus/container_id.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::titus {

/// What is to be started.
struct StartRequest {
  ContainerId container = 0;
  ImageId image = 0;
  SecurityGroupsId groups = 0;
  RoleId role = 0;
  JobKind kind = JobKind::batch;
};

/// The steps of a start, in their order.
enum class StartStep : std::uint8_t { preparing, image, address, network, services, boot };

/// How a start ended.
enum class StartEnd : std::uint8_t {
  running,
  image_not_found,  ///< TASK_FAILED there
  image_unavailable,
  no_space,
  no_address,
  timed_out,  ///< TASK_FAILED there
  local_error,
  crashed,
};

/// As Titus files it: Netflix/titus-control-plane TaskStatus reason codes.
enum class StartReason : std::uint8_t { none, failed, crashed, transient_system_error, local_system_error };
StartReason reason_of(StartEnd end);

/// A container that has been started, and what it has of its agent; its death gives that back. Must not outlive the host.
class [[nodiscard]] Container {
 public:
  Container() = default;
  Container(ContainerHost& host, const StartRequest& request, AddressLease address, ImageHold image);
  Container(Container&& other) noexcept;
  Container& operator=(Container&& other) noexcept;
  ~Container() { end(); }

  explicit operator bool() const { return host_ != nullptr; }
  ContainerId id() const { return id_; }
  const Address& address() const { return address_.address(); }
  /// Gives all back at once, as when its agent dies.
  void end();

 private:
  friend class Executor;
  ContainerHost* host_ = nullptr;
  ContainerId id_ = 0;
  Instant since_{};
  AddressLease address_;
  ImageHold image_;
};

struct StartOutcome {
  StartEnd end = StartEnd::local_error;
  StartStep step = StartStep::preparing;  ///< where it ended
  Container container;                    ///< of one that runs
};

/// Who is told of the steps; the states travel to the master as an Orchestration says.
class StartObserver {
 public:
  /// A step is done, the container's state is Starting: `preparing` and `image` are what Titus calls StartInitiated.
  virtual void starting(ContainerId container, StartStep done) = 0;

 protected:
  ~StartObserver() = default;
};

struct ExecutorMeasures {
  ExecutorMeasures() = default;
  explicit ExecutorMeasures(Recorder& recorder, const std::string& prefix = "titus.executor.");

  Counter starts, running, failed, crashed, local_errors, timed_out, no_address, image_failed;
  Counter stopped, killed;                          ///< told to end: those that did, and those that had to be killed
  Counter asked_for_host;                           ///< refused by the metadata proxy
  Counter credentials_lapsed, without_credentials;  ///< of containers that have ended: times, and seconds
  Gauge lapsed_yet, without_yet;                    ///< of those that run
  Histogram start_time;                             ///< from the command's arrival until the container runs
  Histogram image_time, address_time;
};

class Executor {
 public:
  Executor(const ExecutorSpec& spec, Addresses& addresses, Registry& registry, std::uint64_t seed, ExecutorMeasures& measures)
      : spec_(spec), addresses_(addresses), registry_(registry), seed_(seed), measures_(measures) {}

  /// Starts a container on a host. May be cancelled at any step (its task is killed, its agent dies): it gives back what it has.
  Task<StartOutcome> start(ContainerHost& host, StartRequest request, StartObserver& observer);

  /// A container that runs when the run begins, with its image on the agent and its address; an empty one if it does not fit there.
  Container found(ContainerHost& host, const StartRequest& request);

  /// Ends a container that was told to end: it has `kill_wait` for that, then it is killed. Everything is given back at the end.
  Task<> stop(Container container, Duration kill_wait);
  /// What is left to do for one that has ended by itself.
  Task<> clean_up(Container container);

  /// Whether the service that gives credentials of roles answers.
  void give_credentials(bool given);
  /// What containers of these hosts have lacked by now.
  void count_credentials(std::span<const ContainerHost* const> hosts);
  /// A host dies, with its containers.
  void host_ends(const ContainerHost& host);

  Duration kill_wait(JobKind kind) const { return kind == JobKind::batch ? spec_.batch_kill_wait : spec_.service_kill_wait; }
  const ExecutorSpec& spec() const { return spec_; }

 private:
  Random stream(ContainerId container, std::uint64_t purpose) const { return Random(seed_, container, purpose); }
  Duration takes(Duration median, Random& random) const { return random.lognormal(median, spec_.sigma); }
  Duration clean_up_time(Random& random) const;
  CredentialsLife credentials_since(Instant since) const {
    return life_of_credentials(since, now(), outages_, spec_.error_hides_credentials);
  }
  void container_ends(Instant since);
  void ask_for_host(ContainerHost& host, ContainerId container);
  StartOutcome failed(StartEnd end, StartStep step);

  const ExecutorSpec spec_;
  Addresses& addresses_;
  Registry& registry_;
  std::uint64_t seed_;
  ExecutorMeasures& measures_;
  std::vector<Outage> outages_;  ///< of credentials
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::StartStep> = std::to_array<EnumName<titus::StartStep>>({
    {titus::StartStep::preparing, "preparing", "The command has arrived"},
    {titus::StartStep::image, "image", "The image is pulled, or is there"},
    {titus::StartStep::address, "address", "The VPC service assigns an address"},
    {titus::StartStep::network, "network", "Pod root container, namespace, veth and routes are set up"},
    {titus::StartStep::services, "services", "System services start"},
    {titus::StartStep::boot, "boot", "The container itself starts"},
});

template <>
inline constexpr auto enum_names<titus::StartEnd> = std::to_array<EnumName<titus::StartEnd>>({
    {titus::StartEnd::running, "running", "The container runs"},
    {titus::StartEnd::image_not_found, "image_not_found", "The registry does not have the image"},
    {titus::StartEnd::image_unavailable, "image_unavailable", "Every attempt to pull the image failed"},
    {titus::StartEnd::no_space, "no_space", "The agent's disk has no room for the image"},
    {titus::StartEnd::no_address, "no_address", "No address came in time"},
    {titus::StartEnd::timed_out, "timed_out", "A step took too long"},
    {titus::StartEnd::local_error, "local_error", "A fault of the agent"},
    {titus::StartEnd::crashed, "crashed", "The container crashed as it started"},
});

}  // namespace streamtwin
