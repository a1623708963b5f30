// Whatever happens to a document, the language answers with a value or with complaints that name a place; and
// what it writes it can read.
#include <gtest/gtest.h>

#include "scenarios/scenario/scenario.hpp"
#include "tests/property/language/random_documents.hpp"
#include "tests/unit/language/example.hpp"

namespace streamtwin::language {
namespace {

/// One random edit of a text: a byte changed, a piece cut, doubled or replaced by something that YAML cares
/// about.
void edit(std::string& text, Random& random) {
  static constexpr std::string_view pieces[] = {
      ":",   "- ",   "  ", "\n", "{",    "}",     "[",  "]",     "*all",  "&all ",        "~",
      "\"",  "'",    "#",  "!!", "<<: ", "|",     "? ", "-5",    "1e999", "% ",           "\t",
      "---", "\xff", ": ", ",",  "\\",   ".inf ", "é",  "title", "play",  "include: x\n", "override: {a.b: 1}\n"};
  if (text.empty()) text = "a";
  const std::size_t at = random.below(text.size());
  const std::size_t length = std::min<std::size_t>(random.below(12), text.size() - at);
  switch (random.below(5)) {
    case 0: text[at] = static_cast<char>(random.below(256)); break;
    case 1: text.erase(at, length); break;
    case 2: text.insert(random.below(text.size()), text.substr(at, length)); break;
    case 3: text.replace(at, length, pieces[random.below(std::size(pieces))]); break;
    default: text.insert(at, pieces[random.below(std::size(pieces))]);
  }
}

void expect_value_or_places(const std::string& text) {
  const FileReader no_files = [](const std::filesystem::path&, std::string& problem) -> std::optional<std::string> {
    problem = "no such file";
    return std::nullopt;
  };
  const auto loaded = parse<example::World>(Document::from_text(text, "m.yaml", {.reader = no_files}));
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    EXPECT_EQ(diagnostic.source, "m.yaml");
    EXPECT_GE(diagnostic.line, 1u);
    EXPECT_GE(diagnostic.column, 1u);
    EXPECT_LE(diagnostic.line, 1 + std::count(text.begin(), text.end(), '\n'));
    EXPECT_FALSE(diagnostic.message.empty());
  }
  if (!loaded.ok()) return;
  const std::string written = canonical(loaded.value);
  const auto again = parse<example::World>(Document::from_text(written, "c.yaml"));
  EXPECT_TRUE(again.ok()) << print(again.diagnostics) << text;
  EXPECT_EQ(canonical(again.value), written);
}

TEST(Mutation, EveryMutantGivesAValueOrComplaintsWithAPlace) {
  Random random(7, "mutation", "edits");
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    std::string text{example::valid_text};
    for (std::uint64_t edits = 1 + random.below(4); edits > 0; --edits) edit(text, random);
    SCOPED_TRACE(text);
    expect_value_or_places(text);
  }
}

// What is checked between the parts of a scenario has to bear the defaults in place of what could not be read.
TEST(Mutation, EveryMutantOfALibraryScenarioGivesAValueOrComplaints) {
  const std::filesystem::path library = std::filesystem::path{STREAMTWIN_SOURCE_DIR} / "scenarios/library";
  Random random(10, "mutation", "library");
  for (const char* name : {"friday-night.yaml", "region-loss.yaml", "mesh-retry-storm.yaml", "misim-video-streaming.yaml"}) {
    const std::filesystem::path file = library / name;
    std::string problem;
    const auto whole = disk_reader(1'000'000)(file, problem);
    ASSERT_TRUE(whole) << problem;
    for (int i = 0; i < 150; ++i) {
      std::string text = *whole;
      for (std::uint64_t edits = 1 + random.below(6); edits > 0; --edits) edit(text, random);
      SCOPED_TRACE(text);
      const auto loaded = parse<Scenario>(Document::from_text(text, file));
      for (const Diagnostic& diagnostic : loaded.diagnostics) ASSERT_FALSE(diagnostic.message.empty());
    }
  }
}

TEST(Mutation, EverySetGivesAValueOrAComplaint) {
  Random random(8, "mutation", "sets");
  for (int i = 0; i < 1000; ++i) {
    std::string set = "services.play.breaker.volume=5";
    for (std::uint64_t edits = 1 + random.below(4); edits > 0; --edits) edit(set, random);
    const auto loaded = parse<example::World>(Document::from_text(std::string{example::valid_text}, "m.yaml", {.overrides = {set}}));
    for (const Diagnostic& diagnostic : loaded.diagnostics) EXPECT_FALSE(diagnostic.source.empty()) << set;
  }
}

template <Described T>
void expect_round_trips(std::uint64_t seed) {
  RandomDocuments documents(type_of<T>(), seed);
  const ParseOptions values_only{.names_and_relations = false};
  for (int i = 0; i < 200; ++i) {
    const std::string text = documents.valid().dump(1);
    const auto loaded = parse<T>(Document::from_text(text, "v.yaml"), values_only);
    ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics) << text;
    const std::string written = canonical(loaded.value);
    const auto again = parse<T>(Document::from_text(written, "c.yaml"), values_only);
    ASSERT_TRUE(again.ok()) << print(again.diagnostics) << written;
    ASSERT_EQ(canonical(again.value), written);
  }
}

TEST(RoundTrip, CanonicalTextOfTheExampleIsReadBack) { expect_round_trips<example::World>(21); }
TEST(RoundTrip, CanonicalTextOfScenariosIsReadBack) { expect_round_trips<Scenario>(22); }

template <class Q>
void expect_exact(Random& random) {
  for (int i = 0; i < 2000; ++i) {
    const double value = random.chance(0.5) ? random.uniform(0, 1e4) : static_cast<double>(random.below(100'000)) / 100;
    const ReadQuantity read = read_quantity(exact_text(value, unit_names<Q>), unit_names<Q>);
    ASSERT_EQ(read.fault, QuantityFault::none);
    ASSERT_EQ(read.value, value);
    ASSERT_EQ(read_quantity(human_text(value, unit_names<Q>), unit_names<Q>).fault, QuantityFault::none);
  }
}

TEST(RoundTrip, ExactTextOfAnyQuantityIsReadBack) {
  Random random(9, "quantity", "values");
  expect_exact<Duration>(random);
  expect_exact<Bytes>(random);
  expect_exact<BitRate>(random);
  expect_exact<Rate>(random);
  expect_exact<Fraction>(random);
  expect_exact<Flops>(random);
  expect_exact<Speed>(random);
  expect_exact<Distance>(random);
}

}  // namespace
}  // namespace streamtwin::language
