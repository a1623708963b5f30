// MiSim's architecture: services, operations, dependencies, patterns (parsing/adapter/architecture).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "scenarios/import/misim_reader.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::import {
namespace {

constexpr int whole_max = 2147483647;

template <class Choice>
struct Spelling {
  std::string_view name;
  Choice choice;
};

/// One of the names by which MiSim knows its classes (@JsonTypeName).
template <class Choice, std::size_t Count>
Choice choose(const JsonValue& value, std::string_view what, const Spelling<Choice> (&spellings)[Count]) {
  const std::string name = value.text();
  std::vector<std::string_view> known;
  for (const auto& spelling : spellings) {
    if (spelling.name == name) return spelling.choice;
    known.push_back(spelling.name);
  }
  value.fail(fmt::format("MiSim has no {} `{}`{}; it has {}", what, name, language::did_you_mean(name, known), fmt::join(known, ", ")));
}

constexpr Spelling<misim::BalancerKind> balancers[] = {
    {"random", misim::BalancerKind::random},
    {"even", misim::BalancerKind::even},
    {"round_robin", misim::BalancerKind::round_robin},
    {"roundrobin", misim::BalancerKind::round_robin},
    {"robin", misim::BalancerKind::round_robin},
    {"round-robin", misim::BalancerKind::round_robin},
    {"round-robin_fast", misim::BalancerKind::round_robin_fast},
    {"round_robin_quick", misim::BalancerKind::round_robin_fast},
    {"round_robin_fast", misim::BalancerKind::round_robin_fast},
    {"roundrobin_fast", misim::BalancerKind::round_robin_fast},
    {"util", misim::BalancerKind::util},
    {"leastUtil", misim::BalancerKind::util},
};
constexpr Spelling<misim::BackOff> back_offs[] = {
    {"jittering", misim::BackOff::jittering}, {"exponential", misim::BackOff::exponential},           {"exp", misim::BackOff::exponential},
    {"linear", misim::BackOff::linear},       {"jittering_linear", misim::BackOff::jittering_linear},
};
enum class InstancePattern { circuit_breaker, retry };
constexpr Spelling<InstancePattern> instance_patterns[] = {{"circuitbreaker", InstancePattern::circuit_breaker},
                                                           {"retry", InstancePattern::retry}};
enum class ServicePattern { autoscaler };
constexpr Spelling<ServicePattern> service_patterns[] = {{"autoscaling", ServicePattern::autoscaler},
                                                         {"autoscale", ServicePattern::autoscaler}};
enum class Policy { reactive };
constexpr Spelling<Policy> policies[] = {{"reactive", Policy::reactive}};
constexpr Spelling<misim::DependencyKind> dependency_kinds[] = {
    {"basic", misim::DependencyKind::basic}, {"alternative", misim::DependencyKind::alternative}, {"loop", misim::DependencyKind::loop}};

void read_seconds(const JsonValue& config, std::initializer_list<std::string_view> names, Duration& seconds) {
  if (const auto value = config.find(names)) seconds = Duration{value->number(0, 86400)};
}

/// What MiSim throws is a sample of a normal distribution, against which it then draws a number from 0 to 1: together that
/// is one chance, the mean of the distribution cut off at 0 and 1.
double chance_of(double mean, double deviation) {
  if (deviation == 0) return std::clamp(mean, 0.0, 1.0);
  const auto partial = [&](double to) {  // the integral of max(0, to - x) over the distribution
    const double z = (to - mean) / deviation;
    const double below = 0.5 * std::erfc(-z / std::sqrt(2.0)), density = std::exp(-z * z / 2) / std::sqrt(2 * math::pi);
    return deviation * (z * below + density);
  };
  return std::clamp(1 - partial(1) + partial(0), 0.0, 1.0);
}

class ArchitectureReader {
 public:
  explicit ArchitectureReader(JsonFile& file) : file_(file) {}

  MisimArchitecture read() {
    const JsonValue root = file_.root();
    if (const auto latency = root.find({"network_latency", "network_delay", "delay", "latency"})) {
      latency->remark("MiSim reads the latency of the network and never uses it: its messages always take 1.6 ms +- 0.6 ms");
    }
    const JsonValue services = root.need({"microservices"}, "the list of the architecture's services");
    for (const JsonValue& service : services.items()) architecture_.services.push_back(read_service(service));
    if (architecture_.services.empty()) services.fail("an architecture has at least one microservice");
    root.tell_unread(misim_name);
    for (const Unresolved& call : unresolved_) resolve(call);
    refuse_cycles(services);
    return std::move(architecture_);
  }

