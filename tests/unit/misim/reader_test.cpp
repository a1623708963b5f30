// What MiSim's files say, and what is said of files that cannot be taken over.
#include "scenarios/import/misim_reader.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::import {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class MisimFiles : public testing::Test {
 protected:
  MisimArchitecture architecture(const std::string& text) { return read_misim_architecture(folder_.write("arch.json", text), remarks_); }
  MisimExperiment experiment(const std::string& text) {
    return read_misim_experiment(folder_.write("exp.json", text), architecture_, remarks_);
  }

  std::string bad_architecture(const std::string& text) {
    return refusal_of<ImportError>([&] { architecture(text); });
  }
  std::string bad_experiment(const std::string& text) {
    return refusal_of<ImportError>([&] { experiment(text); });
  }
  std::string in_service(const std::string& members) { return bad_architecture(R"({"microservices": [{"name": "a", )" + members + "}]}"); }
  std::string in_experiment(const std::string& members) {
    return bad_experiment(R"({"simulation_metadata": {"duration": 10}, )" + members + "}");
  }

  const ScratchFolder folder_;
  Remarks remarks_;
  MisimArchitecture architecture_ = architecture(R"({"microservices": [
    {"name": "front", "instances": 2, "capacity": 100, "loadbalancer_strategy": "round-robin",
     "operations": [{"name": "front.get", "demand": 3, "dependencies": [{"service": "back", "operation": "back.read", "probability": 0.5}]}, {"name": "ping"}],
     "patterns": [{"type": "retry", "config": {"max_tries": 3}, "strategy": {"type": "exp", "config": {"base_backoff": "0.5", "base": 2}}},
                  {"type": "circuitbreaker", "config": {"error_threshold_percentage": 75, "rolling_window": 5}}]},
    {"name": "back", "operations": [{"name": "read", "demand": 1}, {"name": "ping"}],
     "s_patterns": [{"type": "autoscale", "config": {"period": 0.5}, "strategy": {"type": "reactive", "config": {"upper_bound": 0.9, "max_instances": 7}}}]}]})");
};

TEST_F(MisimFiles, SayWhatTheArchitectureIs) {
  const MisimService& front = architecture_.services[0];
  EXPECT_EQ(front.name, "front");
  EXPECT_EQ(front.instances, 2);
  EXPECT_EQ(front.spec.capacity, 100);
  EXPECT_EQ(front.spec.balancer, misim::BalancerKind::round_robin);
  ASSERT_EQ(front.operations.size(), 2u);
  EXPECT_EQ(front.operations[0].name, "get");
  EXPECT_EQ(front.operations[0].spec.demand, 3);
  const misim::MisimDependencySpec& call = front.operations[0].spec.dependencies.at(0);
  EXPECT_EQ(call.service + "." + call.operation, "back.read");
  EXPECT_DOUBLE_EQ(call.probability.value(), 0.5);
  EXPECT_EQ(front.spec.retry->max_tries, 3);
  EXPECT_EQ(front.spec.retry->strategy, misim::BackOff::exponential);
  EXPECT_EQ(front.spec.retry->base_backoff, Duration{0.5});
  EXPECT_DOUBLE_EQ(front.spec.circuit_breaker->error_threshold->value(), 0.75);
  EXPECT_EQ(front.spec.circuit_breaker->rolling_window, Duration{5});
  const MisimService& back = architecture_.services[1];
  EXPECT_EQ(back.spec.balancer, misim::BalancerKind::random);  // MiSim's, where nothing is said
  EXPECT_EQ(back.spec.autoscaler->period, Duration{0.5});
  EXPECT_DOUBLE_EQ(back.spec.autoscaler->upper_bound, 0.9);
  EXPECT_EQ(back.spec.autoscaler->max_instances, 7);
  EXPECT_THAT(remarks_, testing::IsEmpty());
}

