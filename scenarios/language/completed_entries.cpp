#include "scenarios/language/completed_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "scenarios/language/conventions.hpp"
#include "scenarios/language/item_defaults.hpp"
#include "scenarios/language/parser.hpp"

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;

/// The value below keys that follow: `{a: {b: value}}`.
NodePtr below_keys(const PathPattern& pattern, std::size_t step, const NodePtr& value, Origin origin) {
  if (step == pattern.steps.size()) return value;
  const auto map = std::make_shared<Node>();
  map->kind = Node::Kind::map;
  map->origin = origin;
  map->put({std::get<std::string>(pattern.steps[step]), origin, below_keys(pattern, step + 1, value, origin)});
  return map;
}

const std::string* text_of(const Type& type, void* value, std::string_view member) {
  const Member* const found = type.kind == Kind::structure ? type.find(member) : nullptr;
  if (found == nullptr || found->type().kind != Kind::text) return nullptr;
  return &found->type().text(static_cast<char*>(value) + found->offset);
}

/// Lays one value over all that a path stands for in the entries that nobody wrote.
class Layer {
 public:
  Layer(const PathPattern& pattern, const Document& document, Faults& faults)
      : pattern_(pattern), document_(document), faults_(faults), faults_before_(faults.count()) {}
  /// Whether there is anything.
  bool lay(const Type& type, void* value, NodePtr what, Origin origin) {
    what_ = below_keys(pattern_, pattern_.selects, what, origin);
    return at(type, value, 0, "");
  }

 private:
  bool at(const Type& type, void* value, std::size_t step, const std::string& path) {
    if (type.kind == Kind::optional) {
      void* const there = type.engaged(value);
      return there != nullptr && at(type.element(), there, step, path);
    }
    if (step == pattern_.selects) return put(type, value, path);
    switch (type.kind) {
      case Kind::structure: return at_member(type, value, step, path);
      case Kind::map: return at_entries(type, value, step, path);
      case Kind::list: return at_items(type, value, step, path);
      default: return false;
    }
  }

  // One complaint of a value is enough.
  bool put(const Type& type, void* value, const std::string& path) {
    if (faults_.count() == faults_before_) lay_over(type, value, *what_, path, Field{}, document_, faults_);
    return true;
  }

  bool at_member(const Type& type, void* value, std::size_t step, const std::string& path) {
    const auto* const key = std::get_if<std::string>(&pattern_.steps[step]);
    const Member* const member = key == nullptr ? nullptr : type.find(*key);
    return member != nullptr && at(member->type(), static_cast<char*>(value) + member->offset, step + 1, path / *key);
  }

  // The second step is the one that stands for all entries.
  bool at_entries(const Type& type, void* value, std::size_t step, const std::string& path) {
    const auto* const key = std::get_if<std::string>(&pattern_.steps[step]);
    const bool any = pattern_.kinds[step] == StepKind::any;
    bool found = false;
    for (const auto& [name, entry] : type.entries(value)) {
      if (step == 1 && document_.find({std::string{conventions().entries}, name}) != nullptr) continue;
      if (!any && (key == nullptr || *key != name)) continue;
      found |= at(type.element(), entry, step + 1, path / name);
    }
    return found;
  }

  bool at_items(const Type& type, void* value, std::size_t step, const std::string& path) {
    bool found = false;
    for (std::size_t i = 0; i < type.size(value); ++i) {
      void* const item = type.item(value, i);
      if (stands_for(step, i, type.element(), item)) found |= at(type.element(), item, step + 1, path / i);
    }
    return found;
  }

  bool stands_for(std::size_t step, std::size_t index, const Type& type, void* item) const {
    if (pattern_.kinds[step] == StepKind::any) return true;
    if (const auto* const number = std::get_if<std::size_t>(&pattern_.steps[step])) return *number == index;
    const std::string& key = std::get<std::string>(pattern_.steps[step]);
    for (const std::string_view member : {std::string_view{"name"}, conventions().item_of}) {
      const std::string* const text = text_of(type, item, member);
      if (text != nullptr && *text == key) return true;
    }
    return false;
  }

  const PathPattern& pattern_;
  const Document& document_;
  Faults& faults_;
  const std::size_t faults_before_;
  NodePtr what_;
};

void lay_item_defaults(const Type& type, void* value, const Document& document, Faults& faults) {
  const NodePtr defaults = item_defaults_of(*document.root());
  if (defaults == nullptr || faults.any_below(std::string{conventions().defaults_path})) return;
  std::string problem;
  const std::optional<PathPattern> all = read_pattern(fmt::format("{}.*.{}[*]", conventions().entries, conventions().items), problem);
  Layer(*all, document, faults).lay(type, value, defaults, defaults->origin);
}

}  // namespace

void lay_over_completed(const Type& type, void* value, const Document& document, Faults& faults) {
  lay_item_defaults(type, value, document, faults);
  for (const Document::Pending& change : document.pending()) {
    const bool in_order = change.problem.empty();
    if (in_order && faults.count() > 0) continue;  // what is wrong with it has been said of those that are written
    const Assignment& assignment = change.assignment;
    const bool found = Layer(assignment.path, document, faults).lay(type, value, assignment.value, assignment.origin);
    if (!found && !in_order) faults.add(assignment.origin, change.path, change.problem);
  }
}

}  // namespace streamtwin::language
