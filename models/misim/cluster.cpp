// Who runs, who is chosen, and what the method and the autoscalers do about it.
#include "models/misim/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::misim {

namespace {

/// What the mesh has to know of the services.
std::map<std::string, services::ServiceSpec> for_the_mesh(const MisimSpec& spec) {
  std::map<std::string, services::ServiceSpec> services;
  for (const auto& [name, described] : spec.services) {
    services::ServiceSpec& service = services[name];
    service.instances_per_zone = described.instances_per_zone;
    service.cores = described.cores;
    service.queue_limit = described.queue_limit;
  }
  return services;
}

}  // namespace

Cluster::Cluster(services::Mesh& mesh, const MisimSpec& spec, Host& later) : mesh_(mesh), spec_(spec), later_(later) {
  mesh.add(for_the_mesh(spec));
  for (services::Service& service : mesh.services()) {
    Microservice& microservice = microservices_.emplace_back(service, spec.services.at(service.name));
    by_index_.push_back(&microservice);
    const double per_thread = static_cast<double>(microservice.spec.capacity) / service.spec.cores;
    for (const auto& [name, operation] : microservice.spec.operations) {
      Operation& made = microservice.operations.try_emplace(name, microservice, name, operation).first->second;
      made.work = Duration{operation.demand / per_thread};
    }
    mesh.recorder.sampled_series(fmt::format("service.{}.instances", service.name), "",
                                 [&microservice] { return static_cast<double>(microservice.running.size()); });
  }
  for (Microservice& microservice : microservices_) {
    for (auto& [name, caller] : microservice.operations) {
      for (const MisimDependencySpec& dependency : microservice.spec.operations.at(name).dependencies) {
        const bool calls = dependency.kind == DependencyKind::basic;
        caller.calls.push_back(
            {calls ? &operation(dependency.service, dependency.operation) : nullptr, dependency.custom_delay, std::nullopt});
      }
    }
  }
}

Operation& Cluster::operation(const std::string& service, const std::string& name) {
  return of(mesh_.service(service)).operations.at(name);
}

void Cluster::launch(services::Service& service, Host& machine, ZoneIndex zone, int number) {
  Instance& instance = mesh_.lives.begin(service, machine, zone, number);
  Microservice& microservice = of(service);
  auto state = std::make_unique<State>(microservice.launched++);
  state->machine = machine.while_held([this, &instance](Host& host) {
    if (!host.is_on()) end(instance);
  });
  instance.state = std::move(state);
  microservice.running.push_back(&instance);
  mesh_.lives.start(instance, false);
}

void Cluster::start() {
  for (Microservice& microservice : microservices_) {
    if (microservice.spec.autoscaler) scope_.spawn_service("autoscaler", autoscale(microservice));
  }
}

// NetworkRequestSendEvent: a user waits for nothing on the way, nor for the answer on its way back.
Task<Reply> Cluster::ask(Operation& operation, Envelope request) {
  const Choice callee = choose(operation.service);
  if (callee.nobody) co_return Reply{.status = rpc::Status::unreachable};
  auto [promise, future] = make_promise<Reply>();
  accept(callee, operation, request, std::move(promise), true);
  Reply reply = co_await future;
  co_return reply;
}

Cluster::Choice Cluster::choose(Microservice& service) {
  thread_local std::vector<Candidate> candidates;  // room that is kept
  candidates.clear();
  for (Instance* instance : service.running) {
    candidates.push_back({state_of(*instance).id, service.balancer.asks_for_work() ? work_left(*instance) : 0});
  }
  const std::optional<StartNumber> chosen = service.balancer.choose(candidates, service.choices);
  if (!chosen) return {};
  const auto found = std::lower_bound(candidates.begin(), candidates.end(), *chosen,
                                      [](const Candidate& candidate, StartNumber wanted) { return candidate.id < wanted; });
  if (found == candidates.end() || found->id != *chosen) return {.nobody = false};
  return {.nobody = false, .id = service.running[static_cast<std::size_t>(found - candidates.begin())]->id};
}

// CPU.getCurrentRelativeWorkDemand: seconds until the instance, with all its threads, has worked off what it has. MiSim
// rounds to 14 decimals, too, so that an idle instance is idle.
double Cluster::work_left(Instance& instance) {
  if (instance.execution.taken_up() == 0) return 0;
  return in_seconds(state_of(instance).submitted - instance.execution.worked()) / static_cast<double>(instance.execution.cores());
}

int Cluster::running(const std::string& name) { return static_cast<int>(of(mesh_.service(name)).running.size()); }

int Cluster::kill(const std::string& name, int instances) {
  Microservice& service = of(mesh_.service(name));
  int died = 0;
  for (; died < instances && !service.running.empty(); ++died) {
    Instance& oldest = *service.running.front();
    end(oldest);
  }
  return died;
}

void Cluster::add(const std::string& name, int instances) {
  Microservice& service = of(mesh_.service(name));
  scale(service, static_cast<int>(service.running.size()) + instances);
}

void Cluster::delay_calls(const std::string& name, const std::string& caller, const std::string& callee,
                          std::optional<MisimDelaySpec> added) {
  for (auto& [operation_name, operation] : of(mesh_.service(name)).operations) {
    if (!caller.empty() && caller != operation_name) continue;
    for (Operation::Call& call : operation.calls) {
      if (call.target == nullptr) continue;
      const bool meant = callee.empty() || callee == call.target->service.service.name + "." + call.target->name;
      if (meant) call.added_delay = added;
    }
  }
}

void Cluster::leave(Microservice& service, Instance& instance) { std::erase(service.running, &instance); }

// Whoever waits for it is told at once. What is on its way to it arrives at nobody.
void Cluster::end(Instance& instance) {
  if (instance.dead()) return;  // another was faster at the same instant
  leave(of(instance.service), instance);
  mesh_.lives.stop(instance);
  fail_all(instance);
}

void Cluster::scale(Microservice& service, int instances) {
  const std::size_t wanted = static_cast<std::size_t>(std::clamp(instances, 0, Autoscaler::instances_max));
  while (service.running.size() < wanted) launch(service.service, later_, 0, static_cast<int>(service.launched));
  while (service.running.size() > wanted) shut_down(service);
}

// The one that uses the fewest of its threads, the oldest of several: it ends when it has answered what it has.
void Cluster::shut_down(Microservice& service) {
  const auto used = [](const Instance* instance) { return instance->execution.workers.busy(); };
  Instance& least = **std::min_element(service.running.begin(), service.running.end(),
                                       [&](const Instance* a, const Instance* b) { return used(a) < used(b); });
  leave(service, least);
  state_of(least).shutting_down = true;
  if (state_of(least).in_flight.empty()) end(least);
}

Task<> Cluster::autoscale(Microservice& service) {
  const MisimAutoscalerSpec& spec = *service.spec.autoscaler;
  Autoscaler autoscaler(spec);
  co_await delay(spec.start);
  for (;;) {
    double work = 0;
    for (Instance* instance : service.running) work += work_left(*instance);
    const std::size_t count = service.running.size();
    scale(service, autoscaler.decide(static_cast<int>(count), count > 0 ? work / static_cast<double>(count) : 0, now()));
    if (spec.stop && now() >= at(*spec.stop - spec.start)) co_return;
    co_await delay(spec.period);
  }
}

}  // namespace streamtwin::misim