TEST_F(MisimFiles, FlattenAlternativesAndLoops) {
  const MisimArchitecture nested = architecture(R"({"microservices": [{"name": "a", "operations": [
    {"name": "x", "dependencies": [{"type": "loop", "iterations": "2", "dependencies": [{"type": "alternative", "dependencies": [
      {"service": "a", "operation": "y", "alternative_probability": 0.8}, {"operation": "a.z", "custom_delay": "0.5+-0.1"}]}]}]},
    {"name": "y"}, {"name": "z"}]}]})");
  const auto& list = nested.services[0].operations[0].spec.dependencies;
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0].iterations, 2);
  EXPECT_EQ(list[1].inside, list[0].name);
  EXPECT_EQ(list[2].inside, list[1].name);
  EXPECT_DOUBLE_EQ(list[2].weight, 0.8);
  EXPECT_EQ(list[3].custom_delay->deviation, Duration{0.1});
}

// Half of a sample of N(1, 0.5) is above 1, where it is as good as 1: the chance is 1 - 0.5 / sqrt(2 pi), but for what is
// below 0.
TEST_F(MisimFiles, TurnADistributionOfAChanceIntoOneChance) {
  const MisimArchitecture uncertain = architecture(R"({"microservices": [{"name": "a", "operations": [
    {"name": "x", "dependencies": [{"service": "a", "operation": "y", "probability": "1+-0.5"}, {"service": "a", "operation": "y", "probability": "0.5+-0.01"}]}, {"name": "y"}]}]})");
  const auto& list = uncertain.services[0].operations[0].spec.dependencies;
  EXPECT_NEAR(list[0].probability.value(), 1 - 0.5 / std::sqrt(2 * 3.14159265358979) + 0.00425, 1e-4);
  EXPECT_NEAR(list[1].probability.value(), 0.5, 1e-9);
}

TEST_F(MisimFiles, SayWhatTheExperimentDoes) {
  folder_.write("load.csv", "1,2\n2,3.5\n");
  const MisimExperiment read =
      experiment(R"({"simulation_meta_data": {"experiment_name": "E", "model_name": "M", "duration": 60, "seed": "7"},
    "request_generators": [
      {"type": "interval", "config": {"operation": "front.get", "interval": 0.5, "load": 2, "start": 5, "stop": 20}},
      {"type": "interval", "config": {"operation": "read", "interval": 2, "load": 9, "distribution": "spike"}},
      {"type": "limbo", "config": {"operation": "get", "model": "./Examples/elsewhere/load.csv", "repeating": true, "skip": 4}}],
    "monkeys": [{"type": "monkey", "config": {"microservice": "back", "time": 30, "instances": 2}}],
    "named": {"type": "summoner", "config": {"microservice": "back", "time": 40, "instances": 3}},
    "delays": [{"type": "delay", "config": {"microservice": "front", "delay": "2+-.5", "time": 10, "duration": 5, "operation_src": "get", "operation_trg": "back.read"}}]})");
  EXPECT_EQ(read.name, "E");
  EXPECT_EQ(read.duration, Duration{60});
  ASSERT_EQ(read.generators.size(), 3u);
  EXPECT_EQ(read.generators[0].bursts.every, Duration{0.25});
  EXPECT_EQ(read.generators[0].bursts.from, Duration{5});
  EXPECT_EQ(read.generators[0].bursts.until, Duration{20});
  EXPECT_EQ(read.generators[1].target.service, "back");
  EXPECT_THAT(read.generators[1].bursts.sizes, ElementsAre(9));
  EXPECT_TRUE(read.generators[2].bursts.repeat);
  EXPECT_EQ(read.generators[2].bursts.gap, Duration{4});
  EXPECT_EQ(fs::path(read.generators[2].bursts.file.path).filename(), "load.csv");
  ASSERT_EQ(read.actions.size(), 3u);
  std::map<MisimAction::Kind, MisimAction> by_kind;
  for (const MisimAction& action : read.actions) by_kind[action.kind] = action;
  EXPECT_EQ(by_kind[MisimAction::Kind::kill].instances, 2);
  EXPECT_EQ(by_kind[MisimAction::Kind::start].at, Duration{40});
  EXPECT_EQ(by_kind[MisimAction::Kind::delay].delay.deviation, Duration{0.5});
  EXPECT_EQ(by_kind[MisimAction::Kind::delay].lasts, Duration{5});
  EXPECT_EQ(by_kind[MisimAction::Kind::delay].callee->operation, "read");
  EXPECT_THAT(remarks_, testing::IsEmpty());
}

