#include "scenarios/language/node.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/language/quantity.hpp"

namespace streamtwin::language {

namespace {
constexpr std::size_t linear_search_max = 16;
}

const Entry* Node::find(std::string_view key) const {
  if (entries.size() > linear_search_max) {
    const auto found = index_.find(std::string{key});
    return found == index_.end() ? nullptr : &entries[found->second];
  }
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

void Node::account(const Node& child) {
  size += child.size;
  depth = std::max(depth, child.depth + 1);
}

void Node::append(NodePtr item) {
  account(*item);
  items.push_back(std::move(item));
}

void Node::replace_item(std::size_t index, NodePtr item) {
  size -= items[index]->size;
  account(*item);
  items[index] = std::move(item);
}

void Node::put(Entry entry) {
  account(*entry.value);
  if (const Entry* existing = find(entry.key)) {
    size -= existing->value->size;
    entries[static_cast<std::size_t>(existing - entries.data())] = std::move(entry);
    return;
  }
  entries.push_back(std::move(entry));
  if (entries.size() == linear_search_max + 1)
    for (std::size_t i = 0; i + 1 < entries.size(); ++i) index_.emplace(entries[i].key, i);
  if (entries.size() > linear_search_max) index_.emplace(entries.back().key, entries.size() - 1);
}

ScalarType scalar_type(const Node& scalar) {
  if (scalar.is_null()) return ScalarType::null;
  if (!scalar.plain) return ScalarType::text;
  for (std::string_view word : {"true", "True", "TRUE", "false", "False", "FALSE"})
    if (scalar.text == word) return ScalarType::boolean;
  std::string_view digits = scalar.text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (read_number(digits)) return ScalarType::number;
  std::string_view special = digits.starts_with('-') ? digits.substr(1) : digits;
  for (std::string_view word : {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"})
    if (special == word) return ScalarType::number;
  const bool based = digits.starts_with("0x") || digits.starts_with("0o");
  const bool based_number = based && digits.size() > 2 && digits.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
  return based_number ? ScalarType::number : ScalarType::text;
}

std::string found(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return "nothing";
    case Node::Kind::scalar: return node.plain ? fmt::format("`{}`", shown(node.text)) : fmt::format("the text \"{}\"", shown(node.text));
    case Node::Kind::list: return fmt::format("a list of {}", node.items.size());
    case Node::Kind::map: return node.entries.empty() ? "an empty map" : fmt::format("a map (`{}: ...`)", shown(node.entries.front().key));
  }
  return {};
}

NodePtr merge(const NodePtr& base, const NodePtr& over) {
  if (over->is_null()) {
    auto reset = std::make_shared<Node>(*over);
    reset->resets = true;
    return reset;
  }
  if (!base->is_map() || !over->is_map()) return over;
  auto merged = std::make_shared<Node>(*base);
  merged->origin = over->origin;
  for (const Entry& entry : over->entries) {
    const Entry* existing = merged->find(entry.key);
    merged->put({entry.key, entry.origin, existing ? merge(existing->value, entry.value) : entry.value});
  }
  return merged;
}

}  // namespace streamtwin::language
