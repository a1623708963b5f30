// How files, includes, overrides and --set become one tree, and how unfit files are refused.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "scenarios/language/document.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::language {
namespace {

/// Documents over files that exist in memory only.
struct Files {
  std::map<std::string, std::string> texts;

  Document read(const std::string& name, std::vector<std::string> overrides = {}, Limits limits = {}) const {
    return Document::read(name, {.overrides = std::move(overrides), .limits = limits, .reader = reader()});
  }
  FileReader reader() const {
    return [this](const std::filesystem::path& file, std::string& problem) -> std::optional<std::string> {
      const auto found = texts.find(file.string());
      if (found != texts.end()) return found->second;
      problem = "no such file";
      return std::nullopt;
    };
  }
};

std::string value(const Document& document, std::string_view path) {
  std::string problem;
  const auto steps = read_path(path, problem);
  const Node* node = steps ? document.find(*steps) : nullptr;
  return node ? node->is_null() ? "~" : node->text : "(nothing)";
}

std::string origin(const Document& document, std::string_view path) {
  std::string problem;
  return document.where(document.origin_of(*read_path(path, problem)));
}

Document text(std::string source, std::vector<std::string> overrides = {}) {
  return Document::from_text(std::move(source), "a.yaml", {.overrides = std::move(overrides)});
}

std::string only_message(const Document& document) {
  EXPECT_EQ(document.diagnostics().size(), 1u);
  return document.diagnostics().empty() ? "" : to_string(document.diagnostics().front());
}

TEST(Document, KnowsWhereEveryValueWasWritten) {
  const Document document = text("a:\n  b: [1, {c: 30 s}]\n\"é\": x\n");
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value(document, "a.b[1].c"), "30 s");
  EXPECT_EQ(origin(document, "a.b[1].c"), "a.yaml:2:14");
  EXPECT_EQ(origin(document, "a.b[1].d"), "a.yaml:2:10");
  EXPECT_EQ(origin(document, "é"), "a.yaml:3:6");
}

TEST(Document, CountsColumnsInCharactersNotBytes) {
  const Document document = text("{ä: 1, ö: 2}");
  EXPECT_EQ(origin(document, "ö"), "a.yaml:1:11");
}

TEST(Document, LaysAFileOverWhatItIncludes) {
  const Files files{{{"dir/a.yaml", "include: [parts/b.yaml, c.yaml]\nx: {one: 1}\nlist: [3]\n"},
                     {"dir/parts/b.yaml", "include: ../d.yaml\nx: {one: b, two: b}\nlist: [1, 2]\n"},
                     {"dir/c.yaml", "x: {two: c}\n"},
                     {"dir/d.yaml", "x: {one: d, two: d, three: d}\n"}}};
  const Document document = files.read("dir/a.yaml");
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value(document, "x.one"), "1");
  EXPECT_EQ(value(document, "x.two"), "c");
  EXPECT_EQ(value(document, "x.three"), "d");
  EXPECT_EQ(value(document, "list[0]"), "3");
  EXPECT_EQ(value(document, "list[1]"), "(nothing)");
  EXPECT_EQ(origin(document, "x.three"), "dir/d.yaml:1:28");
  EXPECT_EQ(document.files().size(), 4u);
}

TEST(Document, OverrideAndSetAddressValuesByPath) {
  const Files files{{{"a.yaml", "include: b.yaml\noverride:\n  sites[1].name: HAM\n  x.y: {z: 5}\n"},
                     {"b.yaml", "sites: [{name: FRA, n: 1}, {name: MUC, n: 2}]\nx: {y: {z: 1, w: 2}}\n"}}};
  const Document document = files.read("a.yaml", {"sites[FRA].n=7", "x.y.w=[1, 2]", "x[\"a.b\"]=q", "sites[2]={name: BER}"});
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value(document, "sites[1].name"), "HAM");
  EXPECT_EQ(value(document, "sites[1].n"), "2");
  EXPECT_EQ(value(document, "sites[0].n"), "7");
  EXPECT_EQ(value(document, "sites[2].name"), "BER");
  EXPECT_EQ(value(document, "x.y.z"), "5");
  EXPECT_EQ(value(document, "x.y.w[1]"), "2");
  EXPECT_EQ(value(document, "x[\"a.b\"]"), "q");
  EXPECT_EQ(origin(document, "sites[0].n"), "--set sites[FRA].n");
}

