// A scenario as read: an immutable tree of maps, lists and scalars in which every value and key knows where
// it was written. Aliases share their anchor's subtree, so a tree is never larger in memory than its text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scenarios/language/diagnostic.hpp"

namespace streamtwin::language {

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Entry {
  std::string key;
  Origin origin;  ///< of the key
  NodePtr value;
};

struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  bool plain = false;   ///< a scalar without quotes: `30` is a number, `"30"` is a text
  bool resets = false;  ///< a null written over an earlier value: back to the default
  Origin origin;
  std::string text;            ///< of a scalar
  std::vector<NodePtr> items;  ///< of a list
  std::vector<Entry> entries;  ///< of a map, in the order written
  std::uint64_t size = 1;      ///< nodes in this subtree with every alias expanded
  std::uint32_t depth = 1;     ///< levels of this subtree

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  /// The entry of a map, or null. O(1) for large maps.
  const Entry* find(std::string_view key) const;
  /// Appends an item or a new key, or replaces the value of a key, keeping size and depth.
  void append(NodePtr item);
  void put(Entry entry);
  void replace_item(std::size_t index, NodePtr item);

 private:
  std::unordered_map<std::string, std::size_t> index_;  ///< only of maps too large for a linear search
  void account(const Node& child);
};

/// The text of a plain scalar as YAML 1.2 understands it.
enum class ScalarType { null, boolean, number, text };
ScalarType scalar_type(const Node& scalar);

/// What a message calls the node: "`30`", "a list of 3", "a map", "nothing".
std::string found(const Node& node);

/// `over` laid over `base`: maps are merged key by key, everything else (lists too) is replaced by the later
/// value.
NodePtr merge(const NodePtr& base, const NodePtr& over);

}  // namespace streamtwin::language
