#include "models/titus/placement/ecs_placement.hpp"
#include "models/titus/executor/executor_spec.hpp"
#include "models/titus/executor/orchestration.hpp"
#include "models/titus/images/layer_cache.hpp"
#include "models/titus/load_balancing/registration_batcher.hpp"
#include "models/titus/network/agent_network.hpp"
#include "models/titus/network/instance_limits.hpp"
#include "models/titus/network/metadata_proxy.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"
#include "python/bindings/titus.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace titus;

namespace {

/// An agent's network that refuses places which are not there.
class Network {
 public:
  Network(int interfaces, int addresses, const NetworkSpec& spec)
      : network_({within(interfaces, "interfaces"), within(addresses, "addresses")}, spec) {}

  AddressDecision assign(SecurityGroupsId groups, SubnetId subnet, Instant now) { return network_.assign({subnet, groups}, now); }
  void provisioned(int place) { network_.provisioned(known(place, Interface::State::attached, "attached")); }
  void attached(int place, SecurityGroupsId groups, SubnetId subnet, Instant now) {
    network_.attached(known(place, Interface::State::attaching, "being attached"), {subnet, groups}, now);
  }
  void attach_failed(int place) { network_.attach_failed(known(place, Interface::State::attaching, "being attached")); }
  bool release(int place, Instant now) {
    const AddressPlace address = known(place, Interface::State::attached, "attached");
    if (network_.interfaces()[address.interface].used == 0) throw py::value_error(fmt::format("interface {} has no container", place));
    return network_.release(address, now);
  }
  bool detach(int place, Instant now) { return network_.detach(known(place, Interface::State::attached, "attached"), now); }
  int free_for(SecurityGroupsId groups, SubnetId subnet, Instant now) { return network_.free_for({subnet, groups}, now); }
  std::vector<py::tuple> interfaces() const {
    std::vector<py::tuple> rows;
    for (const Interface& interface : network_.interfaces()) {
      if (interface.state == Interface::State::attached)
        rows.push_back(py::make_tuple(interface.key.groups, interface.key.subnet, interface.used, interface.provisioned));
    }
    return rows;
  }
  int used() const { return network_.used(); }

 private:
  static int within(int count, const char* what) {
    if (count < 0 || count > 1000) throw py::value_error(fmt::format("{}: 0 to 1000, found {}", what, count));
    return count;
  }
  AddressPlace known(int place, Interface::State state, const char* what) const {
    const Interface& interface = network_.interfaces()[static_cast<std::size_t>(checked(place, network_.interfaces().size(), "interface"))];
    if (interface.state != state) throw py::value_error(fmt::format("interface {} is not {}", place, what));
    return {static_cast<std::uint16_t>(place)};
  }
  AgentNetwork network_;
};

/// Images and a disk for them.
class Disk {
 public:
  explicit Disk(Bytes capacity) : cache_(table_, capacity) {}
  ImageId image(Bytes size, int layers, std::optional<ImageId> base) {
    if (!(size.value() > 0) || layers < 1 || layers > 127) throw py::value_error("an image has a size and 1 to 127 layers");
    ImageSpec spec;
    spec.size = size;
    spec.layers = layers;
    return table_.add(spec, base ? std::optional<ImageId>(known(*base)) : std::nullopt);
  }
  bool has(ImageId image) const { return cache_.has(known(image)); }
  bool use(ImageId image) { return in_use(cache_.use(known(image)), image); }
  bool add(ImageId image) { return in_use(cache_.add(known(image)), image); }
  void done(ImageId image) {
    const auto users = users_.find(known(image));
    if (users == users_.end()) throw py::value_error(fmt::format("no container has image {}", image));
    if (--users->second == 0) users_.erase(users);
    cache_.done(image);
  }
  Bytes to_pull(ImageId image) const { return cache_.size_of(cache_.missing(known(image))); }
  const LayerCache& cache() const { return cache_; }

