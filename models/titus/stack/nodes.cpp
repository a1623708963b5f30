#include "models/titus/stack/nodes.hpp"

#include <algorithm>

#include "sim-core/any_all.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

ReasonCode reason_code(StartReason reason) {
  switch (reason) {
    case StartReason::none: return ReasonCode::normal;
    case StartReason::failed: return ReasonCode::failed;
    case StartReason::crashed: return ReasonCode::crashed;
    case StartReason::transient_system_error: return ReasonCode::transient_system_error;
    case StartReason::local_system_error: return ReasonCode::local_system_error;
  }
  return ReasonCode::unknown;
}

/// Longer than any run.
constexpr Duration longest_life = 1000h * 24 * 365;
constexpr std::uint64_t news_of = hash_text("news of a container");

Task<Outcome> let_pass(Duration time) {
  co_await delay(time);
  co_return Outcome::finished;
}

}  // namespace

/// A container that the agent knows: whoever wants it to end finds it as long as this lives.
class Nodes::Presence {
 public:
  Presence(Node& node, ContainerId container, const Overhead& overhead)
      : node_(node), container_(container), executor_(node.processors, overhead) {
    node_.running.emplace(container, this);
  }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;
  ~Presence() { node_.running.erase(container_); }

  void begin(Program& program) { program_ = &program; }
  void end_program() {
    if (Program* const program = std::exchange(program_, nullptr)) program->ended(container_);
  }
  void slowed(Fraction pace) {
    if (program_ != nullptr) program_->slowed(container_, pace);
  }

  Signal asked_to_stop{"the end of a container"};

 private:
  Program* program_ = nullptr;  ///< that runs
  Node& node_;
  ContainerId container_;
  Processors::Use executor_;
};

Nodes::Node::Node(const HostShape& shape, const fenzo::Resources& resources, Nodes& nodes, Host& its_machine, ZoneIndex its_zone)
    : host(shape, nodes.addresses_, nodes.registry_),
      machine(its_machine),
      zone(its_zone),
      processors(resources, nodes.measures_, [this] { slowed(); }) {}

void Nodes::Node::slowed() {
  for (const auto& [container, presence] : running) presence->slowed(processors.pace());
}

/// Tells the master that a container is being set up.
class Nodes::Starting final : public StartObserver {
 public:
  Starting(Nodes& nodes, std::uint32_t& version) : nodes_(nodes), version_(version) {}
  void starting(ContainerId container, StartStep done) override {
    const bool told = done == StartStep::preparing || done == StartStep::image;
    if (told) nodes_.report(container, ++version_, TaskState::start_initiated, ReasonCode::normal);
  }

 private:
  Nodes& nodes_;
  std::uint32_t& version_;
};

Nodes::Nodes(Executor& executor, Orchestration& orchestration, Addresses& addresses, Registry& registry, std::uint64_t seed,
             ProcessorMeasures& measures)
    : executor_(executor), orchestration_(orchestration), addresses_(addresses), registry_(registry), seed_(seed), measures_(measures) {}

void Nodes::add(AgentId agent, const HostShape& shape, const fenzo::Resources& resources, Host& machine, ZoneIndex zone) {
  if (agent >= nodes_.size()) nodes_.resize(agent + 1);
  nodes_[agent] = std::make_unique<Node>(shape, resources, *this, machine, zone);
}

void Nodes::remove(AgentId agent) {
  if (!has(agent)) return;
  std::vector<std::pair<ContainerId, Presence*>> there(nodes_[agent]->running.begin(), nodes_[agent]->running.end());
  std::sort(there.begin(), there.end());
  for (const auto& [container, presence] : there) presence->end_program();
  executor_.host_ends(nodes_[agent]->host);
  nodes_[agent].reset();
}

void Nodes::start(AgentId agent, const WorkOrder& order) {
  if (!has(agent)) return;
  Random random = stream(order.container, hash_text("command to start"));
  if (!orchestration_.answers()) return refuse(order.container, random);
  Node& node = *nodes_[agent];
  node.scope.spawn_after(orchestration_.start_command(now(), random), "a container", run(node, order, false));
}

void Nodes::stop(AgentId agent, ContainerId container) {
  if (!has(agent)) return;
  if (!orchestration_.answers()) return to_stop_.push_back({agent, container});
  Random random = stream(container, hash_text("command to stop"));
  Node& node = *nodes_[agent];
  node.scope.spawn_after(orchestration_.stop_command(now(), random), "command to stop a container", arrive_to_stop(node, container));
}

// As Titus files what its own parts could not do. What is told to stop is told again until it has been heard.
void Nodes::refuse(ContainerId container, Random& random) {
  scope_.spawn_after(orchestration_.refusal(random), "a start that ECS has refused",
                     deliver(container, 1, TaskState::finished, ReasonCode::transient_system_error));
}

