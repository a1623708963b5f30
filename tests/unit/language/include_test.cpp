// What a file takes over from those that it includes, and what not.
#include <gtest/gtest.h>

#include "scenarios/language/document.hpp"

namespace streamtwin::language {
namespace {

/// A file that includes one that includes another; each text is what follows the include.
Document three_files(const std::string& top, const std::string& middle, const std::string& bottom) {
  DocumentOptions options;
  options.reader = [=](const std::filesystem::path& file, std::string&) -> std::optional<std::string> {
    if (file == "top.yaml") return "include: middle.yaml\n" + top;
    return file == "middle.yaml" ? "include: bottom.yaml\n" + middle : bottom;
  };
  return Document::read("top.yaml", options);
}

TEST(Include, DoesNotInheritADescription) {
  const Document document = three_files("x: 1\n", "description: of the middle\n", "{description: of the bottom, name: low, y: 2}\n");
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(document.root()->find("description"), nullptr);
  ASSERT_NE(document.root()->find("name"), nullptr);
  EXPECT_EQ(document.root()->find("name")->value->text, "low");
}

TEST(Include, KeepsTheDescriptionOfTheFileItselfAndThoseFurtherIn) {
  const Document document = three_files("description: of the top\n", "part: {description: of a part}\n", "description: of the bottom\n");
  ASSERT_TRUE(document.ok()) << print(document.diagnostics());
  EXPECT_EQ(document.root()->find("description")->value->text, "of the top");
  EXPECT_EQ(document.root()->find("part")->value->find("description")->value->text, "of a part");
}

}  // namespace
}  // namespace streamtwin::language
