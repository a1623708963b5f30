// What the parser and the checks after it have found so far: collected in any order, handed out in the order
// of the text, and asked which parts of the scenario are still in order.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/document.hpp"

namespace streamtwin::language {

class Faults {
 public:
  explicit Faults(const Document& document) : document_(document) {}

  void add(Origin origin, std::string path, std::string message);
  /// At the value that stands at the path, or the innermost written value around it.
  void add_at(const std::string& path, std::string message);

  /// Something that is no error, at the value's place.
  void warn_at(const std::string& path, std::string message);

  /// Whether anything at the path or below it is in error.
  bool any_below(const std::string& path) const;

  /// A family whose names cannot all be known because what declares them is in error.
  void lose_family(std::string_view family) { lost_.emplace(family); }
  bool is_lost(std::string_view family) const { return lost_.count(std::string{family}) > 0; }

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
  std::set<std::string> paths_;
  std::set<std::string> lost_;
};

}  // namespace streamtwin::language
