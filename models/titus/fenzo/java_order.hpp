// The order in which Java's hash maps hand out texts. Fenzo takes the first of equals in that order where hosts are given up, so
// that who wants the same hosts needs the same order. Replays java.util.HashMap and ConcurrentHashMap of OpenJDK 17, but for
// bins of eight and more, which become trees there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streamtwin::fenzo {

enum class JavaMapKind { hash_map, concurrent };

/// String.hashCode, spread over the bits as both maps do.
std::uint32_t java_hash(std::string_view text);

/// A bucket table from texts to T. Insertion O(1) amortised.
template <class T>
class JavaMap {
 public:
  explicit JavaMap(JavaMapKind kind) : kind_(kind), bins_(16) {}

  /// An entry that is there keeps its place.
  T& operator[](const std::string& key) {
    const std::uint32_t hash = java_hash(key);
    for (Entry& entry : bin(hash)) {
      if (entry.key == key) return entry.value;
    }
    bin(hash).push_back({hash, key, T{}});
    ++size_;
    grow();
    return find_known(hash, key);
  }
  void erase(const std::string& key) {
    auto& entries = bin(java_hash(key));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].key != key) continue;
      entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
      --size_;
      return;
    }
  }
  std::size_t size() const { return size_; }

  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& entries : bins_) {
      for (const Entry& entry : entries) visit(entry.key, entry.value);
    }
  }
  template <class Visit>
  void for_each(Visit visit) {
    for (auto& entries : bins_) {
      for (Entry& entry : entries) visit(entry.key, entry.value);
    }
  }

 private:
  struct Entry {
    std::uint32_t hash;
    std::string key;
    T value;
  };
  using Bin = std::vector<Entry>;

  Bin& bin(std::uint32_t hash) { return bins_[hash & (bins_.size() - 1)]; }
  T& find_known(std::uint32_t hash, const std::string& key) {
    Bin& entries = bin(hash);
    std::size_t i = 0;
    while (entries[i].key != key) ++i;
    return entries[i].value;
  }

  // A HashMap doubles beyond three quarters, a ConcurrentHashMap at them.
  void grow() {
    while (kind_ == JavaMapKind::hash_map ? size_ > bins_.size() / 4 * 3 : size_ >= bins_.size() / 4 * 3) {
      const auto half = static_cast<std::uint32_t>(bins_.size());
      std::vector<Bin> doubled(bins_.size() * 2);
      for (std::uint32_t i = 0; i < half; ++i) split(std::move(bins_[i]), half, doubled[i], doubled[i + half]);
      bins_ = std::move(doubled);
    }
  }

  // A HashMap keeps the order of a bin. A ConcurrentHashMap takes over the longest end that stays together, and puts the others
  // before it one by one, so that they come out reversed.
  void split(Bin entries, std::uint32_t half, Bin& low, Bin& high) {
    if (kind_ == JavaMapKind::hash_map) {
      for (Entry& entry : entries) (entry.hash & half ? high : low).push_back(std::move(entry));
      return;
    }
    std::size_t last_run = 0;
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if ((entries[i].hash & half) != (entries[i - 1].hash & half)) last_run = i;
    }
    for (std::size_t i = last_run; i-- > 0;) (entries[i].hash & half ? high : low).push_back(std::move(entries[i]));
    for (std::size_t i = last_run; i < entries.size(); ++i) (entries[i].hash & half ? high : low).push_back(std::move(entries[i]));
  }

  JavaMapKind kind_;
  std::vector<Bin> bins_;
  std::size_t size_ = 0;
};

}  // namespace streamtwin::fenzo
