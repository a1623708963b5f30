#include "scenarios/language/call_defaults.hpp"

#include <algorithm>
#include <memory>

namespace streamtwin::language {

namespace {

constexpr std::string_view never_default[] = {"service", "stage"};
constexpr std::string_view said_by_gateways[] = {"priority", "balancer"};

const Node* value_of(const Node& node, std::string_view key) {
  const Entry* entry = node.is_map() ? node.find(key) : nullptr;
  return entry ? entry->value.get() : nullptr;
}

bool is_gateway(const Node& service) {
  const Node* role = value_of(service, "role");
  return role && role->is_scalar() && role->text == "gateway";
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

const Node* calls_of(const Node& service) {
  const Node* calls = value_of(service, "calls");
  return calls && calls->is_list() ? calls : nullptr;
}

NodePtr filled(const Node& service, const Node& calls, const NodePtr& defaults) {
  const auto list = std::make_shared<Node>(calls);
  for (std::size_t i = 0; i < calls.items.size(); ++i)
    if (calls.items[i]->is_map()) list->replace_item(i, merge(defaults, calls.items[i]));
  const auto changed = std::make_shared<Node>(service);
  changed->put({"calls", service.find("calls")->origin, list});
  return changed;
}

}  // namespace

NodePtr call_defaults_of(const Node& root) {
  const Node* mesh = value_of(root, "mesh");
  const Node* written = mesh ? value_of(*mesh, "call_defaults") : nullptr;
  if (!written || !written->is_map()) return nullptr;
  return entries_that(*written, [](std::string_view key) { return !is_one_of(key, never_default); });
}

NodePtr call_defaults_of_gateways(const Node& defaults) {
  return entries_that(defaults, [](std::string_view key) { return is_one_of(key, said_by_gateways); });
}

NodePtr with_call_defaults(const NodePtr& root, std::size_t nodes_max) {
  const NodePtr defaults = call_defaults_of(*root);
  const Entry* services = root->find("services");
  if (!defaults || !services || !services->value->is_map()) return root;
  const NodePtr of_gateways = call_defaults_of_gateways(*defaults);
  std::size_t size = root->size;
  for (const Entry& service : services->value->entries) {
    const Node* calls = calls_of(*service.value);
    if (calls) size += calls->items.size() * defaults->size;
  }
  if (size > nodes_max) return nullptr;
  const auto all = std::make_shared<Node>(*services->value);
  for (const Entry& service : services->value->entries) {
    const Node* calls = calls_of(*service.value);
    if (calls) all->put({service.key, service.origin, filled(*service.value, *calls, is_gateway(*service.value) ? of_gateways : defaults)});
  }
  const auto changed = std::make_shared<Node>(*root);
  changed->put({services->key, services->origin, all});
  return changed;
}

bool is_filled_from(std::string_view path, std::string_view default_path) {
  return path.starts_with("services") && default_path.starts_with(call_defaults_path) &&
         path.ends_with(default_path.substr(call_defaults_path.size()));
}

}  // namespace streamtwin::language