 private:
  ImageId known(ImageId image) const { return checked(image, table_.size(), "image"); }
  bool in_use(bool held, ImageId image) {
    if (held) ++users_[image];
    return held;
  }
  ImageTable table_;
  LayerCache cache_;
  std::map<ImageId, int> users_;
};

void refuse_unknown(const MetadataProxy& proxy, ContainerId container) {
  if (proxy.identity(container) == nullptr) throw py::key_error(fmt::format("there is no container {}", container));
}

void bind_network(py::module_& module) {
  bind_described<NetworkSpec>(module);
  module.def(
      "limits_for_containers",
      [](int interfaces, int addresses_each, int branches) {
        const InterfaceLimits limits = limits_for_containers(interfaces, addresses_each, branches);
        return py::make_tuple(limits.interfaces, limits.addresses);
      },
      "interfaces"_a, "addresses_each"_a, "branches"_a = 0,
      "Interfaces that containers can have of an instance's, and addresses of each (titus-executor vpc/instance_limits.go).");
  module.def("branch_interfaces", &branch_interfaces, "instance_type"_a, "Branch interfaces of its trunk; 0 if it has none.");
  py::class_<AddressDecision>(module, "AddressDecision", "Where a container's address is of, and what must happen first.")
      .def_readonly("way", &AddressDecision::way, "ready, change_groups, attach, back_off or full")
      .def_property_readonly("interface", [](const AddressDecision& decision) { return decision.place.interface; })
      .def_readonly("further_addresses", &AddressDecision::further_addresses, "Whether EC2 must give the interface addresses first")
      .def_property_readonly("has_address", &AddressDecision::has_address);
  py::class_<Network>(module, "AgentNetwork",
                      "Interfaces and addresses of an agent (titus-executor vpc/service/generate_assignment_id.go).")
      .def(py::init<int, int, const NetworkSpec&>(), "interfaces"_a, "addresses"_a, "spec"_a = NetworkSpec{})
      .def("assign", &Network::assign, "security_groups"_a, "subnet"_a = 0, "now"_a = Instant{}, "An address, or a place for an interface.")
      .def("provisioned", &Network::provisioned, "interface"_a, "EC2 has given it further addresses.")
      .def("attached", &Network::attached, "interface"_a, "security_groups"_a, "subnet"_a = 0, "now"_a = Instant{})
      .def("attach_failed", &Network::attach_failed, "interface"_a)
      .def("release", &Network::release, "interface"_a, "now"_a, "An address of it is given back. True if no container is left.")
      .def("detach", &Network::detach, "interface"_a, "now"_a, "False while it is in use, or was not long ago.")
      .def("free_for", &Network::free_for, "security_groups"_a, "subnet"_a = 0, "now"_a = Instant{})
      .def("interfaces", &Network::interfaces, "(security groups, subnet, used, provisioned) of each that is attached.")
      .def_property_readonly("used", &Network::used);
  py::class_<MetadataProxy>(module, "MetadataProxy", "Tells a container who it is, and nothing more (titus-executor metadataserver/).")
      .def(py::init<>())
      .def(
          "begin",
          [](MetadataProxy& proxy, ContainerId container, RoleId role, Instant now) {
            if (proxy.identity(container) != nullptr) throw py::value_error(fmt::format("container {} has its identity", container));
            proxy.begin(container, {{}, role}, now);
          },
          "container"_a, "role"_a = 0, "now"_a = Instant{})
      .def("end", &MetadataProxy::end, "container"_a)
      .def("ask", &MetadataProxy::ask, "asker"_a, "fact"_a, "about"_a, "answer, refused or unknown")
      .def(
          "credentials_end",
          [](const MetadataProxy& proxy, ContainerId container, Instant now) {
            refuse_unknown(proxy, container);
            return proxy.credentials_end(container, now);
          },
          "container"_a, "now"_a, "When the credentials that it is given now end.")
      .def_property_readonly("answered", &MetadataProxy::answered)
      .def_property_readonly("refused", &MetadataProxy::refused);
}

void bind_images(py::module_& module) {
  py::class_<Disk>(module, "ImageDisk", "Images on an agent's disk; the longest unused go when it is full. Sizes in bytes.")
      .def(py::init<Bytes>(), "capacity"_a)
      .def("image", &Disk::image, "size"_a, "layers"_a = 1, "base"_a = py::none(), "Makes an image known; its number.")
      .def("has", &Disk::has, "image"_a)
      .def("to_pull", &Disk::to_pull, "image"_a, "Bytes of its layers that are not there.")
      .def("use", &Disk::use, "image"_a, "A container has it until done(). False if it is not there.")
      .def("add", &Disk::add, "image"_a, "It is pulled, and a container has it. False if there is no room.")
      .def("done", &Disk::done, "image"_a)
      .def_property_readonly("used", [](const Disk& disk) { return disk.cache().used(); })
      .def_property_readonly("deleted", [](const Disk& disk) { return disk.cache().deleted(); });
}

void bind_orchestration(py::module_& module) {
  bind_described<ExecutorSpec>(module);
  bind_described<OrchestrationSpec>(module);
  py::class_<StateNews>(module, "StateNews", "When the master hears of a change of state, in seconds after it.")
      .def_readonly("after", &StateNews::after)
      .def_readonly("again", &StateNews::again, "The same news once more, or None.");
  py::class_<Orchestration>(module, "Orchestration", "How long commands and states travel, on Mesos or on ECS.")
      .def(py::init(&make_orchestration), "spec"_a = OrchestrationSpec{})
      .def("start_command", &Orchestration::start_command, "now"_a, "random"_a)
      .def("stop_command", &Orchestration::stop_command, "now"_a, "random"_a)
      .def("state", &Orchestration::state, "now"_a, "random"_a)
      .def("offered_again", &Orchestration::offered_again, "now"_a, "random"_a, "Until what is free is offered.")
      .def_property_readonly("throttled", &Orchestration::throttled);
  py::class_<ecs::Candidate>(module, "EcsCandidate", "An agent that ECS may choose: what is free on it.")
      .def(py::init([](AgentId agent, std::uint32_t zone, double cpus, double memory_mb, int tasks, int zone_tasks) {
             return ecs::Candidate{agent, zone, cpus, memory_mb, tasks, zone_tasks};
           }),
           "agent"_a, "zone"_a, "cpus"_a, "memory_mb"_a, "tasks"_a = 0, "zone_tasks"_a = 0);
  module.def(
      "ecs_place",
      [](const std::vector<ecs::Candidate>& candidates, double cpus, double memory_mb, const std::vector<ecs::Strategy>& strategies,
         Random& random) {
        return ecs::choose(candidates, {cpus, memory_mb}, strategies, random);
      },
      "candidates"_a, "cpus"_a, "memory_mb"_a, "strategies"_a, "random"_a, "The agent that ECS's strategies leave, or None.");
}

void bind_registration(py::module_& module) {
  bind_described<LoadBalancingSpec>(module);
  py::class_<RegistrationBatcher>(module, "RegistrationBatcher",
                                  "Titus' batches for load balancers (RateLimitedBatcher, LargestPerTimeBucket).")
      .def(py::init<const LoadBalancingSpec&, Instant>(), "spec"_a = LoadBalancingSpec{}, "now"_a = Instant{})
      .def(
          "offer",
          [](RegistrationBatcher& batcher, BalancerId balancer, ContainerId container, TargetState state, Instant now,
             UpdatePriority priority) {
            return batcher.offer(balancer, {container, state, priority, now});
          },
          "balancer"_a, "container"_a, "state"_a, "now"_a, "priority"_a = UpdatePriority::high, "False if it changes nothing.")
      .def(
          "flush",
          [](RegistrationBatcher& batcher, Instant now) {
            std::vector<py::tuple> batches;
            for (const Batch& batch : batcher.flush(now)) {
              std::vector<std::pair<ContainerId, TargetState>> updates;
              for (const TargetUpdate& update : batch.updates) updates.emplace_back(update.container, update.state);
              batches.push_back(py::make_tuple(batch.balancer, updates));
            }
            return batches;
          },
          "now"_a, "What goes now: (balancer, [(container, state)]) in its order.")
      .def_property_readonly("next_flush", &RegistrationBatcher::next_flush)
      .def_property_readonly("pending", &RegistrationBatcher::pending)
      .def_property_readonly("rate_limited", &RegistrationBatcher::rate_limited);
}

}  // namespace

void bind_titus_containers(py::module_& algorithms) {
  auto module = titus_module(algorithms);
  bind_network(module);
  bind_images(module);
  bind_orchestration(module);
  bind_registration(module);
}

}  // namespace streamtwin::python
