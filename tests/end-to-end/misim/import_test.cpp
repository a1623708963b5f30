// MiSim's own files, imported and run: small ones that we made always, MiSim's where STREAMTWIN_DATA says that they are.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "scenarios/cli/commands.hpp"
#include "scenarios/composition/parts/load.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/import/misim.hpp"
#include "scenarios/language/language.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// How long long experiments are run here; all of them end by themselves in the simulator.
constexpr Duration longest = 20s;

struct Outcome {
  double offered = 0, answered = 0, failed = 0;
};

Outcome run(const std::string& yaml, const fs::path& folder, Duration most = longest) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(yaml, (folder / "imported.yaml").string()));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  Twin twin(loaded.value, RunPlan{});
  twin.run_until(std::min(at(most), twin.end()));
  EXPECT_EQ(twin.result().audit_errors, std::vector<std::string>{});
  Outcome outcome;
  for (const workload::Workload& workload : twin.parts().get<LoadPart>().load.all()) {
    outcome.offered += workload.measures().offered.total();
    outcome.answered += workload.measures().answered.total();
    outcome.failed += workload.measures().failed.total();
  }
  return outcome;
}

class Import : public testing::Test {
 protected:
  Import() {
    write("arch.json", R"({"network_latency": "0.02+-0.01", "microservices": [
      {"name": "shop", "instances": 2, "capacity": 1000, "loadbalancer_strategy": "even",
       "operations": [{"name": "buy", "demand": 2, "dependencies": [{"service": "stock", "operation": "take"}]}],
       "patterns": [{"type": "retry", "config": {"max_tries": 2}}, {"type": "circuitbreaker", "config": {"threshold": 50}}]},
      {"name": "stock", "instances": 1, "capacity": 1000, "operations": [{"name": "take", "demand": 5}]}]})");
    write("exp.json", R"({"simulation_metadata": {"name": "A day in the shop", "duration": 20}, "generators": [
      {"type": "interval", "config": {"operation": "shop.buy", "interval": 0.1}}, {"type": "limbo", "config": {"operation": "shop.buy", "model": "rush.csv"}}],
      "monkey": {"type": "monkey", "config": {"microservice": "stock", "time": 10}}, "summoner": {"type": "summoner", "config": {"microservice": "stock", "instances": 1, "time": 15}}})");
    write("rush.csv", "1,3\n2,4\n");
  }
  void write(const std::string& name, const std::string& text) { scratch_.write(name, text); }
  cli::ImportArguments arguments(const std::string& experiment = "exp.json") {
    return {"misim", folder_ / "arch.json", folder_ / experiment, folder_ / "out.yaml"};
  }

  const ScratchFolder scratch_;
  const fs::path& folder_ = scratch_.path();
};

TEST_F(Import, OfFilesThatWeMadeRunsAsTheySay) {
  const import::Imported imported = import::import_misim(folder_ / "arch.json", folder_ / "exp.json", folder_);
  EXPECT_THAT(imported.scenario, testing::AllOf(testing::StartsWith("# Made by `streamtwin import misim` from arch.json and exp.json"),
                                                HasSubstr("name: \"A day in the shop\""), HasSubstr("file: rush.csv"),
                                                HasSubstr("circuit_breaker: {error_threshold: 0.5,")));
  const Outcome outcome = run(imported.scenario, folder_);
  EXPECT_EQ(outcome.offered, 201 + 7);  // the last one comes as the run ends
  EXPECT_NEAR(outcome.failed, 51, 3);
  EXPECT_NEAR(outcome.answered, 156, 3);
}

TEST_F(Import, WritesTheScenarioAndNothingElse) {
  EXPECT_EQ(cli::import(arguments()), 0);
  EXPECT_TRUE(fs::exists(folder_ / "out.yaml"));
  EXPECT_FALSE(fs::exists(folder_ / "out.yaml.part"));
  EXPECT_TRUE((language::load<Scenario>(folder_ / "out.yaml").ok()));
}

TEST_F(Import, OfBadFilesWritesNothing) {
  write("bad.json", "{\"simulation_metadata\": {\"duration\": 20}, \"generators\": [");
  EXPECT_THROW(cli::import(arguments("bad.json")), cli::BadInput);
  write("bad.json",
        R"({"simulation_metadata": {"duration": 20}, "generators": [{"type": "interval", "config": {"operation": "shop.sell"}}]})");
  EXPECT_THROW(cli::import(arguments("bad.json")), cli::BadInput);
  write("bad.json", R"({"simulation_metadata": {"duration": 20}})");
  EXPECT_THROW(cli::import(arguments("bad.json")), cli::BadInput);
  EXPECT_FALSE(fs::exists(folder_ / "out.yaml"));
  cli::ImportArguments nowhere = arguments();
  nowhere.out = folder_ / "no" / "folder" / "out.yaml";
  EXPECT_THROW(cli::import(nowhere), cli::BadInput);
}

struct Pair {
  const char* architecture;
  const char* experiment;
  friend void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.architecture << " and " << pair.experiment; }
};

