#include "scenarios/import/misim_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "scenarios/import/yaml_text.hpp"

namespace streamtwin::import {
namespace {

namespace fs = std::filesystem;

template <class Enum>
std::string_view name_of(Enum value) {
  for (const auto& entry : enum_names<Enum>) {
    if (entry.value == value) return entry.name;
  }
  return "";
}

/// "{a: 1, b: 2}" of what is there.
class Braces {
 public:
  Braces& add(std::string_view name, const std::string& value) {
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", name, value);
    return *this;
  }
  template <class Value>
  Braces& add_unless(const Value& usual, std::string_view name, const Value& value, const std::string& written) {
    return value == usual ? *this : add(name, written);
  }
  std::string str() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string delay_text(const misim::MisimDelaySpec& delay) {
  return Braces().add("mean", yaml_duration(delay.mean)).add("deviation", yaml_duration(delay.deviation)).str();
}

std::string dependency_text(const misim::MisimDependencySpec& dependency) {
  Braces text;
  if (dependency.kind != misim::DependencyKind::basic) text.add("kind", std::string(name_of(dependency.kind))).add("name", dependency.name);
  if (!dependency.inside.empty()) text.add("inside", dependency.inside);
  if (dependency.kind == misim::DependencyKind::basic)
    text.add("service", yaml_scalar(dependency.service)).add("operation", yaml_scalar(dependency.operation));
  text.add_unless(1.0, "probability", dependency.probability.value(), fmt::format("{:.12g}", dependency.probability.value()));
  text.add_unless(1.0, "weight", dependency.weight, fmt::format("{:.12g}", dependency.weight));
  text.add_unless(1, "iterations", dependency.iterations, fmt::format("{}", dependency.iterations));
  if (dependency.custom_delay) text.add("custom_delay", delay_text(*dependency.custom_delay));
  return text.str();
}

std::string operation_text(const MisimOperation& operation) {
  std::string text = fmt::format("        {}:", yaml_scalar(operation.name));
  if (operation.spec.dependencies.empty()) return text + fmt::format(" {{demand: {}}}\n", operation.spec.demand);
  text += fmt::format("\n          demand: {}\n          dependencies:\n", operation.spec.demand);
  for (const misim::MisimDependencySpec& dependency : operation.spec.dependencies)
    text += fmt::format("            - {}\n", dependency_text(dependency));
  return text;
}

std::string circuit_breaker_text(const misim::MisimCircuitBreakerSpec& spec) {
  Braces text;
  if (spec.error_threshold) text.add("error_threshold", fmt::format("{:.12g}", spec.error_threshold->value()));
  if (spec.request_volume_threshold) text.add("request_volume_threshold", fmt::format("{}", *spec.request_volume_threshold));
  return text.add("sleep_window", yaml_duration(spec.sleep_window)).add("rolling_window", yaml_duration(spec.rolling_window)).str();
}

std::string retry_text(const misim::MisimRetrySpec& spec) {
  return Braces()
      .add("max_tries", fmt::format("{}", spec.max_tries))
      .add("strategy", std::string(name_of(spec.strategy)))
      .add("base_backoff", yaml_duration(spec.base_backoff))
      .add("max_backoff", yaml_duration(spec.max_backoff))
      .add("base", fmt::format("{:.12g}", spec.base))
      .str();
}

std::string autoscaler_text(const misim::MisimAutoscalerSpec& spec) {
  Braces text;
  text.add("period", yaml_duration(spec.period));
  text.add_unless(Duration{0}, "start", spec.start, yaml_duration(spec.start));
  if (spec.stop) text.add("stop", yaml_duration(*spec.stop));
  text.add("lower_bound", fmt::format("{:.12g}", spec.lower_bound)).add("upper_bound", fmt::format("{:.12g}", spec.upper_bound));
  text.add_unless(1, "min_instances", spec.min_instances, fmt::format("{}", spec.min_instances));
  if (spec.max_instances) text.add("max_instances", fmt::format("{}", *spec.max_instances));
  return text.add("hold_time", yaml_duration(spec.hold_time)).str();
}

std::string service_text(const MisimService& service) {
  std::string text = fmt::format("    {}:\n      instances_per_zone: {}\n", yaml_scalar(service.name), service.instances);
  text += fmt::format("      capacity: {}\n", service.spec.capacity);
  text += fmt::format("      balancer: {}\n", name_of(service.spec.balancer));
  if (service.spec.circuit_breaker) text += fmt::format("      circuit_breaker: {}\n", circuit_breaker_text(*service.spec.circuit_breaker));
  if (service.spec.retry) text += fmt::format("      retry: {}\n", retry_text(*service.spec.retry));
  if (service.spec.autoscaler) text += fmt::format("      autoscaler: {}\n", autoscaler_text(*service.spec.autoscaler));
  if (service.operations.empty()) return text;
  text += "      operations:\n";
  for (const MisimOperation& operation : service.operations) text += operation_text(operation);
  return text;
}

/// Seen from a folder, if it is not far; else as a whole.
std::string path_from(const fs::path& folder, const std::string& file) {
  const fs::path whole = fs::absolute(file).lexically_normal();
  if (folder.empty()) return whole.string();
  std::error_code error;
  const fs::path relative = whole.lexically_relative(fs::weakly_canonical(folder, error));
  const bool far = relative.empty() || error || relative.string().starts_with("../../..");
  return far ? whole.string() : relative.string();
}

std::string bursts_text(const workload::BurstSpec& bursts, const fs::path& folder) {
  Braces text;
  if (bursts.every) text.add("every", yaml_duration(*bursts.every));
  if (bursts.sizes != std::vector<int>{1}) text.add("sizes", fmt::format("[{}]", fmt::join(bursts.sizes, ", ")));
  if (!bursts.file.text.empty()) text.add("file", yaml_scalar(path_from(folder, bursts.file.path)));
  text.add_unless(Duration{0}, "starts", bursts.from, yaml_duration(bursts.from));
  if (bursts.until) text.add("until", yaml_duration(*bursts.until));
  if (bursts.repeat) text.add("repeat", "true");
  text.add_unless(Duration{0}, "gap", bursts.gap, yaml_duration(bursts.gap));
  if (bursts.repetitions) text.add("repetitions", fmt::format("{}", *bursts.repetitions));
  return text.str();
}

/// A workload's name is part of the names of its KPIs.
std::string workload_name(const MisimGenerator& generator, std::set<std::string>& taken) {
  std::string name = generator.name.empty() ? generator.target.operation : generator.name;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c) && c != '_' && c != '-'; }, '-');
  std::string free = name;
  for (int number = 2; !taken.insert(free).second; ++number) free = fmt::format("{}-{}", name, number);
  return free;
}