TEST(Document, NullTakesAValueBack) {
  const Document document = text("a: {b: 1, c: 2}", {"a.b=~", "a.c="});
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(value(document, "a.b"), "~");
  EXPECT_EQ(value(document, "a.c"), "~");
}

TEST(Document, RefusesSetsThatLeadNowhere) {
  for (const char* assignment :
       {"a", "=1", "a..b=1", "a[=1", "l[5]=1", "l[zz]=1", "m[0]=1", "include=b.yaml", "a=[1", "a.=3", "a.\x01=3", "a.\xff=3", "l[\"x=1"}) {
    const Document document = text("a: 1\nl: [1]\n", {assignment});
    EXPECT_EQ(document.diagnostics().size(), 1u) << assignment;
    EXPECT_NE(only_message(document).find("--set"), std::string::npos) << assignment;
  }
}

TEST(Document, ReportsACycleOfIncludesWithItsChain) {
  const Files files{{{"a.yaml", "include: b.yaml\n"}, {"b.yaml", "x: 1\ninclude: c.yaml\n"}, {"c.yaml", "include: [a.yaml]\n"}}};
  EXPECT_EQ(only_message(files.read("a.yaml")), "c.yaml:1:11: include: the files include each other: a.yaml -> b.yaml -> c.yaml -> a.yaml");
}

TEST(Document, ReportsMissingFilesWithTheChainThatNamesThem) {
  const Files files{{{"a.yaml", "include: b.yaml\n"}, {"b.yaml", "\ninclude: lost.yaml\n"}}};
  EXPECT_EQ(only_message(files.read("a.yaml")),
            "b.yaml:2:10: include: cannot read `lost.yaml`: no such file (included through a.yaml -> b.yaml)");
  EXPECT_EQ(only_message(files.read("none.yaml")), "none.yaml: cannot read the scenario: no such file");
}

TEST(Document, BoundsTheNumberOfIncludedFiles) {
  Files files;
  for (int i = 0; i < 40; ++i) {
    const std::string next = std::to_string(i + 1) + ".yaml";
    files.texts[std::to_string(i) + ".yaml"] = "include: [" + next + ", " + next + "]\n";
  }
  files.texts["40.yaml"] = "x: 1\n";
  const Document document = files.read("0.yaml");
  ASSERT_FALSE(document.ok());
  EXPECT_NE(to_string(document.diagnostics().front()).find("too many includes"), std::string::npos);
}

TEST(Document, ReadsRegularFilesOnly) {
  const ScratchFolder folder;
  EXPECT_NE(only_message(Document::read(folder.path())).find("folder"), std::string::npos);
  EXPECT_NE(only_message(Document::read("/dev/zero")).find("not a regular file"), std::string::npos);
  const auto file = folder.write("document.yaml", "x: 5\n");
  EXPECT_EQ(value(Document::read(file), "x"), "5");
  Limits small;
  small.bytes = 3;
  EXPECT_NE(only_message(Document::read(file, {.limits = small})).find("at most 3"), std::string::npos);
}

TEST(Document, RefusesBillionLaughsWithoutExpandingThem) {
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    const char before = static_cast<char>(c - 1);
    laughs += std::string{c} + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) laughs += std::string{i ? ", *" : "*"} + before;
    laughs += "]\n";
  }
  // 10^26 values, were they expanded: this test would not end.
  EXPECT_NE(only_message(text(laughs)).find("more than 500000 values"), std::string::npos);
}