 private:
  /// A call whose operation may stand further down in the file.
  struct Unresolved {
    JsonValue at;
    std::string service, operation;  ///< who calls
    std::size_t dependency;
    std::string name;  ///< whom
  };

  MisimService read_service(const JsonValue& value) {
    MisimService service;
    const JsonValue name = value.need({"name"}, "how the others call the service");
    service.name = name.text();
    if (service.name.find('.') != std::string::npos)
      name.fail("a name with a dot in it cannot be referred to: the dot divides service and operation");
    if (architecture_.find(service.name) != nullptr)
      name.fail(fmt::format("there is another microservice `{}`; give it a name of its own", service.name));
    if (const auto capacity = value.find({"capacity"})) service.spec.capacity = capacity->whole(1, whole_max);
    if (const auto instances = value.find({"instances", "starting_instance_count", "starting_instances"}))
      service.instances = instances->whole(1, 10000);
    read_balancer(value, service.spec);
    if (const auto operations = value.find({"operations"})) {
      for (const JsonValue& operation : operations->items()) service.operations.push_back(read_operation(operation, service));
    }
    if (const auto patterns = value.find({"i_patterns", "instance_patterns", "patterns", "i_pattern", "instance_pattern"})) {
      for (const JsonValue& pattern : patterns->items()) read_instance_pattern(pattern, service.spec);
    }
    if (const auto patterns = value.find({"s_patterns", "service_patterns", "s_pattern", "service_pattern"})) {
      for (const JsonValue& pattern : patterns->items()) read_service_pattern(pattern, service.spec);
    }
    value.tell_unread(misim_name);
    return service;
  }

  static void read_balancer(const JsonValue& service, misim::MisimServiceSpec& spec) {
    const auto balancer = service.find({"loadbalancer_strategy", "load_balancer", "loadbalancer"});
    if (!balancer) return;
    if (balancer->is_text() && balancer->text() == "round-robin-strict") {
      balancer->remark(
          "MiSim at b6950391 breaks off at the name `round-robin-strict` of an older release; taken as round_robin, which keeps strictly to its order");
      spec.balancer = misim::BalancerKind::round_robin;
      return;
    }
    spec.balancer = balancer_of(balancer->is_text() ? *balancer : balancer->need({"type"}, "which load balancer"));
    if (!balancer->is_text()) balancer->tell_unread(misim_name);
  }

  // MiSim-Orchestration has a balancer of its own for each of MiSim's, over the pods of a deployment.
  static misim::BalancerKind balancer_of(const JsonValue& said) {
    static constexpr std::string_view suffix = "_orchestration";
    const std::string name = said.text();
    if (!name.ends_with(suffix)) return choose(said, "load balancer", balancers);
    const std::string plain = name.substr(0, name.size() - suffix.size());
    for (const auto& spelling : balancers) {
      if (spelling.name != plain) continue;
      said.remark(
          fmt::format("a load balancer of MiSim-Orchestration, over the pods of a deployment; taken as `{}` over instances", plain));
      return spelling.choice;
    }
    return choose(said, "load balancer", balancers);
  }