std::string action_text(const MisimAction& action) {
  Braces text;
  text.add("at", yaml_duration(action.at));
  switch (action.kind) {
    case MisimAction::Kind::kill: text.add("action", "kill_instances"); break;
    case MisimAction::Kind::start: text.add("action", "start_instances"); break;
    case MisimAction::Kind::delay: text.add("action", "delay_calls"); break;
  }
  text.add("target", yaml_scalar(action.service));
  if (action.instances) text.add("instances", fmt::format("{}", *action.instances));
  if (action.kind != MisimAction::Kind::delay) return text.str();
  text.add("latency", yaml_duration(action.delay.mean));
  text.add_unless(Duration{0}, "deviation", action.delay.deviation, yaml_duration(action.delay.deviation));
  if (!action.operation.empty()) text.add("operation", yaml_scalar(action.operation));
  if (action.callee) text.add("callee", yaml_scalar(action.callee->service + "." + action.callee->operation));
  if (action.lasts > Duration{0}) text.add("lasts", yaml_duration(action.lasts));
  return text.str();
}

std::string header(const MisimSources& sources, const Remarks& remarks) {
  std::string text = yaml_comment(fmt::format("Made by `streamtwin import misim` from {} and {}, files of the",
                                              sources.architecture.filename().string(), sources.experiment.filename().string()));
  text += yaml_comment("simulator MiSim (Cambio-Project/MiSim). It is run as MiSim at commit b6950391 runs them, see `misim`; its random");
  text += yaml_comment("numbers are not MiSim's, and times are not rounded to microseconds.");
  if (!remarks.empty()) text += yaml_comment("What is not as the files say:");
  for (std::string remark : remarks) {
    for (const fs::path& source : {sources.architecture, sources.experiment}) {
      if (remark.starts_with(source.string())) remark.replace(0, source.string().size(), source.filename().string());
    }
    text += yaml_comment("- " + remark);
  }
  return text;
}

}  // namespace

std::string write_misim_scenario(const MisimArchitecture& architecture, const MisimExperiment& experiment, const MisimSources& sources,
                                 const fs::path& folder, const Remarks& remarks) {
  std::string text = header(sources, remarks);
  text += fmt::format("streamtwin: 1\nname: {}\n", yaml_scalar(experiment.name));
  text += fmt::format("description: {}\n", yaml_scalar(fmt::format("MiSim's experiment {} on its architecture {}.", experiment.name,
                                                                   sources.architecture.stem().string())));
  // Series in whole seconds, unless the run is shorter.
  text += fmt::format("clock: {{lasts: {}, warm_up: 0 s, window: {}}}\n", yaml_duration(experiment.duration),
                      yaml_duration(std::min(experiment.duration, Duration{1s})));
  text += "regions: [{name: misim, latitude: 0, longitude: 0, zones: 1}]  # MiSim knows no places\n";
  text += "misim:\n  services:\n";
  for (const MisimService& service : architecture.services) text += service_text(service);
  if (!experiment.generators.empty()) text += "load:\n";
  std::set<std::string> names;
  for (const MisimGenerator& generator : experiment.generators) {
    text += fmt::format("  {}:\n    target: {}\n    operation: {}\n", yaml_scalar(workload_name(generator, names)),
                        yaml_scalar(generator.target.service), yaml_scalar(generator.target.operation));
    text += fmt::format("    bursts: {}\n    timeout: 3600 s  # users of MiSim wait for ever\n", bursts_text(generator.bursts, folder));
  }
  if (!experiment.actions.empty()) text += "method:\n";
  for (const MisimAction& action : experiment.actions) text += fmt::format("  - {}\n", action_text(action));
  return text;
}

}  // namespace streamtwin::import
