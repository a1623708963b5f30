// The ring by which EVCache finds the node of a key within one server group (EVCacheNodeLocator over spymemcached's
// KETAMA_HASH): 160 points per node from 40 MD5 digests, the first point at or after the key's hash.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streamtwin::evcache {

using NodeIndex = std::uint32_t;

enum class HashAlgorithm : std::uint8_t { ketama, crc, fnv1a_32 };

/// spymemcached's DefaultHashAlgorithm.
std::uint32_t hash_of(HashAlgorithm algorithm, std::string_view key);
/// Part `part` (0 to 3) of the MD5 digest: a little-endian word.
std::uint32_t ketama_part(std::string_view key, int part);

/// How spymemcached and libmemcached name a node's points.
struct NodeName {
  std::string host;  ///< empty when only the address is known
  std::string address;
  int port = 11211;
};
/// EVCache writes the port 11211 whatever the node's is.
std::string evcache_point(const NodeName& node, int repetition);
std::string spymemcached_point(const NodeName& node, int repetition);
/// Names the port only when it is not the default.
std::string libmemcached_point(const NodeName& node, int repetition);

/// Cost: O(log points) per look-up over one array of 8-byte entries; hash a key once and keep the hash.
class KetamaRing {
 public:
  /// `points[n]` are the texts of node n, each of which gives 4 points (with an algorithm other than ketama, 1).
  explicit KetamaRing(std::span<const std::vector<std::string>> points, HashAlgorithm algorithm = HashAlgorithm::ketama);
  /// The ring of an EVCache server group: `bucket_size` points per node.
  static KetamaRing of_group(std::span<const NodeName> nodes, int bucket_size = 160, HashAlgorithm algorithm = HashAlgorithm::ketama);
  /// From points known elsewhere.
  static KetamaRing of_points(std::vector<std::pair<std::uint64_t, NodeIndex>> points);

  NodeIndex node_of(std::string_view key) const { return node_at(hash_of(algorithm_, key)); }
  NodeIndex node_at(std::uint64_t hash) const;
  std::size_t points() const { return points_.size(); }
  bool empty() const { return points_.empty(); }

 private:
  KetamaRing() = default;
  void settle();

  std::vector<std::pair<std::uint64_t, NodeIndex>> points_;  ///< sorted; one per hash: the last inserted won
  HashAlgorithm algorithm_ = HashAlgorithm::ketama;
};

/// The hashes that plain spymemcached tries after the key's own: h, then h plus the hash of "<try><key>" each time.
class KetamaRetries {
 public:
  KetamaRetries(std::string_view key, HashAlgorithm algorithm = HashAlgorithm::ketama)
      : key_(key), algorithm_(algorithm), hash_(hash_of(algorithm, key)) {}
  std::uint32_t hash() const { return hash_; }
  void next();

 private:
  std::string key_;
  HashAlgorithm algorithm_;
  std::uint32_t hash_;
  int tries_ = 0;
};

}  // namespace streamtwin::evcache
