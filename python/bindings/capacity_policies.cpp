// Policies of capacity: how many instances a service is to have, and on which agent a container goes.
#include "models/titus/fenzo/host.hpp"
#include "models/titus/placement/container_request.hpp"
#include "python/bindings/policies.hpp"
#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;

namespace {

struct ScalingSituation {
  Instant now;
  std::string service, subject;
  std::optional<Fraction> cpu;
  std::optional<Rate> requests;
  int instances;
  int in_service, desired, min, max;
};

class PythonScaling final : public auto_scaling::PluggedScaling {
 public:
  PythonScaling(Decider decider, std::string service, std::string subject)
      : decider_(std::move(decider)), service_(std::move(service)), subject_(std::move(subject)) {}

  std::optional<int> add(const auto_scaling::ScalingQuestion& question) override {
    constexpr long most = 1'000'000;
    ScalingSituation asked{question.now, service_, subject_, {}, {}, 0, question.in_service, question.desired, question.min, question.max};
    if (question.point) {
      asked.cpu = question.point->cpu;
      asked.requests = question.point->requests;
      asked.instances = question.point->instances;
    }
    const py::object answer = decider_.ask(std::move(asked));
    const auto wanted = decider_.whole_number_or_none(
        answer, 0, most, fmt::format("how many instances there are to be, a whole number from 0 to {}, or None to change nothing", most));
    return wanted ? std::optional(static_cast<int>(*wanted)) : std::nullopt;
  }

 private:
  Decider decider_;
  std::string service_, subject_;
};

struct FitnessSituation {
  std::string stack;
  std::uint64_t job;
  std::string kind, tier;
  double cpus, memory, network, disk;
  int gpus;
  std::string agent;
  double agent_cpus, agent_cpus_used, agent_memory, agent_memory_used;
  double agent_management, cached_image, cached_security_groups, image_spreading, security_group_spreading, job_spreading, job_type,
      cpu_mem_packing;
};

class PythonFitness final : public titus::PluggedFitness {
 public:
  PythonFitness(Decider decider, std::string stack, const std::string&) : decider_(std::move(decider)), stack_(std::move(stack)) {}

  double score(const titus::ContainerRequest& task, const fenzo::Host& host, const titus::Scores& scores) override {
    const fenzo::Resources used = host.assigned() + host.running();
    const py::object answer = decider_.ask(FitnessSituation{
        .stack = stack_,
        .job = task.job,
        .kind = task.kind == titus::JobKind::service ? "service" : "batch",
        .tier = task.job_tier == titus::Tier::critical ? "critical" : "flex",
        .cpus = task.needs.cpus.value(),
        .memory = task.needs.memory.value(),
        .network = task.needs.network.value(),
        .disk = task.needs.disk.value(),
        .gpus = task.gpus,
        .agent = host.name(),
        .agent_cpus = (host.total().cpus + host.running().cpus).value(),
        .agent_cpus_used = used.cpus.value(),
        .agent_memory = (host.total().memory + host.running().memory).value(),
        .agent_memory_used = used.memory.value(),
        .agent_management = scores.agent_management(host),
        .cached_image = scores.cached_image(task, host),
        .cached_security_groups = scores.cached_security_groups(task, host),
        .image_spreading = scores.image_spreading(task, host),
        .security_group_spreading = scores.security_group_spreading(task, host),
        .job_spreading = scores.job_spreading(task, host),
        .job_type = scores.job_type(task, host),
        .cpu_mem_packing = titus::Scores::cpu_mem_packing(task, host),
    });
    return decider_.number(answer, 0, 1, answer, "a fitness from 0, not on this agent, to 1");
  }

 private:
  Decider decider_;
  std::string stack_;
};

}  // namespace

std::shared_ptr<const Plug<auto_scaling::PluggedScaling>> plug_autoscaler(std::shared_ptr<GivenPolicy> given) {
  return std::make_shared<PythonPlug<auto_scaling::PluggedScaling, PythonScaling>>(std::move(given));
}
std::shared_ptr<const Plug<titus::PluggedFitness>> plug_fitness(std::shared_ptr<GivenPolicy> given) {
  return std::make_shared<PythonPlug<titus::PluggedFitness, PythonFitness>>(std::move(given));
}

