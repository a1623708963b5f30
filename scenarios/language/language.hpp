// The scenario language in one header: read a described struct from YAML, say what is wrong with it and
// where, and write down what is in force, for people, for machines and for editors.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/language/canonical.hpp"
#include "scenarios/language/document.hpp"
#include "scenarios/language/parser.hpp"
#include "scenarios/language/reference.hpp"
#include "scenarios/language/schema.hpp"
#include "scenarios/language/settings.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::language {

/// A value with what it was read from. With diagnostics, the value is not fit for use.
template <Described T>
struct Loaded {
  T value{};
  Document document;
  std::vector<Diagnostic> diagnostics;
  std::vector<Diagnostic> warnings;  ///< what is allowed but hardly meant

  bool ok() const { return diagnostics.empty(); }

  /// A complaint that only the rest of the program can make, at the place where the parameter was written.
  void complain(const std::string& path, std::string message) {
    std::string problem;
    const auto steps = read_path(path, problem);
    diagnostics.push_back(document.diagnose(document.origin_of(steps ? *steps : Path{}), path, std::move(message)));
  }
};

template <Described T>
Loaded<T> parse(Document document, const ParseOptions& options = {}) {
  Loaded<T> loaded{T{}, std::move(document), {}, {}};
  loaded.diagnostics = parse_into(type_of<T>(), &loaded.value, loaded.document, options, &loaded.warnings);
  return loaded;
}

/// Reads a file; `overrides` are `path=value` as of --set.
template <Described T>
Loaded<T> load(const std::filesystem::path& file, std::vector<std::string> overrides = {}, const ParseOptions& options = {}) {
  return parse<T>(Document::read(file, {.overrides = std::move(overrides)}), options);
}

/// Text that is canonical for the value, and its digest (32 hexadecimal digits).
template <Described T>
std::string canonical(const T& value) {
  return canonical_text(type_of<T>(), &value);
}
template <Described T>
std::string digest_of(const T& value) {
  return digest(canonical(value));
}

template <Described T>
std::vector<Setting> settings_of(const Loaded<T>& loaded) {
  return settings(type_of<T>(), &loaded.value, loaded.document);
}
template <Described T>
std::string describe_text(const Loaded<T>& loaded) {
  return settings_table(settings_of(loaded));
}
template <Described T>
std::string describe_json(const Loaded<T>& loaded) {
  return settings_json(settings_of(loaded));
}

/// The JSON Schema (draft 2020-12) of a scenario.
template <Described T>
std::string schema(const SchemaInfo& info = {}) {
  return schema_text(type_of<T>(), info);
}

/// The reference page in Markdown.
template <Described T>
std::string reference() {
  return reference_text(type_of<T>());
}

}  // namespace streamtwin::language
