// How a document becomes a value, and what is said when it does not.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/language/example.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::language {
namespace {

/// The messages of a document that has the required title besides `text`.
std::vector<std::string> complaints(const std::string& text, std::vector<std::string> overrides = {}) {
  std::vector<std::string> messages;
  for (const Diagnostic& diagnostic : example::parse_text("title: t\n" + text, std::move(overrides)).diagnostics)
    messages.push_back(to_string(diagnostic));
  return messages;
}

std::string only_complaint(const std::string& text, std::vector<std::string> overrides = {}) {
  const auto messages = complaints(text, std::move(overrides));
  EXPECT_EQ(messages.size(), 1u) << text;
  return messages.empty() ? "" : messages.front();
}

#define EXPECT_COMPLAINT(text, part) EXPECT_NE(only_complaint(text).find(part), std::string::npos) << only_complaint(text)

TEST(Parser, FillsEveryKindOfField) {
  const auto loaded = example::parse_text(std::string{example::valid_text});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const example::World& world = loaded.value;
  EXPECT_EQ(world.title, "Friday night");
  EXPECT_EQ(world.lasts, 90min);
  EXPECT_EQ(world.shift, Distance{-3});
  const auto& play = world.services.at("play");
  EXPECT_EQ(play.policy, example::Policy::least_loaded);
  EXPECT_EQ(play.calls, (std::vector<std::string>{"licence", "history"}));
  EXPECT_EQ(play.breaker.volume, 30);
  EXPECT_EQ(play.breaker.threshold, Fraction{0.4});
  EXPECT_TRUE(play.breaker.enabled);
  EXPECT_EQ(play.timeout, Duration{0.8});
  EXPECT_FALSE(world.services.at("licence").second_breaker->enabled);
  EXPECT_EQ(world.services.at("licence").second_breaker->volume, 20);
  EXPECT_EQ(world.services.at("history").instances, 2);
  EXPECT_EQ(world.sites[1].from_exchange, Distance{0.35});
  EXPECT_EQ(world.method[1].action, example::Action::add_latency);
  EXPECT_EQ(world.shares.at("MUC"), Fraction{0.3});
  EXPECT_EQ(world.ladder, (std::vector<double>{0.5, 1, 25}));
  EXPECT_EQ(world.rates[1], BitRate{5.8e6});
}

TEST(Parser, CollectsAllThatIsWrongInTheOrderOfTheText) {
  const auto messages = complaints("lasts: 30\nlast: 3 s\nservices:\n  a: {instances: 0, policy: lifo}\nsites: 5\n");
  ASSERT_EQ(messages.size(), 5u);
  EXPECT_EQ(messages[0], "w.yaml:2:8: lasts: found `30`; expected a duration with its unit, one of ns, us, ms, s, min, h, d");
  EXPECT_EQ(messages[1], "w.yaml:3:1: unknown key `last`; did you mean `lasts`?");
  EXPECT_EQ(messages[2], "w.yaml:5:18: services.a.instances: found `0`; expected 1 to 100");
  EXPECT_EQ(messages[3],
            "w.yaml:5:29: services.a.policy: found `lifo`; expected one of `fifo`, `least_loaded`, "
            "`power_of_two`; did you mean `fifo`?");
  EXPECT_EQ(messages[4].substr(0, 53), "w.yaml:6:8: sites: found `5`; expected a list of maps");
}

TEST(Parser, RefusesValuesOfTheWrongType) {
  EXPECT_COMPLAINT("seed: many", "expected a whole number");
  EXPECT_COMPLAINT("seed: 1.5", "expected a whole number");
  EXPECT_COMPLAINT("seed: \"5\"", "found the text \"5\"");
  EXPECT_COMPLAINT("seed: 99999999999999999999", "expected a whole number");
  EXPECT_COMPLAINT("mask: -1", "expected");
  EXPECT_COMPLAINT("seed:", "found nothing");
  EXPECT_COMPLAINT("home: 12", "write \"12\"");
  EXPECT_COMPLAINT("home: true", "truth value");
  EXPECT_COMPLAINT("home: [a]", "found a list of 1; expected a text");
  EXPECT_COMPLAINT("services: {a: {breaker: {enabled: yes}}}", "expected `true` or `false`");
  EXPECT_COMPLAINT("services: {a: }", "`{}` for all defaults");
  EXPECT_COMPLAINT("services: [a]", "a map from names to maps");
  EXPECT_COMPLAINT("services: {a: {calls: b}}", "expected a list of a text");
  EXPECT_COMPLAINT("ladder: [1, two]", "ladder[1]: found `two`; expected a number");
  EXPECT_COMPLAINT("shares: {FRA: half}", "a share such as `70 %`");
  EXPECT_COMPLAINT("trace: no/such/file.csv", "no such file or folder");
}

TEST(Parser, RefusesNumbersThatAreAbsurd) {
  EXPECT_COMPLAINT("lasts: -5 s", "expected 1 s to 1 d");
  EXPECT_COMPLAINT("lasts: 1 ms", "expected 1 s to 1 d");
  EXPECT_COMPLAINT("lasts: .nan", "expected a duration");
  EXPECT_COMPLAINT("lasts: inf s", "expected a duration");
  EXPECT_COMPLAINT("lasts: 1e999 s", "expected a duration");
  EXPECT_COMPLAINT("ladder: [.inf]", "expected a number");
  EXPECT_COMPLAINT("ladder: [-1]", "ladder[0]: found `-1`; expected 0 to 100");
  EXPECT_COMPLAINT("rates: [-1 bps]", "rates[0]: found `-1 bps`; expected 0 bps to 1 Gbps");
  EXPECT_COMPLAINT("sites: [{name: a, disk: -1 B}]", "expected 0 B to");
  EXPECT_COMPLAINT("sites: [{name: a, disk: 1e30 B}]", "expected 0 B to");
  EXPECT_COMPLAINT("services: {a: {breaker: {threshold: 140 %}}}", "expected 0 % to 100 %");
}

TEST(Parser, NamesTheUnitThatWasMeant) {
  EXPECT_COMPLAINT("lasts: 5 minutes", "the unit `minutes`, which a duration does not have; did you mean `min`?");
  EXPECT_COMPLAINT("lasts: 5 Sec", "did you mean `s`?");
  EXPECT_COMPLAINT("rates: [5 mbps]", "did you mean `Mbps`?");
  EXPECT_COMPLAINT("lasts: 5 GB", "Units: ns, us, ms, s, min, h, d");
}

TEST(Parser, PointsToTheKeyThatWasMeant) {
  EXPECT_COMPLAINT("sevices: {}", "did you mean `services`?");
  EXPECT_COMPLAINT("capacity: 5 Gbps", "there is one at `sites[].capacity`");
  EXPECT_COMPLAINT("services: {a: {volume: 5}}", "there is one at `services.a.breaker.volume`");
  EXPECT_COMPLAINT("services.a.instances: 5", "dotted paths go below `override:`");
  EXPECT_COMPLAINT("xyzzy: 5", "known here: `title`, `seed`");
}

TEST(Parser, AsksForWhatIsRequired) {
  const auto loaded = example::parse_text("sites: [{disk: 5 GB}]\n");
  ASSERT_EQ(loaded.diagnostics.size(), 2u);
  EXPECT_EQ(to_string(loaded.diagnostics[0]), "w.yaml:1:1: title: `title` is missing: a text (What it is called)");
  EXPECT_EQ(to_string(loaded.diagnostics[1]), "w.yaml:1:9: sites[0].name: `name` is missing: a text (Short name)");
}

TEST(Parser, BoundsTheLengthOfTextsAndLists) {
  EXPECT_NE(complaints("home: " + std::string(20'000, 'x')).front().find("at most 10000 characters"), std::string::npos);
  EXPECT_COMPLAINT("sites: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, {name: f}, {name: g}]",
                   "found a list of 7; expected at most 6");
  EXPECT_COMPLAINT("sites: [{name: \"\"}]", "at least 1 character");
}

TEST(Parser, ChecksThatNamesAreDeclared) {
  EXPECT_COMPLAINT("services: {play: {calls: [histroy]}, history: {}}",
                   "services.play.calls[0]: found `histroy`, which is not the name of a service; did you mean `history`?");
  EXPECT_COMPLAINT("sites: [{name: FRA}]\nhome: HAM", "which is not the name of a site or service; there are `FRA`");
  EXPECT_COMPLAINT("home: HAM", "none is declared");
  EXPECT_COMPLAINT("sites: [{name: FRA}]\nshares: {FRB: 10 %}", "shares.FRB: found `FRB`");
  EXPECT_COMPLAINT("sites: [{name: FRA}, {name: FRA}]", "sites[1].name: the site `FRA` is declared twice");
  EXPECT_TRUE(complaints("services: {a: {}}\nhome: a").empty());
}

TEST(Parser, KnowsNamesThatComeWithTheProgram) {
  const ParseOptions options{.names = {{"site", {"HAM"}}}};
  EXPECT_TRUE(example::parse_text("title: t\nhome: HAM\n", {}, options).ok());
}

TEST(Parser, DoesNotComplainAboutNamesWhoseDeclarationIsBroken) {
  const auto messages = complaints("sites: oops\nhome: FRA\n");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages[0].find("sites: found"), std::string::npos);
}

TEST(Parser, ReportsRelationsAtTheFieldTheyName) {
  EXPECT_EQ(only_complaint("services:\n  a:\n    most: 5 s\n    least: 6 s\n"), "w.yaml:5:12: services.a.least: expected at most `most`");
  EXPECT_EQ(only_complaint("services:\n  a: {most: 0.1 ms}\n").substr(0, 29), "w.yaml:3:3: services.a.least:");
  EXPECT_COMPLAINT("sites: [{name: FRA}]\nmethod: [{at: 3 s, action: kill_site, target: FRR}]",
                   "method[0].target: found `FRR`, which is not the name of a site; did you mean `FRA`?");
}

TEST(Parser, ASetIsNamedInItsComplaint) {
  EXPECT_EQ(only_complaint("", {"lasts=5"}),
            "--set lasts: lasts: found `5`; expected a duration with its unit, one of ns, us, ms, s, min, h, d");
  EXPECT_EQ(only_complaint("", {"lsts=5 s"}), "--set lsts: unknown key `lsts`; did you mean `lasts`?");
}

TEST(Parser, NullGoesBackToTheDefault) {
  const auto loaded = example::parse_text(std::string{example::valid_text}, {"lasts=~", "services.play.timeout=~", "method=~"});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  EXPECT_EQ(loaded.value.lasts, 1h);
  EXPECT_FALSE(loaded.value.services.at("play").timeout);
  EXPECT_TRUE(loaded.value.method.empty());
}

TEST(Parser, LooksForInputFilesBesideTheFileThatNamesThem) {
  const ScratchFolder folder;
  folder.write("data/t.csv", "1\n");
  const auto loaded = load<example::World>(folder.write("w.yaml", "title: t\ntrace: data/t.csv\n"));
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  EXPECT_EQ(loaded.value.trace.text, "data/t.csv");
  EXPECT_EQ(loaded.value.trace.path, (folder / "data/t.csv").string());
}

TEST(Parser, TheRestOfTheProgramCanComplainAtAPlace) {
  auto loaded = example::parse_text(std::string{example::valid_text});
  loaded.complain("services.play.calls[1]", "calls go in a circle");
  EXPECT_EQ(to_string(loaded.diagnostics.front()), "w.yaml:9:22: services.play.calls[1]: calls go in a circle");
}

TEST(Parser, AnAnchorMayStandForAWholeSection) {
  const auto loaded = example::parse_text("title: t\nservices:\n  a: &a {instances: 7}\n  b: *a\n  c: {<<: *a, weight: 2}\n");
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  EXPECT_EQ(loaded.value.services.at("b").instances, 7);
  EXPECT_EQ(loaded.value.services.at("c").instances, 7);
}

}  // namespace
}  // namespace streamtwin::language