void Nodes::commands_pass_again() {
  for (const auto& [agent, container] : std::exchange(to_stop_, {})) stop(agent, container);
  for (const News& news : std::exchange(unheard_, {})) report(news.container, news.version, news.state, news.reason);
}

void Nodes::adopt(AgentId agent, const WorkOrder& order) {
  Node& node = *nodes_[agent];
  node.host.images.preload(order.image);
  if (order.program != nullptr) order.program->found({order.container, order.task, node.zone, node.machine, node.processors, true});
  node.scope.spawn("a container", run(node, order, true));
}

Task<> Nodes::arrive_to_stop(Node& node, ContainerId container) {
  const auto found = node.running.find(container);
  if (found != node.running.end()) {
    found->second->asked_to_stop.notify_all();
  } else {
    node.stopped_before_start.insert(container);  // or it has just ended, which the master will hear
  }
  co_return;
}

// From the command to the end. One that is found running has had its start.
Task<> Nodes::run(Node& node, WorkOrder order, bool found) {
  if (node.stopped_before_start.erase(order.container) > 0) {
    report(order.container, 1, TaskState::finished, ReasonCode::killed);
    co_return;
  }
  Presence presence(node, order.container, executor_.spec().overhead.each());
  const StartRequest request{
      .container = order.container, .image = order.image, .groups = order.security_groups, .role = 0, .kind = order.kind};
  std::uint32_t version = 0;
  Container container;
  if (found) {
    container = executor_.found(node.host, request);
  } else {
    Starting observer(*this, version);
    auto started = co_await any_of(executor_.start(node.host, request, observer), presence.asked_to_stop.wait());
    if (started.index() == 1) {
      report(order.container, version + 1, TaskState::finished, ReasonCode::killed);
      co_return;
    }
    StartOutcome& outcome = std::get<0>(started);
    if (outcome.end != StartEnd::running) {
      report(order.container, version + 1, TaskState::finished, reason_code(reason_of(outcome.end)));
      co_return;
    }
    container = std::move(outcome.container);
    report(order.container, ++version, TaskState::started, ReasonCode::normal);
  }
  if (const std::optional<ReasonCode> done = co_await live(node, order, found, presence)) {
    presence.end_program();
    report(order.container, version + 1, TaskState::finished, *done);
    co_await executor_.clean_up(std::move(container));
    co_return;
  }
  Duration left = executor_.kill_wait(order.kind);
  if (order.program != nullptr) {
    const Instant told = now();
    co_await within(left, order.program->wind_down(order.container, left));
    left -= now() - told;
  }
  co_await executor_.stop(std::move(container), left);
  presence.end_program();
  report(order.container, version + 1, TaskState::finished, ReasonCode::killed);
}

// How it ended; nothing where it was told to.
Task<std::optional<ReasonCode>> Nodes::live(Node& node, WorkOrder order, bool found, Presence& presence) {
  const Processors::Use processors(node.processors, order.wants);
  if (order.program != nullptr) co_return co_await run_program(node, order, found, presence);
  if (order.runs_for >= WorkOrder::for_ever) {
    co_await presence.asked_to_stop.wait();
    co_return std::nullopt;
  }
  auto first = co_await any_of(at_pace(node.processors, order.runs_for, let_pass), presence.asked_to_stop.wait());
  if (first.index() == 0) co_return order.ends_with;
  co_return std::nullopt;
}

Task<std::optional<ReasonCode>> Nodes::run_program(Node& node, WorkOrder order, bool found, Presence& presence) {
  presence.begin(*order.program);
  const Program::Place place{order.container, order.task, node.zone, node.machine, node.processors, found};
  auto first = co_await any_of(order.program->run(place), presence.asked_to_stop.wait(), delay(std::min(order.runs_for, longest_life)));
  switch (first.index()) {
    case 0: co_return std::get<0>(first);
    case 1: co_return std::nullopt;
    default: co_return order.ends_with;
  }
}

void Nodes::report(ContainerId container, std::uint32_t version, TaskState state, ReasonCode reason) {
  if (!orchestration_.answers()) return unheard_.push_back({container, version, state, reason});
  Random random = stream(container, news_of + version);
  const StateNews news = orchestration_.state(now(), random);
  scope_.spawn_after(news.after, "news of a container", deliver(container, version, state, reason));
  if (news.again) scope_.spawn_after(*news.again, "news of a container", deliver(container, version, state, reason));
}

Task<> Nodes::deliver(ContainerId container, std::uint32_t version, TaskState state, ReasonCode reason) {
  observer_->reported(container, version, state, reason);
  co_return;
}

void Nodes::count_credentials() const {
  std::vector<const ContainerHost*> hosts;
  for (const auto& node : nodes_) {
    if (node) hosts.push_back(&node->host);
  }
  executor_.count_credentials(hosts);
}

std::size_t Nodes::running() const {
  std::size_t running = 0;
  for (const auto& node : nodes_) running += node ? node->running.size() : 0;
  return running;
}

}  // namespace streamtwin::titus
