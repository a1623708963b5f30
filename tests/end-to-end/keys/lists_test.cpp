// Lists of any length: what the language calls valid is a platform that can be composed and that runs.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

/// A list of the language, and the element that stands at a place of it. What else must be said first stands in `beside`.
struct List {
  std::string path;
  std::string (*element)(int place);
  std::vector<std::string> beside{};
};

const List lists[] = {
    {"regions",
     [](int i) { return fmt::format("{{name: r{}, latitude: {}, longitude: {}, zones: 1}}", i, i % 60, i % 170); },
     {"method=[]"}},
    {"edge.authentication.exempt", [](int) { return std::string("play"); }, {"edge.authentication.enabled=true"}},
    {"edge.filters", [](int i) { return fmt::format("{{name: f{}}}", i); }},
    {"edge.filters[0].services", [](int) { return std::string("play"); }},
    {"edge.routes", [](int i) { return fmt::format("{{path: /{}, service: play}}", i); }},
    {"members.diurnal.hourly_weights", [](int) { return std::string("1"); }},
    {"members.ladder", [](int i) { return fmt::format("{} kbps", 100 * (i + 1)); }},
    {"load.shop.course", [](int i) { return fmt::format("{{at: {} s, rate: 1 /s}}", i); }, {"load={shop: {target: plan}}"}},
    {"load.shop.bursts.sizes", [](int i) { return fmt::format("{}", i % 3); }, {"load={shop: {target: plan, bursts: {every: 1 s}}}"}},
    {"services.apps.admission.partitions",
     [](int i) { return fmt::format("{{up_to: {}, share: 1 %}}", i); },
     {"services.apps.admission.limit=fixed"}},
    {"services.apps.calls", [](int) { return std::string("{service: plan}"); }},
    {"services.zuul.gateway.origins", [](int i) { return std::string(i % 2 == 0 ? "{service: play}" : "{service: steering}"); }},
    {"method", [](int i) { return fmt::format("{{at: {} s, action: set_load, load: 1}}", i % 2); }},
    {"slos", [](int) { return std::string("{kpi: availability.backend, at_least: 50 %}"); }},
    {"steady_state_hypothesis.tolerances", [](int) { return std::string("{kpi: plays.started, at_least: 1}"); }},
    {"expects.broken",
     [](int) { return std::string("plays.started"); },
     {"slos=[{kpi: plays.started, at_least: 1}]", "expects.because=as said"}},
};

class Lists : public testing::TestWithParam<List> {};

TEST_P(Lists, OfEveryLengthThatIsValidRun) {
  const List& list = GetParam();
  int valid = 0;
  for (const int length : {0, 1, 3, 24, 65, 300}) {
    std::vector<std::string> sets{"clock.lasts=10 s", "clock.warm_up=1 s", "clock.window=1 s", "method=[]"};
    sets.insert(sets.end(), list.beside.begin(), list.beside.end());
    std::string elements;
    for (int i = 0; i < length; ++i) elements += (i == 0 ? "" : ", ") + list.element(i);
    sets.push_back(list.path + "=[" + elements + "]");
    const auto loaded = parse<Scenario>(Document::read(STREAMTWIN_SOURCE_DIR "/tests/end-to-end/keys/small.yaml", {.overrides = sets}));
    if (!loaded.ok()) continue;
    ++valid;
    EXPECT_NO_THROW({
      Twin twin(loaded.value, RunPlan{});
      twin.run_until(Instant{2s});
      twin.result();
    }) << list.path
       << " with " << length;
  }
  EXPECT_GT(valid, 0) << list.path;
}

INSTANTIATE_TEST_SUITE_P(Of, Lists, testing::ValuesIn(lists), [](const auto& list) {
  std::string name = list.param.path;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
});

}  // namespace
}  // namespace streamtwin::language
