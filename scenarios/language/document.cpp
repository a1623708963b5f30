#include "scenarios/language/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "scenarios/language/conventions.hpp"
#include "scenarios/language/item_defaults.hpp"

namespace streamtwin::language {

namespace {

NodePtr empty_map(Origin origin) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::map;
  node->origin = origin;
  return node;
}

/// The map without some of its keys.
NodePtr without(const Node& map, std::initializer_list<std::string_view> keys) {
  auto rest = std::make_shared<Node>();
  rest->kind = Node::Kind::map;
  rest->origin = map.origin;
  for (const Entry& entry : map.entries)
    if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) rest->put(entry);
  return rest;
}

std::string chain_text(const std::vector<std::filesystem::path>& chain) {
  std::string text;
  for (const auto& file : chain) text += fmt::format("{}{}", text.empty() ? "" : " -> ", shown(file.string(), 200));
  return text;
}

}  // namespace

FileReader disk_reader(std::size_t bytes_max) {
  return [bytes_max](const std::filesystem::path& file, std::string& problem) -> std::optional<std::string> {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) {
      problem = "no such file";
    } else if (std::filesystem::is_directory(status)) {
      problem = "it is a folder, not a file";
    } else if (!std::filesystem::is_regular_file(status)) {
      problem = "it is not a regular file";
    } else if (const auto size = std::filesystem::file_size(file, error); !error && size > bytes_max) {
      problem = fmt::format("the file has {} bytes; at most {} are read", size, bytes_max);
    } else {
      std::ifstream stream(file, std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
      if (stream.good() || stream.eof()) return text;
      problem = "it cannot be read";
    }
    return std::nullopt;
  };
}

Document::Document(DocumentOptions options) : options_(std::move(options)), root_(empty_map({})) {
  if (!options_.reader) options_.reader = disk_reader(options_.limits.bytes);
  sources_.push_back({"default", "", {}});
}

Document Document::read(const std::filesystem::path& file, DocumentOptions options) {
  Document document(std::move(options));
  std::string problem;
  auto text = document.options_.reader(file, problem);
  if (text) {
    document.load(std::move(*text), file);
  } else {
    document.diagnostics_.push_back({file.string(), 0, 0, "", "cannot read the scenario: " + problem, ""});
    document.complete_ = false;
  }
  return document;
}

Document Document::from_text(std::string text, const std::filesystem::path& name, DocumentOptions options) {
  Document document(std::move(options));
  document.load(std::move(text), name.empty() ? "scenario" : name);
  return document;
}

void Document::load(std::string text, const std::filesystem::path& file) {
  std::vector<std::filesystem::path> chain;
  if (NodePtr root = load_file(std::move(text), file, chain)) root_ = std::move(root);
  for (const std::string& assignment : options_.overrides) apply_set(assignment);
  settle_pending();
  if (root_->size > options_.limits.nodes) {
    report(root_->origin, "", fmt::format("the scenario with all it includes has more than {} values", options_.limits.nodes));
    root_ = empty_map(root_->origin);
    complete_ = false;
  }
  if (NodePtr filled = with_item_defaults(root_, options_.limits.nodes)) {
    root_ = std::move(filled);
  } else {
    const Conventions& known = conventions();
    report(origin_of({std::string{known.defaults_in}, std::string{known.defaults}}), std::string{known.defaults_path},
           fmt::format("with these in every {} the scenario has more than {} values", known.item, options_.limits.nodes));
  }
}

NodePtr Document::load_file(std::string text, const std::filesystem::path& file, std::vector<std::filesystem::path>& chain) {
  const std::uint32_t source = add_source(file.string(), std::move(text), file);
  NodePtr own = parse(source);
  if (!own) return nullptr;
  if (!own->is_map()) {
    report(own->origin, "", fmt::format("found {}; a scenario is a map (`key: value`)", found(*own)));
    complete_ = false;
    return nullptr;
  }
  own = in_todays_words(own);
  const Entry* include = own->find("include");
  const Entry* overrides = own->find("override");
  NodePtr root = include || overrides ? without(*own, {"include", "override"}) : own;
  if (include && !include->value->is_null()) {
    chain.push_back(file);
    // A description is not inherited: the scenario that includes a file asks something else than the file does.
    if (const NodePtr base = load_includes(*include->value, file, chain)) root = merge(without(*base, {"description"}), root);
    chain.pop_back();
  }
  if (overrides && !overrides->value->is_null()) root = apply_overrides(std::move(root), *overrides->value);
  return root;
}

