// A decision that whoever runs a simulation takes in place of a built-in one, and what that costs. Where a decision is taken stands its
// interface; a run is given Plugs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin {

/// How often a plugged decision was taken, and how long that took, of the real world.
struct PlugUse {
  std::uint64_t calls = 0;
  Duration took{0};
};

class AnyPlug {
 public:
  virtual ~AnyPlug() = default;
  /// What results call it.
  virtual std::string name() const = 0;
  virtual PlugUse use() const = 0;
  /// The names that it is meant for, where it is not for all.
  virtual std::vector<std::string> meant_for() const = 0;
};

template <class Decision>
class Plug : public AnyPlug {
 public:
  /// Who decides for one of those that would have a built-in decision: `of` is what it decides about, `by` whose decision it is. Null:
  /// what is built in stays.
  virtual std::unique_ptr<Decision> make(std::string_view of, std::string_view by) const = 0;
};

/// The same where there may be no plug.
template <class Decision>
std::unique_ptr<Decision> plugged(const Plug<Decision>* plug, std::string_view of = {}, std::string_view by = {}) {
  return plug == nullptr ? nullptr : plug->make(of, by);
}

}  // namespace streamtwin
