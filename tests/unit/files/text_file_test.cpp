// Files that are no text say what they are.
#include "models/files/text_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::files {
namespace {

TEST(TextFiles, ThatAreCompressedSaySo) {
  const ScratchFolder folder;
  const auto refused = [&](const std::string& text) {
    return refusal_of<std::invalid_argument>([&] { text_of(folder.write("file", text), "arrival times"); });
  };
  EXPECT_THAT(refused("\x1f\x8b\x08rest"),
              testing::HasSubstr("file: compressed with gzip, unpack it first; expected a file of arrival times"));
  EXPECT_THAT(refused("PK\x03\x04rest"), testing::HasSubstr("save it as CSV"));
}

}  // namespace
}  // namespace streamtwin::files
