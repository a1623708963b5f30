// What a subscriber wants to hear of (com.netflix.eureka2.interests): several interests are the union of their atoms, none is nobody.
#pragma once

#include <algorithm>
#include <compare>
#include <utility>
#include <vector>

#include "models/registry/eureka2/instance.hpp"

namespace streamtwin::eureka2 {

struct Interest {
  enum class Kind : std::uint8_t { full, application, vip, secure_vip, instance };
  Kind kind = Kind::full;
  std::uint32_t of = 0;  ///< an application, a name or an identity
  auto operator<=>(const Interest&) const = default;

  bool matches(const Instance& instance) const {
    switch (kind) {
      case Kind::full: return true;
      case Kind::application: return instance.app == of;
      case Kind::vip: return instance.vip == of;
      case Kind::secure_vip: return instance.secure_vip == of;
      case Kind::instance: return instance.id == of;
    }
    return false;
  }
};

/// Atoms, sorted, each once.
class Interests {
 public:
  Interests() = default;
  explicit Interests(std::vector<Interest> atoms) : atoms_(std::move(atoms)) {
    std::sort(atoms_.begin(), atoms_.end());
    atoms_.erase(std::unique(atoms_.begin(), atoms_.end()), atoms_.end());
  }
  const std::vector<Interest>& atoms() const { return atoms_; }
  bool has(const Interest& atom) const { return std::binary_search(atoms_.begin(), atoms_.end(), atom); }
  bool matches(const Instance& instance) const {
    return std::any_of(atoms_.begin(), atoms_.end(), [&](const Interest& atom) { return atom.matches(instance); });
  }
  bool includes(const Interests& other) const {
    return has({Interest::Kind::full, 0}) || std::includes(atoms_.begin(), atoms_.end(), other.atoms_.begin(), other.atoms_.end());
  }
  Interests with(const Interests& other) const {
    std::vector<Interest> all = atoms_;
    all.insert(all.end(), other.atoms_.begin(), other.atoms_.end());
    return Interests(std::move(all));
  }
  bool operator==(const Interests&) const = default;

 private:
  std::vector<Interest> atoms_;
};

}  // namespace streamtwin::eureka2