TEST_F(MisimFiles, SayInOneLineWhatAScenarioDoes) {
  folder_.write("load.csv", "1,2\n");
  const MisimExperiment read = experiment(R"({"name": "S", "duration": 90, "artifact": "front", "component": "ALL ENDPOINTS",
    "stimulus": "LOAD~ ./Examples/load.csv AND KILL back 2 @40 AND START back 1@50 AND DELAY 0.5+-0.2@60~20"})");
  ASSERT_EQ(read.generators.size(), 2u);
  EXPECT_TRUE(read.generators[0].bursts.repeat);
  ASSERT_EQ(read.actions.size(), 3u);
  EXPECT_EQ(read.actions[0].service, "back");
  EXPECT_EQ(read.actions[0].instances, 2);
  EXPECT_EQ(read.actions[1].kind, MisimAction::Kind::start);
  EXPECT_EQ(read.actions[2].service, "front");
  EXPECT_EQ(read.actions[2].delay.mean, Duration{0.5});
  EXPECT_THAT(remarks_, ElementsAre(HasSubstr("stimulus: MiSim at b6950391 stumbles over DELAY")));
}

TEST_F(MisimFiles, TellOfWhatMisimDoesNotRead) {
  architecture(R"({"network_latency": "1+-1", "microservices": [{"name": "a", "operations": [{"name": "x", "circuitBreaker": {}}],
    "patterns": [{"type": "retry", "config": {"maxTries": 3, "colour": 1}}]}]})");
  EXPECT_THAT(remarks_,
              testing::UnorderedElementsAre(HasSubstr("network_latency: MiSim reads the latency of the network and never uses it"),
                                            HasSubstr("microservices[0].operations[0].circuitBreaker: MiSim no longer reads"),
                                            HasSubstr("patterns[0].config.maxTries: MiSim does not read this; did you mean `max_tries`?"),
                                            HasSubstr("patterns[0].config.colour: MiSim does not read this; left out")));
}

TEST_F(MisimFiles, OfOlderReleasesAreReadWithARemark) {
  const MisimExperiment read = experiment(
      R"({"simulation_meta_data": {"duration": 60}, "request_generators": [{"microservice": "front", "operation": "ping", "interval": 1}],
    "chaosmonkeys": [{"microservice": "back", "instances": 1, "time": 3}], "summonermonkeys": [{"microservice": "back", "instances": 1, "time": 4}]})");
  EXPECT_EQ(read.generators.size(), 1u);
  EXPECT_EQ(read.actions.size(), 2u);
  EXPECT_EQ(remarks_.size(), 3u);
  EXPECT_THAT(remarks_, testing::Each(HasSubstr("MiSim at b6950391 breaks off without a `type`")));
}

TEST_F(MisimFiles, TellWhomAShortNameReallyMeans) {
  const MisimExperiment read =
      experiment(R"({"duration": 5, "generators": {"type": "interval", "config": {"microservice": "back", "operation": "ping"}}})");
  EXPECT_EQ(read.generators[0].target.service, "front");
  EXPECT_THAT(remarks_, ElementsAre(HasSubstr("takes the first service with an operation ping, which is front")));
}

TEST_F(MisimFiles, ThatAreNoneAreRefusedByPlace) {
  EXPECT_THAT(bad_architecture("{\n  \"microservices\": [}\n"),
              testing::AllOf(HasSubstr("arch.json:2:21: no JSON: "), HasSubstr("unexpected '}'")));
  EXPECT_THAT(bad_architecture("[1]"), HasSubstr("arch.json: expected an object in braces, found [1]"));
  EXPECT_THAT(refusal_of<ImportError>([&] { read_misim_architecture(folder_ / "none.json", remarks_); }),
              HasSubstr("none.json: cannot be read; give the path of a JSON file"));
  EXPECT_THAT(refusal_of<ImportError>([&] { read_misim_architecture(folder_.path(), remarks_); }), HasSubstr("cannot be read"));
}

