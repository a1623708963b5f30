// The published JSON Schema and the parser accept the same documents: over random valid documents and
// documents with one fault, judged by the parser here and by Python's jsonschema in check_schema.py.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "scenarios/scenario/scenario.hpp"
#include "tests/property/language/random_documents.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/unit/language/example.hpp"

namespace streamtwin::language {
namespace {

bool parser_accepts(const Type& type, const std::string& text, std::string& why) {
  const auto value = type.make();
  const auto diagnostics = parse_into(type, value.get(), Document::from_text(text, "d.yaml"), {.names_and_relations = false});
  why = diagnostics.empty() ? "" : to_string(diagnostics.front());
  return diagnostics.empty();
}

void expect_agreement(const Type& type, std::uint64_t seed) {
  const ScratchFolder folder;
  folder.write("schema.json", schema_text(type));
  std::ofstream corpus(folder / "corpus.jsonl");
  RandomDocuments documents(type, seed);
  for (int i = 0; i < 600; ++i) {
    RandomDocuments::Faulty sample{documents.valid(), false, "valid"};
    if (i % 3 != 0) sample = documents.faulty();
    std::string why;
    const bool accepted = parser_accepts(type, sample.document.dump(1), why);
    EXPECT_EQ(accepted, sample.what == "valid") << sample.what << "\n" << why << "\n" << sample.document.dump(1);
    corpus << Json{{"document", sample.document}, {"accepted", accepted}, {"beyond_schema", sample.beyond_schema}, {"what", sample.what}}
                  .dump()
           << "\n";
  }
  corpus.close();
  const std::string command =
      "/usr/bin/python3 '" STREAMTWIN_SOURCE_DIR "/tests/property/language/check_schema.py' '" + folder.path().string() + "'";
  const int status = std::system(command.c_str());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "python3-jsonschema is not installed";
  EXPECT_EQ(status, 0) << "see the lines above";
}

TEST(Schema, OfTheExampleAgreesWithTheParser) { expect_agreement(type_of<example::World>(), 11); }

TEST(Schema, OfScenariosAgreesWithTheParser) { expect_agreement(type_of<Scenario>(), 12); }

TEST(Description, OfScenariosIsInOrder) { EXPECT_EQ(check_description(type_of<Scenario>()), std::vector<std::string>{}); }

}  // namespace
}  // namespace streamtwin::language
