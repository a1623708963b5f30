// A server's registry (SourcedEurekaRegistryImpl, MultiSourcedDataHolder): of each instance the copies that it has from several sources,
// of which one, the head, is what it tells of.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/registry/eureka2/instance.hpp"

namespace streamtwin::eureka2 {

struct Source {
  enum class Origin : std::uint8_t { local, replicated };
  Origin origin = Origin::local;
  std::uint32_t name = 0;        ///< whose copies
  std::uint64_t generation = 0;  ///< counts its channels
  bool operator==(const Source&) const = default;

  bool local() const { return origin == Origin::local; }
  bool older_than(const Source& other) const { return origin == other.origin && name == other.name && generation < other.generation; }
};

/// Cost: O(log n) per change, O(n) to drop what is older.
class SourcedRegistry {
 public:
  /// What a change of a copy changes of what is told.
  Notifications put(const Source& source, const Instance& instance);
  Notifications remove(const Source& source, InstanceId id);
  /// What came by earlier channels of that source and not by this one.
  Notifications remove_older(const Source& source);

  /// Null: unknown.
  const Instance* find(InstanceId id) const;
  std::size_t size() const { return holders_.size(); }
  /// In the order of their identities.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const auto& [id, holder] : holders_) visit(holder.copies[holder.head].instance);
  }
  /// The same of what clients have registered here.
  Notifications locals() const;

 private:
  struct Copy {
    Source source;
    Instance instance;
  };
  struct Holder {
    std::vector<Copy> copies;  ///< the oldest first
    std::size_t head = 0;
  };
  static Notifications promote(Holder& holder, const Copy& gone);

  std::map<InstanceId, Holder> holders_;
};

/// What a server tells its peers of a change of its registry: what is its own.
inline Notifications for_peers(const Source& source, const Notifications& changes) {
  if (!source.local() || changes.empty()) return {};
  return {changes.front()};  // of a copy that is gone another's may follow, which is that one's to tell
}

}  // namespace streamtwin::eureka2
