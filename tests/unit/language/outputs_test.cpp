// What the descriptions are turned into: canonical text, settings, reference, schema.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/language/example.hpp"

namespace streamtwin::language {
namespace {

TEST(Description, OfTheExampleIsInOrder) { EXPECT_EQ(check_description(type_of<example::World>()), std::vector<std::string>{}); }

struct Careless {
  Duration pause = 5s;
  double rate = HUGE_VAL;
  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.pause, {.name = "pause", .doc = "", .min = 10});
    visit(self.rate, {.name = "pause", .doc = "x"});
  }
};

TEST(Description, TellsWhatIsWrongWithACarelessOne) {
  const auto problems = check_description(type_of<Careless>());
  ASSERT_EQ(problems.size(), 6u);
  EXPECT_EQ(problems[0], "pause: no doc");
  EXPECT_EQ(problems[1], "pause: a default without a source");
  EXPECT_NE(problems[2].find("outside"), std::string::npos);
  EXPECT_EQ(problems[3], "pause: described twice");
  EXPECT_NE(problems[4].find("not finite"), std::string::npos);
  EXPECT_EQ(problems[5], "pause: a default without a source");
}

TEST(Canonical, TextGivesTheSameValueAndTheSameText) {
  const auto loaded = example::parse_text(std::string{example::valid_text});
  ASSERT_TRUE(loaded.ok());
  const std::string text = canonical(loaded.value);
  const auto again = example::parse_text(text);
  ASSERT_TRUE(again.ok()) << print(again.diagnostics) << text;
  EXPECT_EQ(canonical(again.value), text);
  EXPECT_NE(text.find("    timeout: 0.8 s\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  - \n"), 0u);
}

TEST(Canonical, DoesNotDependOnHowAScenarioIsWritten) {
  const auto one = example::parse_text("title: t\nlasts: 2 min\nservices: {a: {}, b: {}}\n");
  const auto other = example::parse_text("services: {b: {}, a: {instances: 2}}\nlasts: 120 s\ntitle: \"t\"\n");
  EXPECT_EQ(digest_of(one.value), digest_of(other.value));
  const auto different = example::parse_text("title: t\nlasts: 121 s\nservices: {a: {}, b: {}}\n");
  EXPECT_NE(digest_of(one.value), digest_of(different.value));
}

TEST(Canonical, DigestIsFnv1aOf128Bits) {
  EXPECT_EQ(digest(""), "6c62272e07bb014262b821756295c58d");
  EXPECT_EQ(digest("a"), "d228cb696f1a8caf78912b704e4a8964");
}

const Setting* find(const std::vector<Setting>& settings, std::string_view path) {
  for (const Setting& setting : settings)
    if (setting.path == path) return &setting;
  return nullptr;
}

TEST(Settings, SayWhereEveryValueComesFrom) {
  const auto loaded = example::parse_text(std::string{example::valid_text}, {"services.play.weight=3"});
  const auto settings = settings_of(loaded);
  const Setting* lasts = find(settings, "lasts");
  ASSERT_TRUE(lasts);
  EXPECT_EQ(lasts->value, "90 min");
  EXPECT_EQ(lasts->default_value, "1 h");
  EXPECT_EQ(lasts->base_value, "5400");
  EXPECT_EQ(lasts->unit, "s");
  EXPECT_EQ(lasts->source, assumption);
  EXPECT_EQ(lasts->set_by, "w.yaml:3:8");
  EXPECT_EQ(find(settings, "services.play.weight")->set_by, "--set services.play.weight");
  EXPECT_EQ(find(settings, "services.history.instances")->set_by, "default");
  EXPECT_TRUE(find(settings, "services.history.instances")->is_default);
  EXPECT_EQ(find(settings, "services.licence.second_breaker.enabled")->value, "false");
  EXPECT_EQ(find(settings, "services.licence.second_breaker.volume")->default_value, "20") << "of the struct, once it is there";
  EXPECT_EQ(find(settings, "services.history.second_breaker")->value, "~");
  EXPECT_EQ(find(settings, "sites[1].requests")->value, "0.5 /s");
}

