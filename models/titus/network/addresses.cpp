#include "models/titus/network/addresses.hpp"

#include <optional>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

NetworkMeasures::NetworkMeasures(Recorder& recorder, const std::string& prefix)
    : assigned(recorder.counter(prefix + "assigned")),
      given_back(recorder.counter(prefix + "given_back")),
      timed_out(recorder.counter(prefix + "timed_out")),
      interfaces_attached(recorder.counter(prefix + "interfaces_attached")),
      interfaces_created(recorder.counter(prefix + "interfaces_created")),
      interfaces_detached(recorder.counter(prefix + "interfaces_detached")),
      wait(recorder.histogram(prefix + "wait")) {}

void AddressLease::give_back() {
  Addresses* const addresses = std::exchange(addresses_, nullptr);
  if (addresses == nullptr) return;
  if (addresses->vpc_.release(address_, now())) ++addresses->measures_.given_back;
}

/// An interface on its way to an agent: if whoever waits for it is cut off it has not come.
class Addresses::Attachment {
 public:
  Attachment(Vpc& vpc, Address place) : vpc_(vpc), place_(place) {}
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  ~Attachment() {
    if (arrived_) return;
    if (AgentNetwork* const network = vpc_.agent(place_.agent)) network->attach_failed(place_.place);
    if (interface_) vpc_.give_free(*interface_);
  }
  void of(InterfaceKey interface) { interface_ = interface; }
  /// False if the agent is gone.
  bool arrive() {
    if (vpc_.agent(place_.agent) == nullptr) return false;
    vpc_.attached(place_, *interface_, now());
    return arrived_ = true;
  }

 private:
  Vpc& vpc_;
  Address place_;
  std::optional<InterfaceKey> interface_;
  bool arrived_ = false;
};

void Addresses::start(int subnets) {
  for (int subnet = 0; subnet < subnets; ++subnet)
    scope_.spawn_service("detaching of unused interfaces", detach_unused(static_cast<SubnetId>(subnet)));
}

Duration Addresses::takes(Duration median, Random& random) const { return random.lognormal(median, spec().sigma); }

Task<AddressLease> Addresses::assign(NetworkSlot agent, SecurityGroupsId groups, Random& random) {
  const Instant asked = now();
  const InterfaceKey key{vpc_.subnet(agent), groups};
  std::optional<AddressLease> lease = co_await within(spec().assign_timeout, take(agent, key, random));
  if (!lease) {
    ++measures_.timed_out;
    co_return AddressLease{};
  }
  if (*lease) {
    ++measures_.assigned;
    measures_.wait.record(now() - asked);
  }
  co_return std::move(*lease);
}

AddressLease Addresses::found(NetworkSlot agent, SecurityGroupsId groups) {
  AgentNetwork& network = *vpc_.agent(agent);
  const InterfaceKey key{vpc_.subnet(agent), groups};
  AddressDecision decision = network.assign(key, now());
  if (decision.way == AddressWay::attach) {
    vpc_.attached({agent, decision.place}, key, now());
    decision = network.assign(key, now());
  }
  if (!decision.has_address()) return {};
  if (decision.further_addresses) network.provisioned(decision.place);
  return {*this, {agent, decision.place}};
}

Task<AddressLease> Addresses::take(NetworkSlot agent, InterfaceKey key, Random& random) {
  co_await delay(takes(spec().service_call, random));
  while (AgentNetwork* const network = vpc_.agent(agent)) {
    const AddressDecision decision = network->assign(key, now());
    if (decision.has_address()) {
      AddressLease lease(*this, {agent, decision.place});
      if (decision.way == AddressWay::change_groups) co_await delay(takes(spec().modify_call, random));
      if (decision.further_addresses) {
        co_await delay(takes(spec().assign_call, random));
        if (AgentNetwork* const still = vpc_.agent(agent)) still->provisioned(decision.place);
      }
      co_return std::move(lease);
    }
    if (decision.way == AddressWay::attach) {
      co_await attach({agent, decision.place}, key, random);
    } else if (decision.way == AddressWay::back_off) {
      co_await delay(random.uniform(spec().back_off_min, spec().back_off_max));
    } else {
      co_await delay(look_again);
    }
  }
  co_return AddressLease{};
}

Task<> Addresses::attach(Address place, InterfaceKey key, Random& random) {
  Attachment attachment(vpc_, place);
  std::optional<InterfaceKey> interface = vpc_.take_free(key);
  if (!interface) {
    co_await delay(takes(spec().create_call, random));
    interface = key;
    ++measures_.interfaces_created;
  }
  attachment.of(*interface);
  co_await delay(takes(spec().attach_call, random));
  if (attachment.arrive()) ++measures_.interfaces_attached;
}

Task<> Addresses::detach_unused(SubnetId subnet) {
  Instant next = now() + spec().between_looks;
  for (;;) {
    co_await until(next);
    const std::uint64_t before = vpc_.detached();
    next = vpc_.detach_one(subnet, now());
    measures_.interfaces_detached.add(vpc_.detached() - before);
  }
}

}  // namespace streamtwin::titus