TEST(Document, CountsAliasesThroughIncludesAndMergeKeysToo) {
  Limits limits;
  limits.nodes = 100;
  std::string source = "base: &base {a: 1, b: 2, c: 3, d: 4}\nlist:\n";
  for (int i = 0; i < 40; ++i) source += "  - {<<: *base}\n";
  const Document document = Document::from_text(source, "a.yaml", {.limits = limits});
  EXPECT_NE(only_message(document).find("more than 100 values"), std::string::npos);
}

TEST(Document, UnderstandsMergeKeys) {
  const Document document = text("base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nx: {<<: [*base, *other], a: 9}\n");
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(value(document, "x.a"), "9");
  EXPECT_EQ(value(document, "x.b"), "2");
  EXPECT_EQ(value(document, "x.c"), "4");
}

TEST(Document, RefusesWhatIsNoPlainYaml) {
  const std::pair<const char*, const char*> cases[] = {
      {"a: [1", "malformed YAML"},
      {"a: b: c", "malformed YAML"},
      {"a: 1\n\tb: 2", "malformed YAML"},
      {"a: &x [*x]", "never end"},
      {"a: *nobody", "malformed YAML"},
      {"a: !!python/object x", "tag"},
      {"a: !include x", "tag"},
      {"{[1]: 2}", "cannot be a key"},
      {": 1", "a key is missing"},
      {"a: 1\n---\nb: 2\n", "second YAML document"},
      {"- 1\n- 2\n", "a scenario is a map"},
      {"just text", "a scenario is a map"},
      {"a: \xff", "not UTF-8"},
      {"a: \xc0\xaf", "not UTF-8"},
      {"a: \xed\xa0\x80", "not UTF-8"},
      {"a: \x01", "control character"},
      {"a: \"\\e[31m\"", "control character"},
      {"<<: 5", "`<<` takes a map"},
  };
  for (const auto& [source, message] : cases) {
    const std::string found = only_message(text(source));
    EXPECT_NE(found.find(message), std::string::npos) << source << "\n" << found;
    EXPECT_EQ(found.rfind("a.yaml:", 0), 0u) << found;
  }
  EXPECT_NE(only_message(text(std::string("a: \0b", 5))).find("control character"), std::string::npos);
}

TEST(Document, RefusesDeepNestingHoweverItIsWritten) {
  const auto repeat = [](std::string_view part, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += part;
    return result;
  };
  std::string stairs;
  for (int i = 0; i < 300; ++i) stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  for (const std::string& source : {repeat("[", 2'000'000), repeat("[", 70) + repeat("]", 70), repeat("- ", 5000), stairs}) {
    const Document document = text(source);
    ASSERT_FALSE(document.ok());
    EXPECT_NE(only_message(document).find("nested deeper"), std::string::npos) << only_message(document);
  }
}

TEST(Document, ReportsEveryDuplicateKeyWithBothPlaces) {
  const Document document = text("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  ASSERT_EQ(document.diagnostics().size(), 2u);
  EXPECT_EQ(to_string(document.diagnostics()[0]), "a.yaml:2:11: the key `c` is written twice; first at 2:5");
  EXPECT_EQ(to_string(document.diagnostics()[1]), "a.yaml:3:1: the key `a` is written twice; first at 1:1");
}

TEST(Document, PrintsTheLineWithACaret) {
  const Document document = text("a: 1\na: 3\n");
  EXPECT_EQ(print(document.diagnostics()), "a.yaml:2:1: the key `a` is written twice; first at 1:1\n     2 | a: 3\n       | ^\n");
}

TEST(Document, EmptyTextIsAnEmptyScenario) {
  for (const char* source : {"", "# only a comment\n", "---\n", "~", "\xef\xbb\xbf"}) EXPECT_TRUE(text(source).ok()) << source;
}

TEST(Path, IsReadAndWrittenAlike) {
  for (const char* path : {"a", "a.b-c.d_e", "a[0].b", "a[2][3]", "a[\"x.y\"].b", "[\"q\\\"]\"].z"}) {
    std::string problem;
    const auto steps = read_path(path, problem);
    ASSERT_TRUE(steps) << path << ": " << problem;
    EXPECT_EQ(to_string(*steps), path);
  }
}

}  // namespace
}  // namespace streamtwin::language
