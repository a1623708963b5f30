// A whole scenario as read: the file, what it includes, what it overrides, and the command line's --set on
// top, as one tree in which every value knows where it came from.
//
// Order, later wins:
//   1. the files named by `include:` (a path or a list of paths, relative to the file that includes them), in
//   order, without their `description`;
//   2. the file itself;
//   3. the file's `override:`, a map from paths (`sites[FRA].capacity`) to values;
//   4. --set path=value, in the order given. Paths may stand for many values: assignment.hpp.
// Last, items get what the defaults of all items say and they do not (conventions.hpp). Entries that come from elsewhere are no
// part of the tree: what is said of all entries is pending for them.
// Maps are merged key by key; lists and plain values are replaced whole; `~` takes a value back to its
// default.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/assignment.hpp"
#include "scenarios/language/diagnostic.hpp"
#include "scenarios/language/node.hpp"
#include "scenarios/language/path.hpp"
#include "scenarios/language/yaml_reader.hpp"

namespace streamtwin::language {

/// How a Document gets at files: the text, or null and the reason.
using FileReader = std::function<std::optional<std::string>(const std::filesystem::path&, std::string& problem)>;

/// Reads regular files only, at most so many bytes.
FileReader disk_reader(std::size_t bytes_max);

struct DocumentOptions {
  std::vector<std::string> overrides = {};  ///< `path=value`, as from --set
  Limits limits = {};
  FileReader reader = {};  ///< empty: the disk
};

class Document {
 public:
  /// Reads a file with all it includes. Never throws on bad input: what is wrong is in diagnostics().
  static Document read(const std::filesystem::path& file, DocumentOptions options = {});
  /// The same for a text; `name` stands for the file in messages, and its folder is where includes are looked
  /// for.
  static Document from_text(std::string text, const std::filesystem::path& name, DocumentOptions options = {});

  /// The merged tree: always a map, empty when nothing could be read.
  const NodePtr& root() const { return root_; }
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  bool ok() const { return diagnostics_.empty(); }
  /// False when a part could not be read at all: what is missing may be there.
  bool complete() const { return complete_; }
  const Limits& limits() const { return options_.limits; }

  /// A change of every entry, where some come from elsewhere that are not written: for those it is still to be made.
  struct Pending {
    Assignment assignment;
    std::string path;
    std::string problem;  ///< why it changes nothing that is written; empty when it does
  };
  const std::vector<Pending>& pending() const { return pending_; }

  /// The value at a path, or null. O(steps).
  const Node* find(const Path& path) const;

  /// Where the value at a path was written, or the innermost written value around it.
  Origin origin_of(const Path& path) const;
  /// `file:line:column`, `--set a.b`, or "default" for source 0.
  std::string where(Origin origin) const;
  /// A diagnostic at a place of this document.
  Diagnostic diagnose(Origin origin, std::string path, std::string message) const;
  /// The folder against which a file named at this place is looked up: that of the file, or the working
  /// directory.
  std::filesystem::path folder(Origin origin) const;
  /// Files read, in order: the scenario first.
  std::vector<std::filesystem::path> files() const;

 private:
  struct Source {
    std::string name;  ///< for messages
    std::string text;
    std::filesystem::path file;  ///< empty: a --set
  };

  explicit Document(DocumentOptions options);
  void load(std::string text, const std::filesystem::path& file);
  NodePtr load_file(std::string text, const std::filesystem::path& file, std::vector<std::filesystem::path>& chain);
  NodePtr load_includes(const Node& includes, const std::filesystem::path& file, std::vector<std::filesystem::path>& chain);
  NodePtr load_include(const Node& name, const std::filesystem::path& file, std::vector<std::filesystem::path>& chain);
  NodePtr apply_overrides(NodePtr root, const Node& overrides);
  void apply_set(const std::string& assignment);
  NodePtr change(NodePtr root, const Assignment& assignment, const std::string& path_text);
  NodePtr parse(std::uint32_t source);
  std::uint32_t add_source(std::string name, std::string text, std::filesystem::path file);
  void report(Origin origin, std::string path, std::string message);
  void settle_pending();

  DocumentOptions options_;
  std::vector<Source> sources_;
  NodePtr root_;
  bool complete_ = true;
  std::vector<Diagnostic> diagnostics_;
  std::vector<Pending> pending_;
};

}  // namespace streamtwin::language
