#include <fmt/format.h>

#include <algorithm>

#include "scenarios/fenzo/rounds.hpp"

namespace streamtwin::fenzo {
namespace {

using nlohmann::json;

std::string written(const json* value) {
  if (!value) return "nothing";
  const std::string text = value->dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() > 120 ? text.substr(0, 120) + "..." : text;
}

std::string difference(const std::string& path, const json* expected, const json* found);

std::string difference_of_lists(const std::string& path, const json& expected, const json& found) {
  for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
    const auto at = [&](const json& list) { return i < list.size() ? &list[i] : nullptr; };
    const std::string first = difference(fmt::format("{}[{}]", path, i), at(expected), at(found));
    if (!first.empty()) return first;
  }
  return "";
}

std::string difference_of_objects(const std::string& path, const json& expected, const json& found) {
  json keys = expected;
  keys.update(found);
  for (const auto& entry : keys.items()) {
    const std::string& key = entry.key();
    const auto at = [&](const json& object) { return object.contains(key) ? &object[key] : nullptr; };
    const std::string first = difference(path.empty() ? key : path + "." + key, at(expected), at(found));
    if (!first.empty()) return first;
  }
  return "";
}

std::string difference(const std::string& path, const json* expected, const json* found) {
  if (expected && found) {
    if (*expected == *found) return "";
    if (expected->is_array() && found->is_array()) return difference_of_lists(path, *expected, *found);
    if (expected->is_object() && found->is_object()) return difference_of_objects(path, *expected, *found);
  }
  return fmt::format("{}: expected {}, found {}", path, written(expected), written(found));
}

/// Lists whose order is nobody's.
json in_order(json answer) {
  if (!answer.is_object() || !answer.contains("rounds") || !answer["rounds"].is_array()) return answer;
  for (json& round : answer["rounds"]) {
    for (const char* key : {"failed", "skipped", "actions"}) {
      if (round.is_object() && round.contains(key) && round[key].is_array()) std::sort(round[key].begin(), round[key].end());
    }
  }
  return answer;
}

}  // namespace

std::vector<std::string> differences(const json& expected_answer, const json& found_answer) {
  const json expected = in_order(expected_answer), found = in_order(found_answer);
  std::vector<std::string> all;
  if (!expected.is_object() || !expected.contains("rounds") || !expected["rounds"].is_array()) return {"expected has no rounds"};
  const json &theirs = expected["rounds"], &ours = found["rounds"];
  for (std::size_t i = 0; i < std::max(theirs.size(), ours.size()); ++i) {
    const auto at = [&](const json& list) { return i < list.size() ? &list[i] : nullptr; };
    const std::string first = difference(fmt::format("rounds[{}]", i), at(theirs), at(ours));
    if (!first.empty()) all.push_back(first);
  }
  return all;
}

}  // namespace streamtwin::fenzo
