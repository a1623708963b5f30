// A fuzz target over everything that reads a scenario. The input is split at lines `%%%`: the first part is
// the scenario, a part that starts with `=` is a --set, any other is a file that can be included by its
// number (`1.yaml`).
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "tests/unit/language/example.hpp"

namespace {

using namespace streamtwin::language;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

std::vector<std::string> parts_of(std::string_view input) {
  constexpr std::string_view separator = "\n%%%\n";
  std::vector<std::string> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = input.find(separator, start);
    parts.emplace_back(input.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + separator.size();
  }
}

template <streamtwin::Described T>
void exercise(const std::vector<std::string>& parts, const DocumentOptions& options) {
  const auto loaded = parse<T>(Document::from_text(parts[0], "0.yaml", options));
  for (const Diagnostic& diagnostic : loaded.diagnostics)
    require(!diagnostic.source.empty() && !diagnostic.message.empty(), "a complaint without a place or without words");
  require(!print(loaded.diagnostics).empty() || loaded.ok(), "complaints that print nothing");
  std::size_t at = 0;
  require(is_utf8(print(loaded.diagnostics), at), "a complaint that is not UTF-8");
  if (!loaded.ok()) return;
  const std::string text = canonical(loaded.value);
  const auto again = parse<T>(Document::from_text(text, "canonical.yaml"));
  require(again.ok(), "canonical text that cannot be read");
  require(canonical(again.value) == text, "canonical text that changes when read");
  require(!describe_text(loaded).empty() && !describe_json(loaded).empty(), "settings that are empty");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto parts = parts_of({reinterpret_cast<const char*>(data), size});
  DocumentOptions options;
  options.limits.nodes = 5000;
  options.reader = [&](const std::filesystem::path& file, std::string& problem) -> std::optional<std::string> {
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (file == std::to_string(i) + ".yaml") return parts[i];
    problem = "no such file";
    return std::nullopt;
  };
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i].starts_with('=')) options.overrides.push_back(parts[i].substr(1));
  exercise<streamtwin::example::World>(parts, options);
  exercise<streamtwin::Scenario>(parts, options);
  return 0;
}