void bind_capacity_situations(py::module_& module) {
  py::class_<ScalingSituation>(
      module, "ScalingSituation",
      "What an autoscaler is asked with, for each data point of a service in a region: once a `scaling.metric_period`, and as late as\n"
      "`scaling.metric_delay` says.")
      .def_readonly("now", &ScalingSituation::now, "Since the beginning of the run (s).")
      .def_readonly("service", &ScalingSituation::service)
      .def_readonly("subject", &ScalingSituation::subject,
                    "What is scaled, the service or one of its server groups in a region: \"api us-east-1\".")
      .def_readonly("cpu", &ScalingSituation::cpu, "Mean utilisation over the period of those that have warmed up; None: of nobody.")
      .def_readonly("requests", &ScalingSituation::requests, "That one of them gets, mean over the period (/s); None: of nobody.")
      .def_readonly("instances", &ScalingSituation::instances, "How many those are.")
      .def_readonly("in_service", &ScalingSituation::in_service, "Instances that serve now, those that warm up included.")
      .def_readonly("desired", &ScalingSituation::desired, "How many there are to be, as was last decided.")
      .def_readonly("min", &ScalingSituation::min, "Less than this is never desired, whatever is returned.")
      .def_readonly("max", &ScalingSituation::max, "Nor more than this.");
  py::class_<FitnessSituation>(
      module, "FitnessSituation",
      "What placement is asked with, for a container and an agent that has room for it. From `agent_management` on: the scores, each from\n"
      "0 to 1, that Titus's own fitness weighs, see `algorithms.titus`.")
      .def_readonly("stack", &FitnessSituation::stack)
      .def_readonly("job", &FitnessSituation::job, "Tells jobs apart.")
      .def_readonly("kind", &FitnessSituation::kind, "\"service\" or \"batch\".")
      .def_readonly("tier", &FitnessSituation::tier, "\"critical\" or \"flex\".")
      .def_readonly("cpus", &FitnessSituation::cpus, "Cores that the container asks for.")
      .def_readonly("memory", &FitnessSituation::memory, "Megabytes.")
      .def_readonly("network", &FitnessSituation::network, "Megabits per second.")
      .def_readonly("disk", &FitnessSituation::disk, "Megabytes.")
      .def_readonly("gpus", &FitnessSituation::gpus)
      .def_readonly("agent", &FitnessSituation::agent, "Its name.")
      .def_readonly("agent_cpus", &FitnessSituation::agent_cpus, "Its cores that Fenzo has been offered or has given away.")
      .def_readonly("agent_cpus_used", &FitnessSituation::agent_cpus_used, "Those of them that containers have or have been assigned.")
      .def_readonly("agent_memory", &FitnessSituation::agent_memory, "The same of its memory (megabytes).")
      .def_readonly("agent_memory_used", &FitnessSituation::agent_memory_used, "Megabytes.")
      .def_readonly("agent_management", &FitnessSituation::agent_management, "How much the agent is wanted to have containers at all.")
      .def_readonly("cached_image", &FitnessSituation::cached_image, "1 where the agent has the image.")
      .def_readonly("cached_security_groups", &FitnessSituation::cached_security_groups,
                    "1 where an interface carries the security groups.")
      .def_readonly("image_spreading", &FitnessSituation::image_spreading, "Less, the more containers of the image it has.")
      .def_readonly("security_group_spreading", &FitnessSituation::security_group_spreading, "The same of the security groups.")
      .def_readonly("job_spreading", &FitnessSituation::job_spreading, "The same of the job, or as Titus counts it, of all jobs.")
      .def_readonly("job_type", &FitnessSituation::job_type, "More, the more of its containers are of this kind.")
      .def_readonly("cpu_mem_packing", &FitnessSituation::cpu_mem_packing, "How full it would be, the mean of cores and memory.");
}

}  // namespace streamtwin::python
