// MiSim's experiment: metadata, load generators and actions (parsing/adapter/experiment). Experiments of older releases,
// which name no types, are read too.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/import/misim_reader.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::import {
namespace {

namespace fs = std::filesystem;

constexpr double time_max = 1e7;  // seconds
constexpr std::string_view older = "MiSim at b6950391 breaks off without a `type`; read as its older releases did";

Duration seconds_of(const JsonValue& object, std::initializer_list<std::string_view> names, Duration otherwise = Duration{0}) {
  const auto value = object.find(names);
  return value ? Duration{value->number(0, time_max)} : otherwise;
}

class ExperimentReader {
 public:
  ExperimentReader(JsonFile& file, const MisimArchitecture& architecture) : file_(file), architecture_(architecture) {}

  MisimExperiment read() {
    const JsonValue root = file_.root();
    const auto nested = root.find({"simulation_metadata", "simulation_meta_data"});
    read_metadata(nested ? *nested : root);
    if (root.find({"stimulus"})) {
      read_misim_stimulus(root, file_.path(), architecture_, experiment_);
    } else {
      read_members(root);
      if (experiment_.generators.empty()) root.remark("there is no load generator, so that nothing is asked of anybody");
    }
    leave_out_what_is_too_late(root);
    return std::move(experiment_);
  }

 private:
  void read_metadata(const JsonValue& data) {
    experiment_.name = "misim";
    if (const auto name = data.find({"experiment_name", "experimentName", "name", "scenarioName"})) experiment_.name = name->text();
    const JsonValue duration =
        data.need({"duration", "experiment_duration"}, "how many seconds are simulated; without it MiSim would never end");
    experiment_.duration = Duration{duration.number(1e-3, time_max)};
    if (const auto unit = data.find({"time_unit"}); unit && unit->text() != "SECONDS")
      unit->fail("other units of time than SECONDS cannot be taken over; give all times in seconds");
    if (const auto seed = data.find({"seed"})) seed->number(-9.3e18, 9.3e18);  // of MiSim's generators of random numbers: ours are others
    data.ignore({"report", "report_type", "report_directory", "report_dir", "report_location", "report_folder", "datapoints", "model_name",
                 "modelName", "description"});
    if (data.place().empty()) return;
    data.tell_unread(misim_name);
  }

  // ExperimentModelAdapter: generators by their names; whatever else is a list or an object is made of actions.
  void read_members(const JsonValue& root) {
    for (const auto& [name, value] : root.members()) {
      if (name == "simulation_metadata" || name == "simulation_meta_data") continue;
      if (name == "generators" || name == "request_generators") {
        if (value.is_object()) {
          read_generator(value);
        } else {
          for (const JsonValue& generator : value.items()) read_generator(generator);
        }
      } else if (value.is_list()) {
        for (const JsonValue& action : value.items()) read_action(action, name);
      } else if (value.is_object()) {
        read_action(value, name);
      }
    }
  }

  void read_generator(const JsonValue& value) {
    const auto type = value.find({"type"});
    const auto config = value.find({"config"});
    const JsonValue& said = config ? *config : value;
    const bool limbo = type ? is_limbo(*type) : said.find({"model", "limbo_model", "limbo_file", "file", "limbo", "profile"}).has_value();
    if (!type) value.remark(older);
    MisimGenerator generator;
    const JsonValue target = said.need({"operation", "target_operation", "target"}, "the operation that is asked");
    generator.target = resolve_misim_operation(target, architecture_, target.text());
    if (const auto service = said.find({"microservice"}); service && service->text() != generator.target.service) {
      service->remark(fmt::format("MiSim does not read this: it takes the first service with an operation {}, which is {}",
                                  generator.target.operation, generator.target.service));
    }
    generator.bursts = limbo ? read_limbo(said) : read_interval(said);
    generator.bursts.from = seconds_of(said, {"start", "initial_arrival_time", "arrival_time"});
    if (const auto stop = said.find({"stop", "final_time", "stop_time", "end", "end_time"}))
      generator.bursts.until = Duration{stop->number(0, time_max)};
    if (const auto name = said.find({"name", "generator_name"})) generator.name = name->text();
    said.ignore({"repeating", "repetitions", "max_repetitions", "skip", "repetition_skip", "repetition"});  // mean nothing to an interval
    said.tell_unread(misim_name);
    if (config) value.tell_unread(misim_name);
    if (generator.bursts.until && *generator.bursts.until <= generator.bursts.from) {
      said.remark("the generator stops before it starts; left out");
      return;
    }
    if (generator.bursts.sizes != std::vector<int>{0}) experiment_.generators.push_back(std::move(generator));
  }

  static bool is_limbo(const JsonValue& type) {
    const std::string name = type.text();
    for (const std::string_view known : {"limbo", "limbo_generator", "dynamic", "variable"}) {
      if (name == known) return true;
    }
    for (const std::string_view known : {"interval", "constant", "fixed"}) {
      if (name == known) return false;
    }
    const std::string_view known[] = {"interval", "constant", "fixed", "limbo", "limbo_generator", "dynamic", "variable"};
    type.fail(
        fmt::format("MiSim has no load generator `{}`{}; it has {}", name, language::did_you_mean(name, known), fmt::join(known, ", ")));
  }