TEST_F(MisimFiles, WithABadArchitectureAreRefused) {
  EXPECT_THAT(bad_architecture("{}"), HasSubstr("arch.json: `microservices` is missing"));
  EXPECT_THAT(bad_architecture(R"({"microservices": []})"), HasSubstr("at least one microservice"));
  EXPECT_THAT(bad_architecture(R"({"microservices": [{}]})"), HasSubstr("microservices[0]: `name` is missing"));
  EXPECT_THAT(bad_architecture(R"({"microservices": [{"name": "a"}, {"name": "a"}]})"),
              HasSubstr("microservices[1].name: there is another microservice `a`"));
  EXPECT_THAT(in_service(R"("capacity": -1)"), HasSubstr("microservices[0].capacity: expected a number from 1 to 2147483647, found -1"));
  EXPECT_THAT(in_service(R"("capacity": 1.5)"), HasSubstr("expected a whole number"));
  EXPECT_THAT(in_service(R"("instances": "many")"),
              HasSubstr("microservices[0].instances: expected a number from 1 to 10000, found \"many\""));
  EXPECT_THAT(in_service(R"("operations": {})"), HasSubstr("microservices[0].operations: expected a list in brackets, found {}"));
  EXPECT_THAT(in_service(R"("operations": [{"name": "x", "demand": -3}])"),
              HasSubstr("microservices[0].operations[0].demand: expected a number from 0"));
  EXPECT_THAT(in_service(R"("operations": [{"name": "x"}, {"name": "a.x"}])"),
              HasSubstr("microservices[0].operations[1].name: a has another operation `x`"));
  EXPECT_THAT(in_service(R"("loadbalancer_strategy": "evn")"),
              HasSubstr("MiSim has no load balancer `evn`; did you mean `even`?; it has random, even"));
  EXPECT_THAT(
      in_service(R"("patterns": [{"type": "retri"}])"),
      HasSubstr(
          "microservices[0].patterns[0].type: MiSim has no pattern of instances `retri`; did you mean `retry`?; it has circuitbreaker, retry"));
  EXPECT_THAT(in_service(R"("patterns": [{"config": {}}])"), HasSubstr("patterns[0]: `type` is missing: which pattern"));
  EXPECT_THAT(in_service(R"("s_patterns": [{"type": "retry"}])"), HasSubstr("no pattern of services `retry`"));
  EXPECT_THAT(in_service(R"("patterns": [{"type": "retry", "strategy": {"type": "fibonacci"}}])"),
              HasSubstr("no retry strategy `fibonacci`"));
  EXPECT_THAT(in_service(R"("patterns": [{"type": "circuitbreaker", "config": {"threshold": 101}}])"),
              HasSubstr("expected a number from 0 to 100, found 101"));
  EXPECT_THAT(in_service(R"("operations": [{"name": "x", "dependencies": [{"service": "b", "operation": "y"}]}])"),
              HasSubstr("operations[0].dependencies[0].operation: the architecture has no microservice `b`; it has a"));
  EXPECT_THAT(in_service(R"("operations": [{"name": "x", "dependencies": [{"service": "a", "operation": "a.y"}]}])"),
              HasSubstr("the microservice a has no operation `y`; it has x"));
  EXPECT_THAT(in_service(R"("operations": [{"name": "x", "dependencies": [{"service": "b", "operation": "a.x"}]}])"),
              HasSubstr("has no microservice `b`"));
  EXPECT_THAT(in_service(R"("operations": [{"name": "x", "dependencies": [{"type": "maybe"}]}])"),
              HasSubstr("no kind of dependency `maybe`"));
  EXPECT_THAT(
      in_service(
          R"("operations": [{"name": "x", "dependencies": [{"operation": "a.y"}]}, {"name": "y", "dependencies": [{"operation": "a.x"}]}])"),
      HasSubstr("operations call each other in a circle: a.x -> a.y -> a.x"));
}