TEST(Settings, EveryPathCanBeSet) {
  const auto loaded = example::parse_text(std::string{example::valid_text});
  for (const Setting& setting : settings_of(loaded)) {
    if (setting.path == "trace") continue;  // no file is named, and none exists
    const auto set = example::parse_text(std::string{example::valid_text}, {setting.path + "=" + setting.value});
    EXPECT_TRUE(set.ok()) << setting.path << "=" << setting.value << "\n" << print(set.diagnostics);
    EXPECT_EQ(digest_of(set.value), digest_of(loaded.value)) << setting.path;
  }
}

TEST(Settings, AreATableAndJson) {
  const auto loaded = example::parse_text(std::string{example::valid_text});
  const std::string table = describe_text(loaded);
  EXPECT_NE(table.find("services.play.breaker.threshold"), std::string::npos);
  EXPECT_EQ(table.rfind("parameter ", 0), 0u);
  const auto json = nlohmann::json::parse(describe_json(loaded));
  EXPECT_EQ(json.size(), settings_of(loaded).size());
  EXPECT_EQ(json[0]["path"], "title");
  EXPECT_EQ(json[3]["base_value"], 5400);
}

TEST(Settings, OfALongListAreCutInTheTableOnly) {
  std::string text = "title: t\nladder: [";
  for (int i = 0; i < 50; ++i) text += i ? ", 1" : "1";
  const auto loaded = example::parse_text(text + "]\n");
  const std::string table = describe_text(loaded);
  EXPECT_NE(table.find("ladder[7]"), std::string::npos);
  EXPECT_EQ(table.find("ladder[8]"), std::string::npos);
  EXPECT_NE(table.find("42 more parameters"), std::string::npos);
  EXPECT_NE(describe_json(loaded).find("ladder[49]"), std::string::npos);
}

TEST(Reference, HasEveryParameter) {
  const std::string page = reference<example::World>();
  EXPECT_EQ(page.rfind("<!-- generated", 0), 0u);
  for (const char* part :
       {"## `services.<name>.breaker`", "| `sleep_window` |", "*required*", "- `fifo`: the oldest first", "## `sites[]`"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
}

struct Tree {
  int value = 0;
  std::vector<Tree> children;
  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.value, {.name = "value", .doc = "A number"});
    visit(self.children, {.name = "children", .doc = "More of them"});
  }
};

TEST(Schema, DescribesStructsThatHoldThemselves) {
  const auto json = nlohmann::json::parse(schema<Tree>());
  EXPECT_EQ(json["properties"]["children"]["items"]["$ref"], "#/$defs/structure-1");
  EXPECT_TRUE(json["$defs"].contains("structure-1"));
  const auto tree = parse<Tree>(Document::from_text("children: [{value: 2, children: [{value: 3}]}]", "t.yaml"));
  ASSERT_TRUE(tree.ok()) << print(tree.diagnostics);
  EXPECT_EQ(tree.value.children[0].children[0].value, 3);
  EXPECT_NE(reference<Tree>().find("children"), std::string::npos);
}

TEST(Schema, SaysUnitsBoundsDefaultsAndDocs) {
  const auto json = nlohmann::json::parse(schema<example::World>());
  EXPECT_EQ(json["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(json["additionalProperties"], false);
  EXPECT_EQ(json["required"], nlohmann::json::array({"title"}));
  const auto& lasts = json["properties"]["lasts"];
  EXPECT_EQ(lasts["default"], "1 h");
  EXPECT_EQ(lasts["allOf"][0]["$ref"], "#/$defs/duration");
  EXPECT_NE(json["$defs"]["duration"]["pattern"].get<std::string>().find("|min|"), std::string::npos);
  EXPECT_EQ(lasts["allOf"][1]["$ref"], "#/$defs/at-least-1-s");
  EXPECT_EQ(json["$defs"]["at-least-1-s"]["patternErrorMessage"], "at least 1 s");
  EXPECT_NE(lasts["description"].get<std::string>().find("Bounds: 1 s to 1 d"), std::string::npos);
  EXPECT_TRUE(json["properties"].contains("include"));
  EXPECT_TRUE(json["properties"].contains("override"));
}

}  // namespace
}  // namespace streamtwin::language