  MisimOperation read_operation(const JsonValue& value, const MisimService& service) {
    MisimOperation operation;
    const JsonValue name = value.need({"name"}, "how others refer to the operation");
    operation.name = misim_operation_name(name.text(), service.name);
    if (operation.name.empty()) name.fail("the name of the operation is missing after the dot");
    for (const MisimOperation& other : service.operations) {
      if (other.name == operation.name)
        name.fail(fmt::format("{} has another operation `{}`, of which MiSim would never use this one", service.name, operation.name));
    }
    if (const auto demand = value.find({"demand"})) operation.spec.demand = demand->whole(0, 1'000'000'000);
    groups_ = 0;
    if (const auto dependencies = value.find({"dependencies"})) {
      for (const JsonValue& dependency : dependencies->items()) read_dependency(dependency, "", service.name, operation);
    }
    if (const auto breaker = value.find({"circuitBreaker"}); breaker && breaker->is_object()) {
      breaker->remark("MiSim no longer reads circuit breakers of operations; `patterns` of the service would be the place; left out");
    }
    value.tell_unread(misim_name);
    return operation;
  }

  // Members of alternatives and loops stand after what they are in, in one flat list.
  void read_dependency(const JsonValue& value, const std::string& in, const std::string& service, MisimOperation& operation) {
    misim::MisimDependencySpec dependency;
    dependency.inside = in;
    if (const auto kind = value.find({"type"})) dependency.kind = choose(*kind, "kind of dependency", dependency_kinds);
    if (const auto probability = value.find({"probability"})) {
      const misim::MisimDelaySpec normal = misim_delay(*probability);
      dependency.probability = Fraction{chance_of(in_seconds(normal.mean), in_seconds(normal.deviation))};
    }
    if (const auto weight = value.find({"alternative_probability"})) {
      const misim::MisimDelaySpec normal = misim_delay(*weight);
      dependency.weight = in_seconds(normal.mean);
      if (normal.deviation > Duration{0}) weight->remark("the deviation of an alternative's weight cannot be said here; its mean is taken");
    }
    if (dependency.kind == misim::DependencyKind::basic) {
      const auto callee = value.find({"service", "target_service", "trg_service"});
      const JsonValue called = value.need({"operation", "target_operation", "trg_operation"}, "which operation is called");
      if (const auto delay = value.find({"custom_delay"})) dependency.custom_delay = misim_delay(*delay);
      value.tell_unread(misim_name);
      unresolved_.push_back(
          {called, service, operation.name, operation.spec.dependencies.size(), full_name(callee ? callee->text() : "", called.text())});
      operation.spec.dependencies.push_back(std::move(dependency));
      return;
    }
    dependency.name = fmt::format("{}-{}", dependency.kind == misim::DependencyKind::loop ? "loop" : "choice", ++groups_);
    if (dependency.kind == misim::DependencyKind::loop) {
      if (const auto iterations = value.find({"iterations"})) dependency.iterations = iterations->whole(1, 10000);
    }
    const auto members = value.find({"dependencies"});
    value.tell_unread(misim_name);
    const std::string name = dependency.name;
    operation.spec.dependencies.push_back(std::move(dependency));
    if (!members) return;
    for (const JsonValue& member : members->items()) read_dependency(member, name, service, operation);
  }

  // NameResolver.combineToFullyQualifiedName: an operation that begins with the service's name is taken to say it already.
  // Dots of the operation itself, as in the names of gRPC methods, stay.
  static std::string full_name(const std::string& service, const std::string& operation) {
    if (service.empty() || operation.starts_with(service)) return operation;
    return service + "." + operation;
  }

  void resolve(const Unresolved& call) {
    const OperationName callee = resolve_misim_operation(call.at, architecture_, call.name);
    for (MisimService& service : architecture_.services) {
      if (service.name != call.service) continue;
      for (MisimOperation& operation : service.operations) {
        if (operation.name != call.operation) continue;
        operation.spec.dependencies[call.dependency].service = callee.service;
        operation.spec.dependencies[call.dependency].operation = callee.operation;
      }
    }
  }

  static void read_instance_pattern(const JsonValue& value, misim::MisimServiceSpec& spec) {
    const JsonValue type = value.need({"type"}, "which pattern");
    switch (choose(type, "pattern of instances", instance_patterns)) {
      case InstancePattern::circuit_breaker:
        if (spec.circuit_breaker) type.fail("MiSim heeds one circuit breaker of a service only; take one away");
        read_circuit_breaker(value, spec.circuit_breaker.emplace());
        break;
      case InstancePattern::retry:
        if (spec.retry) type.fail("MiSim heeds one retry of a service only; take one away");
        read_retry(value, spec.retry.emplace());
        break;
    }
    value.tell_unread(misim_name);
  }

  static void read_circuit_breaker(const JsonValue& pattern, misim::MisimCircuitBreakerSpec& spec) {
    const auto config = pattern.find({"config"});
    if (!config) return;
    if (const auto threshold = config->find({"error_threshold_percentage", "threshold"})) {
      const double share = threshold->number(0, 100);
      spec.error_threshold = Fraction{share > 1 ? share / 100 : share};
    }
    if (const auto volume = config->find({"request_volume_threshold"})) spec.request_volume_threshold = volume->whole(0, 1'000'000'000);
    read_seconds(*config, {"sleep_window"}, spec.sleep_window);
    read_seconds(*config, {"rolling_window"}, spec.rolling_window);
    config->tell_unread(misim_name);
    if (!spec.error_threshold) config->remark("without `error_threshold_percentage` MiSim's circuit breaker never opens");
  }

  static void read_retry(const JsonValue& pattern, misim::MisimRetrySpec& spec) {
    if (const auto config = pattern.find({"config"})) {
      if (const auto tries = config->find({"max_tries"})) spec.max_tries = tries->whole(0, 1000);
      config->tell_unread(misim_name);
    }
    const auto strategy = pattern.find({"strategy"});
    if (!strategy) return;
    spec.strategy = choose(strategy->need({"type"}, "which back-off"), "retry strategy", back_offs);
    if (const auto config = strategy->find({"config"})) {
      read_seconds(*config, {"base_backoff"}, spec.base_backoff);
      read_seconds(*config, {"max_backoff"}, spec.max_backoff);
      if (const auto base = config->find({"base"})) spec.base = base->number(0, 1000);
      config->tell_unread(misim_name);
    }
    strategy->tell_unread(misim_name);
  }

  static void read_service_pattern(const JsonValue& value, misim::MisimServiceSpec& spec) {
    const JsonValue type = value.need({"type"}, "which pattern");
    choose(type, "pattern of services", service_patterns);
    if (spec.autoscaler) type.fail("there is another autoscaler for this service; take one away");
    misim::MisimAutoscalerSpec& autoscaler = spec.autoscaler.emplace();
    if (const auto config = value.find({"config"})) {
      if (const auto period = config->find({"interval", "period"})) autoscaler.period = Duration{period->number(1e-3, 86400)};
      read_seconds(*config, {"start"}, autoscaler.start);
      if (const auto stop = config->find({"stop"})) autoscaler.stop = Duration{stop->number(0, 1e7)};
      config->tell_unread(misim_name);
    }
    if (const auto strategy = value.find({"strategy"})) {
      choose(strategy->need({"type"}, "which policy"), "autoscaling policy", policies);
      if (const auto config = strategy->find({"config"})) {
        if (const auto bound = config->find({"lower_bound"})) autoscaler.lower_bound = bound->number(0, 1e6);
        if (const auto bound = config->find({"upper_bound"})) autoscaler.upper_bound = bound->number(0.011, 1e6);
        if (const auto least = config->find({"min_instances"})) autoscaler.min_instances = least->whole(0, 10000);
        if (const auto most = config->find({"max_instances"})) autoscaler.max_instances = most->whole(1, 10000);
        read_seconds(*config, {"hold_time"}, autoscaler.hold_time);
        config->tell_unread(misim_name);
      }
      strategy->tell_unread(misim_name);
    }
    value.tell_unread(misim_name);
  }

  // MiSim has no check: its requests would go round until it runs out of memory.
  void refuse_cycles(const JsonValue& at) const {
    enum class Seen { unseen, open, closed };
    std::map<std::string, Seen> seen;
    std::function<void(const std::string&, const std::string&, const std::string&)> visit =
        [&](const std::string& service, const std::string& operation, const std::string& way) {
          const std::string name = service + "." + operation;
          const std::string here = way.empty() ? name : way + " -> " + name;
          if (seen[name] == Seen::open)
            at.fail(fmt::format("operations call each other in a circle: {}; a request would never end. Take one of the dependencies away",
                                here.substr(here.find(name))));
          if (seen[name] == Seen::closed) return;
          seen[name] = Seen::open;
          for (const MisimOperation& candidate : architecture_.find(service)->operations) {
            if (candidate.name != operation) continue;
            for (const misim::MisimDependencySpec& dependency : candidate.spec.dependencies) {
              if (dependency.kind == misim::DependencyKind::basic) visit(dependency.service, dependency.operation, here);
            }
          }
          seen[name] = Seen::closed;
        };
    for (const MisimService& service : architecture_.services) {
      for (const MisimOperation& operation : service.operations) visit(service.name, operation.name, "");
    }
  }

  JsonFile& file_;
  MisimArchitecture architecture_;
  std::vector<Unresolved> unresolved_;
  int groups_ = 0;  ///< alternatives and loops of the operation so far
};

}  // namespace

MisimArchitecture read_misim_architecture(const std::filesystem::path& path, Remarks& remarks) {
  JsonFile file(path, remarks);
  return ArchitectureReader(file).read();
}

}  // namespace streamtwin::import