/// Every pair that MiSim's own tests run (src/test/java, scenarios), and those of the files that are left.
constexpr Pair pairs[] = {
    {"ProofOfConcept/arch_circuitbreaker_demonstration.json", "ProofOfConcept/exp_circuitbreaker_demonstration.json"},
    {"ProofOfConcept/arch_retry_demonstration.json", "ProofOfConcept/exp_retry_demonstration.json"},
    {"ProofOfConcept/arch_retry_disabled_demonstration.json", "ProofOfConcept/exp_retry_disabled_demonstration.json"},
    {"ProofOfConcept/arch_loadbalancer_random_demonstration.json", "ProofOfConcept/exp_loadbalancer_random_demonstration.json"},
    {"ProofOfConcept/arch_loadbalancer_util_demonstration.json", "ProofOfConcept/exp_loadbalancer_util_demonstration.json"},
    {"ProofOfConcept/arch_loadbalancer_round-robin_demonstration.json", "ProofOfConcept/exp_loadbalancer_round-robin_demonstration.json"},
    {"ProofOfConcept/arch_loadbalancer_round-robin-strict_demonstration.json",
     "ProofOfConcept/exp_loadbalancer_round-robin-strict_demonstration.json"},
    {"ProofOfConcept/example_architecture.json", "ProofOfConcept/response_time_experiment.json"},
    {"ProofOfConcept/example_architecture.json", "ProofOfConcept/response_time_calibration.json"},
    {"ProofOfConcept/example_architecture.json", "ProofOfConcept/circuitbreaker_experiment.json"},
    {"ProofOfConcept/calibrated_arch_many_instances.json", "ProofOfConcept/response_time_experiment.json"},
    {"Evaluation/calibrated_arch.json", "Evaluation/ExperimentScenario1.json"},
    {"Evaluation/calibrated_arch.json", "Evaluation/ExperimentScenario2.json"},
    {"Evaluation/calibrated_arch.json", "Evaluation/ExperimentScenario3.json"},
    {"Evaluation/calibrated_arch.json", "Evaluation/scenario1.json"},
    {"Evaluation/calibrated_arch.json", "Evaluation/scenario2.json"},
    {"Evaluation/calibrated_arch.json", "Evaluation/scenario3.json"},
    {"ProofOfConcept/example_architecture.json", "Evaluation/ExperimentScenario4.json"},
    {"ProofOfConcept/example_architecture.json", "Evaluation/scenario4.json"},
    {"PaperExample/paper_architecture.json", "PaperExample/paper_experiment.json"},
    {"PaperExample/paper_architecture.json", "PaperExample/paper_scenario.json"},
    {"Tl-Tea-Integration/architecture_tltea_scenario1.json", "Tl-Tea-Integration/experiment_basic.json"},
    {"architecture_model.json", "example_model.json"},
    {"architecture_model_abcde.json", "example_model_abcde.json"},
    {"example_architecture_model.json", "example_experiment_chaosmonkey.json"},
    {"example_architecture_alternatives.json", "example_experiment_chaosmonkey_alternatives.json"},
    {"example_architecture_model.json", "example_experiment_delayInjection.json"},
    {"example_architecture_model.json", "example_experiment_gatewayload.json"},
    {"example_architecture_scaling.json", "example_experiment_autoscale.json"},
    {"../misim-orchestration/ClusterSchedulerPodFailure/cspf_architecture_model.json",
     "../misim-orchestration/ClusterSchedulerPodFailure/cspf_example_model.json"},
};

const char* data() { return std::getenv("STREAMTWIN_DATA"); }

class Peers : public testing::TestWithParam<Pair> {};
TEST_P(Peers, FilesAreImportedAndRun) {
  if (data() == nullptr) GTEST_SKIP() << "STREAMTWIN_DATA does not say where MiSim's files are";
  const fs::path folder = fs::path(data()) / "peers" / "misim";
  const import::Imported imported = import::import_misim(folder / GetParam().architecture, folder / GetParam().experiment, std::nullopt);
  const Outcome outcome = run(imported.scenario, folder);
  EXPECT_GT(outcome.offered, 2);
  EXPECT_GT(outcome.answered, 0);
}
INSTANTIATE_TEST_SUITE_P(All, Peers, testing::ValuesIn(pairs), [](const auto& pair) {
  std::string name = pair.param.experiment;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return fmt::format("{}_{}", pair.index, name);
});

// 10 requests a second, of which those fail that come while example-service is away, from 30 s to 120 s.
TEST(PeersCircuitBreaker, LosesHalfOfAllRequests) {
  if (data() == nullptr) GTEST_SKIP() << "STREAMTWIN_DATA does not say where MiSim's files are";
  const fs::path folder = fs::path(data()) / "peers" / "misim" / "ProofOfConcept";
  const import::Imported imported = import::import_misim(folder / "arch_circuitbreaker_demonstration.json",
                                                         folder / "exp_circuitbreaker_demonstration.json", std::nullopt);
  const Outcome outcome = run(imported.scenario, folder, 180s);
  EXPECT_EQ(outcome.offered, 1801);
  EXPECT_NEAR(outcome.failed, 900, 6);
}

// The scenario of the library says in one period of the sine what the file of arrivals says in ten minutes.
TEST(PeersVideoStreaming, IsTheScenarioOfTheLibrary) {
  if (data() == nullptr) GTEST_SKIP() << "STREAMTWIN_DATA does not say where MiSim's files are";
  const fs::path folder = fs::path(data()) / "peers" / "misim-orchestration" / "ClusterSchedulerPodFailure";
  const import::Imported imported =
      import::import_misim(folder / "cspf_architecture_model.json", folder / "cspf_example_model.json", std::nullopt);
  const Outcome theirs = run(imported.scenario, folder, 130s);
  const auto ours = language::load<Scenario>(fs::path(STREAMTWIN_SOURCE_DIR) / "scenarios/library/misim-video-streaming.yaml");
  ASSERT_TRUE(ours.ok()) << language::print(ours.diagnostics);
  Twin twin(ours.value, RunPlan{});
  twin.run_until(at(130s));
  double offered = 0, answered = 0;
  for (const workload::Workload& workload : twin.parts().get<LoadPart>().load.all()) {
    offered += workload.measures().offered.total();
    answered += workload.measures().answered.total();
  }
  EXPECT_EQ(offered, theirs.offered);
  EXPECT_EQ(answered, theirs.answered);
}

}  // namespace
}  // namespace streamtwin
