#include "scenarios/language/item_defaults.hpp"

#include <algorithm>
#include <memory>

#include "scenarios/language/conventions.hpp"

namespace streamtwin::language {

namespace {

const Node* value_of(const Node& node, std::string_view key) {
  const Entry* entry = node.is_map() ? node.find(key) : nullptr;
  return entry ? entry->value.get() : nullptr;
}

template <class Predicate>
NodePtr entries_that(const Node& map, Predicate keep) {
  const auto kept = std::make_shared<Node>();
  kept->kind = Node::Kind::map;
  kept->origin = map.origin;
  for (const Entry& entry : map.entries)
    if (keep(entry.key)) kept->put(entry);
  return kept;
}

template <class Names>
bool is_one_of(std::string_view key, const Names& names) {
  return std::find(std::begin(names), std::end(names), key) != std::end(names);
}

const Node* items_of(const Node& entry) {
  const Node* items = value_of(entry, conventions().items);
  return items && items->is_list() ? items : nullptr;
}

NodePtr filled(const Node& entry, const Node& items, const NodePtr& defaults) {
  const auto list = std::make_shared<Node>(items);
  for (std::size_t i = 0; i < items.items.size(); ++i)
    if (items.items[i]->is_map()) list->replace_item(i, merge(defaults, items.items[i]));
  const auto changed = std::make_shared<Node>(entry);
  const std::string key{conventions().items};
  changed->put({key, entry.find(key)->origin, list});
  return changed;
}

}  // namespace

NodePtr item_defaults_of(const Node& root) {
  const Node* around = value_of(root, conventions().defaults_in);
  const Node* written = around ? value_of(*around, conventions().defaults) : nullptr;
  if (!written || !written->is_map()) return nullptr;
  return entries_that(*written, [](std::string_view key) { return !is_one_of(key, conventions().no_defaults); });
}

NodePtr with_item_defaults(const NodePtr& root, std::size_t nodes_max) {
  const NodePtr defaults = item_defaults_of(*root);
  const Entry* entries = root->find(conventions().entries);
  if (!defaults || !entries || !entries->value->is_map()) return root;
  std::size_t size = root->size;
  for (const Entry& entry : entries->value->entries) {
    const Node* items = items_of(*entry.value);
    if (items) size += items->items.size() * defaults->size;
  }
  if (size > nodes_max) return nullptr;
  const auto all = std::make_shared<Node>(*entries->value);
  for (const Entry& entry : entries->value->entries) {
    const Node* items = items_of(*entry.value);
    if (items) all->put({entry.key, entry.origin, filled(*entry.value, *items, defaults)});
  }
  const auto changed = std::make_shared<Node>(*root);
  changed->put({entries->key, entries->origin, all});
  return changed;
}

bool is_filled_from(std::string_view path, std::string_view default_path) {
  const std::string_view defaults = conventions().defaults_path;
  return path.starts_with(conventions().entries) && default_path.starts_with(defaults) &&
         path.ends_with(default_path.substr(defaults.size()));
}

}  // namespace streamtwin::language