NodePtr Document::load_includes(const Node& includes, const std::filesystem::path& file, std::vector<std::filesystem::path>& chain) {
  if (includes.is_scalar()) return load_include(includes, file, chain);
  if (!includes.is_list()) {
    report(includes.origin, "include", fmt::format("found {}; expected a file or a list of files", found(includes)));
    return nullptr;
  }
  NodePtr base;
  for (const NodePtr& name : includes.items) {
    const NodePtr next = load_include(*name, file, chain);
    if (next) base = base ? merge(base, next) : next;
  }
  return base;
}

NodePtr Document::load_include(const Node& name, const std::filesystem::path& file, std::vector<std::filesystem::path>& chain) {
  if (!name.is_scalar() || name.text.empty()) {
    report(name.origin, "include", fmt::format("found {}; expected the path of a file", found(name)));
    return nullptr;
  }
  const auto next = (file.parent_path() / name.text).lexically_normal();
  const auto same = [&](const std::filesystem::path& other) {
    std::error_code error;
    return other.lexically_normal() == next || std::filesystem::equivalent(other, next, error);
  };
  if (std::any_of(chain.begin(), chain.end(), same)) {
    auto cycle = chain;
    cycle.push_back(next);
    report(name.origin, "include", fmt::format("the files include each other: {}", chain_text(cycle)));
    return nullptr;
  }
  if (chain.size() >= options_.limits.include_depth || sources_.size() > options_.limits.files) {
    report(name.origin, "include",
           fmt::format("too many includes (at most {} files, {} levels)", options_.limits.files, options_.limits.include_depth));
    return nullptr;
  }
  std::string problem;
  auto text = options_.reader(next, problem);
  if (!text) {
    const std::string through = chain.size() > 1 ? fmt::format(" (included through {})", chain_text(chain)) : "";
    report(name.origin, "include", fmt::format("cannot read `{}`: {}{}", shown(next.string(), 200), problem, through));
    return nullptr;
  }
  return load_file(std::move(*text), next, chain);
}

NodePtr Document::apply_overrides(NodePtr root, const Node& overrides) {
  if (!overrides.is_map()) {
    report(overrides.origin, "override",
           fmt::format("found {}; expected a map from paths to values (`services.play.timeout: 2 s`)", found(overrides)));
    return root;
  }
  for (const Entry& entry : overrides.entries) {
    std::string problem;
    auto path = read_pattern(entry.key, problem);
    if (!path) {
      report(entry.origin, "override", fmt::format("`{}` is not a path: {}", shown(entry.key), problem));
      continue;
    }
    root = change(std::move(root), {std::move(*path), entry.value, entry.origin}, entry.key);
  }
  return root;
}

void Document::apply_set(const std::string& assignment) {
  const std::size_t equals = [&] {
    bool quoted = false;
    for (std::size_t i = 0; i < assignment.size(); ++i) {
      if (assignment[i] == '"') quoted = !quoted;
      if (assignment[i] == '=' && !quoted) return i;
    }
    return std::string::npos;
  }();
  const std::string path_text = assignment.substr(0, equals);
  const std::uint32_t source =
      add_source("--set " + shown(path_text, 200), equals == std::string::npos ? "" : assignment.substr(equals + 1), {});
  const Origin origin{source, 0, 0};
  if (equals == std::string::npos) {
    report(origin, "", "expected `--set path=value`");
    return;
  }
  std::string problem;
  auto path = read_pattern(path_text, problem);
  if (!path) {
    report(origin, "", fmt::format("`{}` is not a path: {}", shown(path_text), problem));
    return;
  }
  const NodePtr parsed = parse(source);
  if (!parsed) return;
  const bool nothing = parsed->is_map() && parsed->entries.empty() && sources_[source].text.find('{') == std::string::npos;
  root_ = change(root_, {std::move(*path), nothing ? std::make_shared<Node>() : parsed, origin}, path_text);
}