TEST_F(MisimFiles, WithABadExperimentAreRefused) {
  EXPECT_THAT(bad_experiment("{}"), HasSubstr("exp.json: `duration` is missing"));
  EXPECT_THAT(bad_experiment(R"({"duration": -5})"), HasSubstr("duration: expected a number from 0.001"));
  EXPECT_THAT(in_experiment(R"("generators": [{"type": "intervall", "config": {"operation": "get"}}])"),
              HasSubstr("no load generator `intervall`; did you mean `interval`?"));
  EXPECT_THAT(in_experiment(R"("generators": [{"type": "interval", "config": {}}])"),
              HasSubstr("generators[0].config: `operation` is missing"));
  EXPECT_THAT(in_experiment(R"("generators": [{"type": "interval", "config": {"operation": "gett"}}])"),
              HasSubstr("no microservice of the architecture has an operation `gett`"));
  EXPECT_THAT(in_experiment(R"("generators": [{"type": "interval", "config": {"operation": "get", "interval": -1}}])"),
              HasSubstr("generators[0].config.interval: expected a number"));
  EXPECT_THAT(in_experiment(R"("generators": [{"type": "limbo", "config": {"operation": "get", "model": "none.csv"}}])"),
              HasSubstr("generators[0].config.model: there is no file none.csv at the experiment's folder or above it"));
  folder_.write("bad.csv", "1,2\n2,many\n");
  EXPECT_THAT(in_experiment(R"("generators": [{"type": "limbo", "config": {"operation": "get", "model": "bad.csv"}}])"),
              testing::AllOf(HasSubstr("bad.csv:2: expected a number of requests"), HasSubstr("generators[0].config.model")));
  EXPECT_THAT(in_experiment(R"("m": [{"type": "monky", "config": {}}])"),
              HasSubstr("m[0].type: MiSim has no action `monky`; did you mean `monkey`?"));
  EXPECT_THAT(in_experiment(R"("m": [{"type": "monkey", "config": {"microservice": "bak"}}])"),
              HasSubstr("no microservice `bak`; did you mean `back`?"));
  EXPECT_THAT(in_experiment(R"("m": [{"type": "monkey", "config": {"microservice": "back", "instances": -1}}])"),
              HasSubstr("expected a number from 1"));
  EXPECT_THAT(in_experiment(R"("m": [{"type": "delay", "config": {"microservice": "back", "delay": "much"}}])"),
              HasSubstr("expected seconds as a number or as \"mean+-deviation\""));
  const auto stimulus = [&](const std::string& text) {
    return bad_experiment(R"({"duration": 5, "artifact": "front", "component": "get", "stimulus": ")" + text + "\"}");
  };
  EXPECT_THAT(stimulus("KILL back"), HasSubstr("`KILL back` says no time; a stimulus is made of"));
  EXPECT_THAT(stimulus("START back@3"), HasSubstr("does not say how many instances"));
  EXPECT_THAT(stimulus("DANCE@3"), HasSubstr("is no stimulus"));
  EXPECT_THAT(stimulus("LOAD nowhere.csv"), HasSubstr("there is no file nowhere.csv"));
}

// MiSim's branch for the TeaStore splits names at the first dot; gRPC methods have dots, too.
TEST_F(MisimFiles, KeepDotsOfOperations) {
  architecture_ = architecture(R"({"microservices": [{"name": "web", "operations": [{"name": "web.cart.add", "demand": 1,
    "dependencies": [{"service": "store", "operation": "cart.save"}, {"operation": "store./shop.Stock/Take"}]}]},
    {"name": "store", "loadbalancer_strategy": "random_orchestration", "operations": [{"name": "cart.save"}, {"name": "/shop.Stock/Take"}]}]})");
  const MisimOperation& add = architecture_.services.at(0).operations.at(0);
  EXPECT_EQ(add.name, "cart.add");
  EXPECT_EQ(add.spec.dependencies.at(0).operation, "cart.save");
  EXPECT_EQ(add.spec.dependencies.at(1).operation, "/shop.Stock/Take");
  EXPECT_EQ(architecture_.services.at(1).spec.balancer, misim::BalancerKind::random);
  EXPECT_THAT(remarks_, testing::Contains(HasSubstr("MiSim-Orchestration")));
  const MisimExperiment asked = experiment(R"({"simulation_metadata": {"duration": 10}, "generators": [
    {"type": "interval", "config": {"operation": "web.cart.add"}}, {"type": "interval", "config": {"operation": "cart.save"}}]})");
  EXPECT_EQ(asked.generators.at(0).target.operation, "cart.add");
  EXPECT_EQ(asked.generators.at(1).target.service, "store");
}

TEST_F(MisimFiles, ThatAreMissingAreNamedByTheirNeighbours) {
  folder_.write("rush.csv", "0,1\n");
  EXPECT_THAT(in_experiment(R"("generators": [{"type": "limbo", "config": {"operation": "front.get", "model": "rsuh.csv"}}])"),
              HasSubstr("did you mean `rush.csv`?"));
}

}  // namespace
}  // namespace streamtwin::import
