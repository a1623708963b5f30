#include "models/cache/evcache/ketama.hpp"

#include <algorithm>

#include "models/cache/evcache/md5.hpp"
#include "sim-core/assert.hpp"

namespace streamtwin::evcache {
namespace {

std::uint32_t part_of(const Md5Digest& digest, int part) {
  std::uint32_t word = 0;
  for (int byte = 3; byte >= 0; --byte) word = word << 8 | digest[static_cast<std::size_t>(4 * part + byte)];
  return word;
}

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffff;
  for (char c : text) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

}  // namespace

std::uint32_t ketama_part(std::string_view key, int part) { return part_of(md5(key), part); }

std::uint32_t hash_of(HashAlgorithm algorithm, std::string_view key) {
  switch (algorithm) {
    case HashAlgorithm::crc: return crc32(key) >> 16 & 0x7fff;
    case HashAlgorithm::fnv1a_32: {
      std::uint32_t hash = 0x811c9dc5;
      for (char c : key) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
      return hash;
    }
    case HashAlgorithm::ketama: break;
  }
  return ketama_part(key, 0);
}

std::string evcache_point(const NodeName& node, int repetition) {
  return node.host + "/" + node.address + ":11211-" + std::to_string(repetition);
}

std::string spymemcached_point(const NodeName& node, int repetition) {
  const std::string socket = (node.host.empty() ? "" : node.host + "/") + node.address + ":" + std::to_string(node.port);
  return socket + "-" + std::to_string(repetition);
}

std::string libmemcached_point(const NodeName& node, int repetition) {
  const std::string& name = node.host.empty() ? node.address : node.host;
  return name + (node.port == 11211 ? "" : ":" + std::to_string(node.port)) + "-" + std::to_string(repetition);
}

KetamaRing::KetamaRing(std::span<const std::vector<std::string>> points, HashAlgorithm algorithm) : algorithm_(algorithm) {
  for (NodeIndex node = 0; node < points.size(); ++node) {
    for (const std::string& text : points[node]) {
      if (algorithm != HashAlgorithm::ketama) {
        points_.emplace_back(hash_of(algorithm, text), node);
        continue;
      }
      const Md5Digest digest = md5(text);
      for (int part = 0; part < 4; ++part) points_.emplace_back(part_of(digest, part), node);
    }
  }
  settle();
}

KetamaRing KetamaRing::of_group(std::span<const NodeName> nodes, int bucket_size, HashAlgorithm algorithm) {
  std::vector<std::vector<std::string>> points(nodes.size());
  for (std::size_t node = 0; node < nodes.size(); ++node)
    for (int repetition = 0; repetition < bucket_size / 4; ++repetition) points[node].push_back(evcache_point(nodes[node], repetition));
  return KetamaRing(points, algorithm);
}

KetamaRing KetamaRing::of_points(std::vector<std::pair<std::uint64_t, NodeIndex>> points) {
  KetamaRing ring;
  ring.points_ = std::move(points);
  ring.settle();
  return ring;
}

NodeIndex KetamaRing::node_at(std::uint64_t hash) const {
  STREAMTWIN_ASSERT(!points_.empty(), "a key was looked up in a ring without nodes");
  const auto place =
      std::lower_bound(points_.begin(), points_.end(), hash, [](const auto& point, std::uint64_t h) { return point.first < h; });
  return place == points_.end() ? points_.front().second : place->second;
}

void KetamaRing::settle() {
  std::stable_sort(points_.begin(), points_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::pair<std::uint64_t, NodeIndex>> settled;
  for (const auto& point : points_) {
    if (!settled.empty() && settled.back().first == point.first) {
      settled.back() = point;
    } else {
      settled.push_back(point);
    }
  }
  points_ = std::move(settled);
}

void KetamaRetries::next() {
  const auto step = static_cast<std::int32_t>(hash_of(algorithm_, std::to_string(tries_++) + key_));
  hash_ += static_cast<std::uint32_t>(step);
}

}  // namespace streamtwin::evcache