NodePtr Document::change(NodePtr root, const Assignment& assignment, const std::string& path_text) {
  std::string problem;
  // Every alias that `*` goes through becomes a tree of its own.
  const bool too_many = assignment.path.many() && root->size > options_.limits.nodes;
  if (too_many) problem = fmt::format("`*` is not for more than {} values", options_.limits.nodes);
  NodePtr changed = too_many ? nullptr : assign(root, assignment, problem);
  if (!too_many && is_for_all_entries(assignment.path)) {
    pending_.push_back({assignment, path_text, changed ? "" : std::move(problem)});
    return changed ? changed : root;
  }
  if (changed) return changed;
  report(assignment.origin, path_text, std::move(problem));
  return root;
}

// Without entries that come from elsewhere all has been done that there is to do.
void Document::settle_pending() {
  const Entry* from = root_->find(conventions().entries_from);
  if (from != nullptr && !from->value->is_null()) return;
  for (const Pending& change : pending_)
    if (!change.problem.empty()) report(change.assignment.origin, change.path, change.problem);
  pending_.clear();
}

NodePtr Document::parse(std::uint32_t source) {
  std::vector<ReadFault> faults;
  NodePtr root = read_yaml(sources_[source].text, source, options_.limits, faults);
  for (ReadFault& fault : faults) report(fault.origin, "", std::move(fault.message));
  if (!root) complete_ = false;
  return root;
}

std::uint32_t Document::add_source(std::string name, std::string text, std::filesystem::path file) {
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  sources_.push_back({std::move(name), std::move(text), std::move(file)});
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

void Document::report(Origin origin, std::string path, std::string message) {
  if (path == "include") complete_ = false;
  if (diagnostics_.size() < options_.limits.diagnostics) diagnostics_.push_back(diagnose(origin, std::move(path), std::move(message)));
}

const Node* Document::find(const Path& path) const {
  const Node* node = root_.get();
  for (const PathStep& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      if (!node->is_list() || *index >= node->items.size()) return nullptr;
      node = node->items[*index].get();
    } else {
      const Entry* entry = node->is_map() ? node->find(std::get<std::string>(step)) : nullptr;
      if (!entry) return nullptr;
      node = entry->value.get();
    }
  }
  return node;
}

Origin Document::origin_of(const Path& path) const {
  const Node* node = root_.get();
  Origin origin = node->origin;
  for (const PathStep& step : path) {
    const auto* index = std::get_if<std::size_t>(&step);
    if (index && node->is_list() && *index < node->items.size()) {
      node = node->items[*index].get();
      origin = node->origin;
      continue;
    }
    const Entry* entry = !index && node->is_map() ? node->find(std::get<std::string>(step)) : nullptr;
    if (!entry) return origin;
    node = entry->value.get();
    origin = node->is_scalar() ? node->origin : entry->origin;
  }
  return origin;
}

std::string Document::where(Origin origin) const {
  const Source& source = sources_[origin.source];
  return source.file.empty() ? source.name : fmt::format("{}:{}:{}", source.name, origin.line, origin.column);
}

Diagnostic Document::diagnose(Origin origin, std::string path, std::string message) const {
  const Source& source = sources_[origin.source];
  Diagnostic diagnostic{source.name, 0, 0, std::move(path), std::move(message), ""};
  if (source.file.empty()) return diagnostic;
  diagnostic.line = std::max(origin.line, 1u);
  diagnostic.column = std::max(origin.column, 1u);
  std::size_t start = 0;
  for (std::uint32_t line = 1; line < diagnostic.line && start != std::string::npos; ++line) {
    start = source.text.find('\n', start);
    if (start != std::string::npos) ++start;
  }
  if (start == std::string::npos) return diagnostic;
  constexpr std::size_t excerpt_max = 400;
  const std::string_view rest = std::string_view{source.text}.substr(start, excerpt_max);
  diagnostic.excerpt = rest.substr(0, rest.find_first_of("\r\n"));
  return diagnostic;
}

std::filesystem::path Document::folder(Origin origin) const { return sources_[origin.source].file.parent_path(); }

std::vector<std::filesystem::path> Document::files() const {
  std::vector<std::filesystem::path> files;
  for (const Source& source : sources_)
    if (!source.file.empty()) files.push_back(source.file);
  return files;
}

}  // namespace streamtwin::language
