#include "scenarios/language/assignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "scenarios/language/conventions.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::language {

namespace {

constexpr std::size_t names_max = 64;  // more than a message shows

std::string_view text_at(const Node& item, std::string_view key) {
  const Entry* entry = item.is_map() ? item.find(key) : nullptr;
  return entry && entry->value->is_scalar() ? std::string_view{entry->value->text} : std::string_view{};
}

/// The first item whose `name` it is, or else all whose `service` it is.
std::vector<std::size_t> items_named(const Node& list, std::string_view name) {
  std::vector<std::size_t> called;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (text_at(*list.items[i], "name") == name) return {i};
    if (text_at(*list.items[i], conventions().item_of) == name) called.push_back(i);
  }
  return called;
}

std::vector<std::string_view> names_of(const Node& node) {
  std::vector<std::string_view> names;
  for (const Entry& entry : node.entries) names.push_back(entry.key);
  for (const NodePtr& item : node.items) {
    const std::string_view name = text_at(*item, "name");
    names.push_back(name.empty() ? text_at(*item, conventions().item_of) : name);
  }
  return names;
}

class Assigner {
 public:
  explicit Assigner(const Assignment& assignment) : path_(assignment.path), value_(assignment.value), origin_(assignment.origin) {}

  /// Null when nothing below the node is what the path stands for.
  NodePtr at(const NodePtr& node, std::size_t step) {
    if (step == path_.steps.size()) return merge(node ? node : value_, value_);
    if (path_.kinds[step] == StepKind::any) return at_all(node, step);
    if (node && node->is_list()) return at_items(*node, step);
    const auto* key = std::get_if<std::string>(&path_.steps[step]);
    if (!key)
      return fail(step, fmt::format("no list is written at `{}`: its items cannot be changed one by one; write the list", before(step)));
    const Entry* existing = node && node->is_map() ? node->find(*key) : nullptr;
    if (step == 0 && (*key == "include" || *key == "override")) return fail(step, "files cannot be included from here");
    if (path_.many() && !existing && (step + 1 < path_.selects || !node || !node->is_map()) && step < path_.selects)
      return fail(step, fmt::format("`{}` finds nothing: no `{}` is written{}", before(path_.selects), shown(*key), within(step)),
                  node.get(), *key);
    const NodePtr child = at(existing ? existing->value : nullptr, step + 1);
    if (!child) return nullptr;
    const auto map = node && node->is_map() ? std::make_shared<Node>(*node) : std::make_shared<Node>();
    if (!node || !node->is_map()) {
      map->kind = Node::Kind::map;
      map->origin = origin_;
    }
    map->put({*key, origin_, child});
    return map;
  }

  std::string problem() const {
    std::vector<std::string_view> names(there_.begin(), there_.end());
    if (names.empty()) return message_;
    return fmt::format("{}; there {} {}{}", message_, names.size() == 1 ? "is" : "are", enumerate(names), did_you_mean(meant_, names));
  }

 private:
  NodePtr at_all(const NodePtr& node, std::size_t step) {
    const bool empty = !node || (node->items.empty() && node->entries.empty());
    if (empty) return fail(step, fmt::format("`{}` finds nothing: nothing is written at `{}`", before(step + 1), before(step)));
    const auto changed = std::make_shared<Node>(*node);
    bool any = false;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      const NodePtr item = at(node->items[i], step + 1);
      if (item) changed->replace_item(i, item);
      any |= item != nullptr;
    }
    for (const Entry& entry : node->entries) {
      if (entry.value->is_null()) continue;  // taken back
      const NodePtr child = at(entry.value, step + 1);
      if (child) changed->put({entry.key, origin_, child});
      any |= child != nullptr;
    }
    return any ? changed : nullptr;
  }

  NodePtr at_items(const Node& list, std::size_t step) {
    std::vector<std::size_t> indices;
    if (const auto* key = std::get_if<std::string>(&path_.steps[step])) {
      indices = items_named(list, *key);
      if (indices.empty()) return fail(step, fmt::format("no item of the list has the name `{}`", shown(*key)), &list, *key);
    } else {
      indices = {std::get<std::size_t>(path_.steps[step])};
    }
    const std::size_t size = list.items.size();
    const auto changed = std::make_shared<Node>(list);
    bool any = false;
    for (const std::size_t index : indices) {
      if (index > size || (index == size && path_.many()))
        return fail(step, fmt::format("the list has {} items; [0] to [{}] replace, [{}] appends", size, size == 0 ? 0 : size - 1, size));
      const NodePtr item = at(index < size ? list.items[index] : nullptr, step + 1);
      if (!item) continue;
      any = true;
      index < size ? changed->replace_item(index, item) : changed->append(item);
    }
    return any ? changed : nullptr;
  }

  /// Of all ways that lead nowhere the one that came farthest is told, with what is there at its end.
  NodePtr fail(std::size_t step, std::string message, const Node* there = nullptr, std::string_view meant = {}) {
    if (!message_.empty() && step < farthest_) return nullptr;
    if (message_.empty() || step > farthest_) {
      message_ = std::move(message);
      farthest_ = step;
      meant_ = meant;
      there_.clear();
    }
    if (!there) return nullptr;
    for (const std::string_view name : names_of(*there)) {
      if (there_.size() == names_max) break;
      if (!name.empty() && std::find(there_.begin(), there_.end(), name) == there_.end()) there_.emplace_back(name);
    }
    return nullptr;
  }

  /// The first steps as they are written.
  std::string before(std::size_t steps) const {
    std::string text;
    for (std::size_t i = 0; i < steps; ++i) {
      const auto* key = std::get_if<std::string>(&path_.steps[i]);
      if (path_.kinds[i] == StepKind::bracket && key)
        text += fmt::format("[{}]", shown(*key));
      else
        text = key ? std::move(text) / std::string_view{*key} : std::move(text) / std::get<std::size_t>(path_.steps[i]);
    }
    return text;
  }

  std::string within(std::size_t step) const { return step == 0 ? "" : fmt::format(" in `{}`", before(step)); }

  const PathPattern& path_;
  const NodePtr& value_;
  const Origin origin_;
  std::string message_;
  std::string_view meant_;
  std::vector<std::string> there_;
  std::size_t farthest_ = 0;
};

}  // namespace

std::optional<PathPattern> read_pattern(std::string_view text, std::string& problem) {
  PathPattern pattern;
  auto steps = read_path(text, problem, &pattern.kinds);
  if (!steps) return std::nullopt;
  pattern.steps = std::move(*steps);
  const auto& kinds = pattern.kinds;
  if (std::find(kinds.begin(), kinds.end(), StepKind::any) == kinds.end()) return pattern;
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (kinds[i] != StepKind::key) pattern.selects = i + 1;
  return pattern;
}

bool is_for_all_entries(const PathPattern& path) {
  return path.steps.size() > 2 && path.steps.front() == PathStep{std::string{conventions().entries}} && path.kinds[1] == StepKind::any;
}

NodePtr assign(const NodePtr& root, const Assignment& assignment, std::string& problem) {
  Assigner assigner(assignment);
  NodePtr changed = assigner.at(root, 0);
  if (!changed) problem = assigner.problem();
  return changed;
}

}  // namespace streamtwin::language
