// A mesh that follows MiSim (Cambio-Project/MiSim) in place of the platform's own ways: no registry, no Hystrix, no
// Ribbon. Everybody knows at once who runs. A request makes all its dependencies' calls together, waits for their answers,
// and only then works, first come, first served, on its instance's threads. Failures travel in no time, calls and answers
// take a drawn one. After MiSim's MicroserviceInstance, Microservice, NetworkRequestSendEvent, Retry and CircuitBreaker at
// commit b6950391, with what follows from the order in which those tell each other:
//   - the answer to a try that has timed out closes the call; the answer to its retry is then dropped, and the request
//     waits for ever;
//   - an instance that shuts down takes no answers any more: what waits for one there waits for ever;
//   - a request that has failed does not stop its other calls, nor their retries;
//   - what is over a circuit breaker's volume is sent although it counts as failed.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/services/mesh.hpp"
#include "models/misim/balancer.hpp"
#include "models/misim/circuit_breaker.hpp"
#include "models/misim/dependencies.hpp"
#include "models/misim/policies.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::misim {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;

struct Microservice;

/// One operation of a service, with what it calls.
struct Operation {
  struct Call {
    Operation* target = nullptr;  ///< null for an alternative or a loop
    std::optional<MisimDelaySpec> custom_delay, added_delay;
  };
  Operation(Microservice& owner, std::string its_name, const MisimOperationSpec& spec)
      : service(owner), name(std::move(its_name)), dependencies(spec.dependencies) {}

  Microservice& service;
  const std::string name;
  Duration work{0};  ///< on one thread
  const Dependencies dependencies;
  std::vector<Call> calls;  ///< by position in the description
};

struct Microservice {
  Microservice(services::Service& its_service, const MisimServiceSpec& its_spec)
      : service(its_service),
        spec(its_spec),
        balancer(its_spec.balancer),
        choices(Simulation::current().stream(its_service.name, "choices")) {}

  services::Service& service;
  const MisimServiceSpec& spec;
  std::map<std::string, Operation> operations;
  Balancer balancer;
  Random choices;                  ///< among its instances
  StartNumber launched = 0;        ///< so many, with those that have gone
  std::vector<Instance*> running;  ///< in the order of their launch
};

class Cluster {
 public:
  /// Adds its services to the mesh, which has none yet. The spec must outlive this. `later`: the machine of instances that
  /// come later; MiSim has no machines.
  Cluster(services::Mesh& mesh, const MisimSpec& spec, Host& later);

  /// A further instance of a service, in slot `number` of a zone: it runs at once.
  void launch(services::Service& service, Host& machine, ZoneIndex zone, int number);
  /// Autoscalers begin.
  void start();

  Operation& operation(const std::string& service, const std::string& name);
  /// A user's request: on its way it takes no time, and it is not tried again.
  Task<Reply> ask(Operation& operation, Envelope request);

  /// How many instances of a service can be asked for anything.
  int running(const std::string& service);
  /// ChaosMonkeyEvent: the oldest ones die; how many there were.
  int kill(const std::string& service, int instances);
  /// SummonerMonkeyEvent.
  void add(const std::string& service, int instances);
  /// DelayInjection: on calls of an operation (of all, if empty) to another, "service.operation" (to all, if empty).
  void delay_calls(const std::string& service, const std::string& operation, const std::string& callee,
                   std::optional<MisimDelaySpec> added);

 private:
  /// A request that an instance has not answered yet.
  struct Pending {
    Promise<Reply> promise;
    Instant arrived{};
    bool of_user = false;
  };
  using InFlight = std::list<Pending>;
  struct State final : rpc::HandlerState {
    explicit State(StartNumber number) : id(number) {}
    const StartNumber id;
    InFlight in_flight;
    std::map<const Microservice*, CircuitBreaker> breakers;
    Subscription machine;
    Duration submitted{0};  ///< thread-seconds of work handed to the threads
    bool shutting_down = false;
  };
  /// The calls of one request: answered when all are, failed with the first that has failed for good.
  struct Gathering {
    std::size_t left = 0;
    Promise<bool> promise;
    std::vector<bool> open;  ///< by call: no answer has been taken for it
    void answered();
    void failed();
  };
  /// One call while it is made, tried again if need be.
  struct Calling {
    std::shared_ptr<Gathering> gathering;
    std::size_t number;
    const Operation::Call* call;
  };

  static State& state_of(Instance& instance) { return static_cast<State&>(*instance.state); }
  static bool takes_requests(Instance& instance) { return instance.alive() && !state_of(instance).shutting_down; }
  Microservice& of(const rpc::Service& service) { return *by_index_[service.index]; }

  /// Whom a balancer names: nobody when there is none, and no identity when it is one that takes no requests any more.
  struct Choice {
    bool nobody = true;
    std::optional<InstanceId> id;
  };
  Choice choose(Microservice& service);
  Instance* find(const Choice& choice) const { return choice.id ? mesh_.lives.find(*choice.id) : nullptr; }
  static double work_left(Instance& instance);
  CircuitBreaker* breaker_of(Instance& self, const Microservice& target);
  Duration time_of_call(const Operation::Call& call, Random& random) const;

  void accept(const Choice& choice, Operation& operation, const Envelope& request, Promise<Reply> promise, bool of_user);
  Task<> arrive(Choice choice, Operation& operation, Envelope request, Promise<Reply> promise);
  Task<> serve(Instance& self, Operation& operation, Envelope request, InFlight::iterator entry);
  Future<bool> gather(Instance& self, const Operation& operation, const std::vector<std::size_t>& calls, const Envelope& request);
  Task<> make_call(Instance& self, Calling calling, Envelope request);
  Task<bool> try_once(Instance& self, const Calling& calling, Envelope request, CircuitBreaker* breaker, bool& lost);
  Task<> hear_late(Calling calling, Future<Reply> answer);
  static Task<> be_unreachable(Promise<Reply> promise);
  void answer(Instance& self, InFlight::iterator entry, bool good);
  void fail_all(Instance& instance);
  void leave(Microservice& service, Instance& instance);
  void end(Instance& instance);
  void scale(Microservice& service, int instances);
  void shut_down(Microservice& service);
  Task<> autoscale(Microservice& service);

  services::Mesh& mesh_;
  const MisimSpec& spec_;
  std::deque<Microservice> microservices_;
  std::vector<Microservice*> by_index_;  ///< by service
  Host& later_;
  Scope scope_;
};

}  // namespace streamtwin::misim
