// Scenarios of earlier releases: until a service had a block for what it is, its `role` said so, and keys beside it what only
// that role has. Limits ended in `_most`.
#include <array>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "scenarios/language/conventions.hpp"

namespace streamtwin::language {
namespace {

constexpr std::pair<std::string_view, std::string_view> renamed[] = {
    {"available_least", "available_min"}, {"blackout_most", "blackout_max"}, {"depth_most", "depth_max"},
    {"draws_most", "draws_max"},          {"error_most", "error_max"},       {"fallbacks_most", "fallbacks_max"},
    {"lists_most", "lists_max"},          {"load_most", "load_max"},         {"utilisation_most", "utilisation_max"}};

std::string_view todays(std::string_view key) {
  for (const auto& [before, now] : renamed) {
    if (key == before) return now;
  }
  return key;
}

std::shared_ptr<Node> map_at(Origin origin) {
  const auto map = std::make_shared<Node>();
  map->kind = Node::Kind::map;
  map->origin = origin;
  return map;
}

bool says_role(const Node& service, std::string_view role) {
  const Entry* const entry = service.is_map() ? service.find("role") : nullptr;
  return entry != nullptr && entry->value->is_scalar() && entry->value->text == role;
}

/// A block that has what a key beside it said before.
struct Block {
  std::string_view role, block;  ///< the role that it was, and what it is called
  std::string_view key, inside;  ///< the key, and where its value stands in the block; empty: it is the block
};
constexpr Block blocks[] = {
    {"gateway", "gateway", "calls", "origins"}, {"cache", "cache", "cache_memory", "memory"}, {"store", "store", "quorum", ""}};

NodePtr in_block(const Node& service, const Block& as) {
  const auto changed = map_at(service.origin);
  NodePtr block = map_at(service.find("role")->value->origin);
  for (const Entry& entry : service.entries) {
    if (entry.key == as.block) {
      block = merge(block, entry.value);
    } else if (entry.key == as.key && as.inside.empty()) {
      block = merge(block, entry.value);
    } else if (entry.key == as.key) {
      const auto one = map_at(entry.origin);
      one->put({std::string{as.inside}, entry.origin, entry.value});
      block = merge(block, one);
    } else if (entry.key != "role") {
      changed->put(entry);
    }
  }
  changed->put({std::string{as.block}, service.find("role")->origin, block});
  return changed;
}

class Rewriting {
 public:
  /// The tree with today's keys. What several aliases share is rewritten once.
  NodePtr rename(const NodePtr& node) {
    if (!node->is_map() && !node->is_list()) return node;
    if (const auto known = done_.find(node.get()); known != done_.end()) return known->second;
    return done_[node.get()] = node->is_map() ? rename_map(node) : rename_list(node);
  }

 private:
  NodePtr rename_map(const NodePtr& node) {
    const auto changed = map_at(node->origin);
    bool differs = false;
    for (const Entry& entry : node->entries) {
      const std::string_view key = todays(entry.key);
      NodePtr value = rename(entry.value);
      differs |= key != entry.key || value != entry.value;
      changed->put({std::string{key}, entry.origin, std::move(value)});
    }
    return differs ? changed : node;
  }
  NodePtr rename_list(const NodePtr& node) {
    const auto changed = std::make_shared<Node>(*node);
    bool differs = false;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      NodePtr item = rename(node->items[i]);
      if (item == node->items[i]) continue;
      differs = true;
      changed->replace_item(i, std::move(item));
    }
    return differs ? changed : node;
  }

  std::unordered_map<const Node*, NodePtr> done_;
};

NodePtr with_blocks(const NodePtr& root) {
  const Entry* const services = root->find("services");
  if (services == nullptr || !services->value->is_map()) return root;
  const auto all = map_at(services->value->origin);
  bool differs = false;
  for (const Entry& entry : services->value->entries) {
    NodePtr service = entry.value;
    for (const Block& block : blocks) {
      if (says_role(*service, block.role)) service = in_block(*service, block);
    }
    differs |= service != entry.value;
    all->put({entry.key, entry.origin, std::move(service)});
  }
  if (!differs) return root;
  const auto changed = map_at(root->origin);
  for (const Entry& entry : root->entries) changed->put(entry.key == "services" ? Entry{entry.key, entry.origin, all} : entry);
  return changed;
}

}  // namespace

NodePtr in_todays_words(const NodePtr& root) { return with_blocks(Rewriting{}.rename(root)); }

}  // namespace streamtwin::language