  workload::BurstSpec read_limbo(const JsonValue& said) {
    const JsonValue model = said.need({"model", "limbo_model", "limbo_file", "file", "limbo", "profile"}, "the CSV file of arrivals");
    workload::BurstSpec bursts = misim_arrivals(model, file_.path(), model.text());
    if (const auto repeating = said.find({"repeating"})) bursts.repeat = repeating->flag();
    if (!bursts.repeat) return bursts;
    bursts.gap = seconds_of(said, {"skip", "repetition_skip", "repetition"});
    if (const auto most = said.find({"repetitions", "max_repetitions"})) bursts.repetitions = most->whole(1, 1'000'000'000);
    return bursts;
  }

  static workload::BurstSpec read_interval(const JsonValue& said) {
    workload::BurstSpec bursts;
    double interval = 1, load = 1;
    if (const auto value = said.find({"interval", "inter_arrival_time"})) interval = value->number(1e-6, time_max);
    if (const auto value = said.find({"load", "load_per_interval"})) load = value->number(0, 1e6);
    const auto distribution = said.find({"distribution", "dist_strat", "distribution_strategy", "dist_strategy"});
    const std::string spread = distribution ? distribution->text() : "even";
    if (spread != "even" && spread != "spike") distribution->fail(fmt::format("expected even or spike, found {}", spread));
    if (spread == "spike" || load == 0) {
      bursts.every = Duration{interval};
      bursts.sizes = {static_cast<int>(load)};
    } else {
      bursts.every = Duration{std::max(1e-6, interval / load)};
    }
    return bursts;
  }

  void read_action(const JsonValue& value, const std::string& group) {
    const auto type = value.find({"type"});
    const auto config = value.find({"config"});
    const JsonValue& said = config ? *config : value;
    const std::string name = type ? type->text() : group;
    said.ignore({"action_name"});
    if (!type) value.remark(older);
    MisimAction action;
    action.at = seconds_of(said, {"start", "initial_arrival_time", "arrival_time", "time"});
    const auto is = [&](std::initializer_list<std::string_view> names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    bool of_use = true;
    if (is({"chaosmonkey", "chaos_monkey", "monkey"}) || (!type && is({"chaosmonkeys", "chaos_monkeys"}))) {
      read_kill(said, action);
    } else if (is({"chaosmonkey_pods"})) {
      type->remark(
          "MiSim-Orchestration kills a pod of a deployment, which Kubernetes then replaces; here an instance of the service of that name dies and is not replaced");
      read_kill(said, action);
    } else if (is({"summoner", "summoner_monkey", "summonermonkey"}) || (!type && is({"summonermonkeys", "summoner_monkeys"}))) {
      of_use = read_start(said, action);
    } else if (is({"delay", "delay_injection"}) || (!type && is({"latencymonkeys", "latency_monkeys"}))) {
      of_use = read_delay(said, action);
    } else {
      const std::string_view known[] = {"chaosmonkey",     "chaos_monkey",   "monkey", "summoner",
                                        "summoner_monkey", "summonermonkey", "delay",  "delay_injection"};
      (type ? *type : value)
          .fail(fmt::format("MiSim has no action `{}`{}; it has {}", name, language::did_you_mean(name, known), fmt::join(known, ", ")));
    }
    said.tell_unread(misim_name);
    if (config) value.tell_unread(misim_name);
    if (of_use) experiment_.actions.push_back(std::move(action));
  }

  void read_kill(const JsonValue& said, MisimAction& action) {
    action.kind = MisimAction::Kind::kill;
    const JsonValue service = said.need({"microservice", "microservice_name", "target", "deployment"}, "the service whose instances die");
    action.service = resolve_misim_service(service, architecture_, service.text());
    if (const auto instances = said.find({"instances", "instance_count", "killed_instance_count", "killed_instances"}))
      action.instances = instances->whole(1, 10000);
  }

  bool read_start(const JsonValue& said, MisimAction& action) {
    action.kind = MisimAction::Kind::start;
    const JsonValue service = said.need({"microservice"}, "the service that gets instances");
    action.service = resolve_misim_service(service, architecture_, service.text());
    const auto instances = said.find({"instances"});
    if (!instances) said.remark("without `instances` MiSim summons none; left out");
    if (instances) action.instances = instances->whole(1, 10000);
    return instances.has_value();
  }

  bool read_delay(const JsonValue& said, MisimAction& action) {
    action.kind = MisimAction::Kind::delay;
    const JsonValue service = said.need({"microservice", "target"}, "the service whose calls are delayed");
    action.service = resolve_misim_service(service, architecture_, service.text());
    action.delay = misim_delay(said.need({"delay", "delay_distribution", "distribution"}, "how long the calls are delayed"));
    action.lasts = seconds_of(said, {"duration"});
    if (const auto source = said.find({"operation_src"})) {
      const OperationName caller = resolve_misim_operation(*source, architecture_, source->text());
      if (caller.service != action.service)
        source->fail(fmt::format("{}.{} is not an operation of {}", caller.service, caller.operation, action.service));
      action.operation = caller.operation;
    }
    if (const auto target = said.find({"operation_trg"})) {
      if (action.operation.empty())
        target->fail("MiSim delays calls to one operation only if `operation_src` names the operation that makes them; give it, too");
      action.callee = resolve_misim_operation(*target, architecture_, target->text());
    }
    if (action.delay.mean > Duration{0}) return true;
    said.remark("a delay of nothing; left out");
    return false;
  }

  void leave_out_what_is_too_late(const JsonValue& root) {
    const auto late = [&](const MisimAction& action) {
      if (action.at <= experiment_.duration) return false;
      root.remark(fmt::format("the experiment ends before the action at {:g} s; left out", in_seconds(action.at)));
      return true;
    };
    std::erase_if(experiment_.actions, late);
  }

  JsonFile& file_;
  const MisimArchitecture& architecture_;
  MisimExperiment experiment_;
};

}  // namespace

MisimExperiment read_misim_experiment(const fs::path& path, const MisimArchitecture& architecture, Remarks& remarks) {
  JsonFile file(path, remarks);
  return ExperimentReader(file, architecture).read();
}

}  // namespace streamtwin::import
