#include "scenarios/language/faults.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "scenarios/language/conventions.hpp"
#include "scenarios/language/item_defaults.hpp"

namespace streamtwin::language {

void Faults::add(Origin origin, std::string path, std::string message) {
  paths_.add(path);
  ++count_;
  if (faults_.size() < document_.limits().diagnostics) faults_.push_back({origin, std::move(path), std::move(message)});
}

Origin Faults::origin_of(const std::string& path) const {
  std::string problem;
  const auto steps = read_path(path, problem);
  return document_.origin_of(steps ? *steps : Path{});
}

void Faults::add_at(const std::string& path, std::string message) { add(origin_of(path), path, std::move(message)); }

void Faults::warn_at(const std::string& path, std::string message) {
  if (warnings_.size() < document_.limits().diagnostics) warnings_.push_back({origin_of(path), path, std::move(message)});
}

bool FaultyPaths::any_below(const std::string& path) const {
  if (path.empty()) return !paths_.empty();
  for (auto it = paths_.lower_bound(path); it != paths_.end() && it->starts_with(path); ++it)
    if (it->size() == path.size() || (*it)[path.size()] == '.' || (*it)[path.size()] == '[') return true;
  return false;
}

bool FaultyPaths::any_near(const std::string& path) const {
  if (any_below(path)) return true;
  for (std::size_t end = path.find_last_of(".["); end != std::string::npos && end > 0; end = path.find_last_of(".[", end - 1))
    if (paths_.count(path.substr(0, end)) > 0) return true;
  return false;
}

std::vector<Diagnostic> Faults::in_order(const std::vector<Fault>& faults) const {
  std::vector<const Fault*> sorted;
  for (const Fault& fault : faults) sorted.push_back(&fault);
  const auto place = [](const Fault* fault) { return std::tuple(fault->origin.source, fault->origin.line, fault->origin.column); };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Fault* a, const Fault* b) { return place(a) < place(b); });
  // An error in a default is reported at the default, not at each item that takes it over.
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::string_view>, std::string_view> of_defaults;
  const auto what = [](const Fault& fault) {
    return std::tuple(fault.origin.source, fault.origin.line, fault.origin.column, std::string_view{fault.message});
  };
  for (const Fault& fault : faults)
    if (fault.path.starts_with(conventions().defaults_path)) of_defaults.emplace(what(fault), fault.path);
  std::erase_if(sorted, [&](const Fault* fault) {
    const auto at = of_defaults.find(what(*fault));
    return at != of_defaults.end() && is_filled_from(fault->path, at->second);
  });
  std::vector<Diagnostic> diagnostics;
  for (const Fault* fault : sorted) diagnostics.push_back(document_.diagnose(fault->origin, fault->path, fault->message));
  return diagnostics;
}

}  // namespace streamtwin::language
