// What the parser and the checks after it have found so far: collected in any order, handed out in the order
// of the text, and asked which parts of the scenario are still in order.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/document.hpp"

namespace streamtwin::language {

/// Paths of what is in error.
class FaultyPaths {
 public:
  void add(std::string path) { paths_.insert(std::move(path)); }
  bool empty() const { return paths_.empty(); }
  /// Whether anything at the path or below it is in error.
  bool any_below(const std::string& path) const;
  /// Whether anything at the path, below it or around it is; what is wrong with the outermost struct itself does not count.
  bool any_near(const std::string& path) const;

 private:
  std::set<std::string> paths_;
};

class Faults {
 public:
  explicit Faults(const Document& document) : document_(document) {}

  void add(Origin origin, std::string path, std::string message);
  /// At the value that stands at the path, or the innermost written value around it.
  void add_at(const std::string& path, std::string message);

  /// Something that is no error, at the value's place.
  void warn_at(const std::string& path, std::string message);

  const FaultyPaths& paths() const { return paths_; }
  bool any_below(const std::string& path) const { return paths_.any_below(path); }
  std::size_t count() const { return count_; }

  /// A family whose names cannot all be known because what declares them is in error.
  void lose_family(std::string_view family) { lost_.emplace(family); }
  bool is_lost(std::string_view family) const { return lost_.count(std::string{family}) > 0; }
  /// A part that is not where it should be: what follows from it cannot be known.
  void lose_part() { part_lost_ = true; }
  bool any_lost() const { return part_lost_ || !lost_.empty(); }

  std::vector<Diagnostic> in_order() const { return in_order(faults_); }
  std::vector<Diagnostic> warnings_in_order() const { return in_order(warnings_); }

 private:
  struct Fault {
    Origin origin;
    std::string path;
    std::string message;
  };

  Origin origin_of(const std::string& path) const;
  std::vector<Diagnostic> in_order(const std::vector<Fault>& faults) const;

  const Document& document_;
  std::vector<Fault> faults_;
  std::vector<Fault> warnings_;
  FaultyPaths paths_;
  std::set<std::string> lost_;
  std::size_t count_ = 0;
  bool part_lost_ = false;
};

}  // namespace streamtwin::language
