#include "scenarios/import/json_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <fstream>

#include "models/files/json_text.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::import {
namespace {

using nlohmann::json;

std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() > 40 ? text.substr(0, 40) + "..." : text;
}

}  // namespace

JsonFile::JsonFile(const std::filesystem::path& path, Remarks& remarks) : path_(path), remarks_(remarks) {
  // Looked at before it is opened: whoever opens a pipe waits for its writer.
  std::ifstream in(std::filesystem::is_regular_file(path) ? path : std::filesystem::path{}, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw ImportError(fmt::format("{}: cannot be read; give the path of a JSON file", path.string()));
  try {
    root_ = files::json_of(path.string(), text);
  } catch (const std::invalid_argument& error) {
    throw ImportError(error.what());
  }
  if (!root_.is_object()) throw ImportError(fmt::format("{}: expected an object in braces, found {}", path.string(), shown(root_)));
}

void JsonValue::fail(std::string_view message) const {
  throw ImportError(fmt::format("{}: {}{}{}", file_->path_.string(), place_, place_.empty() ? "" : ": ", message));
}

void JsonValue::remark(std::string_view message) const {
  file_->remarks_.push_back(fmt::format("{}: {}{}{}", file_->path_.string(), place_, place_.empty() ? "" : ": ", message));
}

JsonValue JsonValue::member(const std::string& name) const {
  return {*file_, value_->at(name), place_.empty() ? name : place_ + "." + name};
}

std::optional<JsonValue> JsonValue::find(std::initializer_list<std::string_view> names) const {
  if (!is_object()) fail(fmt::format("expected an object in braces, found {}", shown(*value_)));
  auto& asked = file_->asked_[value_];
  asked.insert(names.begin(), names.end());
  for (const std::string_view name : names) {
    const auto found = value_->find(name);
    if (found != value_->end() && !found->is_null()) return member(std::string(name));
  }
  return std::nullopt;
}

JsonValue JsonValue::need(std::initializer_list<std::string_view> names, std::string_view what) const {
  std::optional<JsonValue> found = find(names);
  if (!found) fail(fmt::format("`{}` is missing: {}", *names.begin(), what));
  return *found;
}

std::vector<JsonValue> JsonValue::items() const {
  if (!is_list()) fail(fmt::format("expected a list in brackets, found {}", shown(*value_)));
  std::vector<JsonValue> items;
  for (std::size_t i = 0; i < value_->size(); ++i) items.emplace_back(*file_, (*value_)[i], fmt::format("{}[{}]", place_, i));
  return items;
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::members() const {
  if (!is_object()) fail(fmt::format("expected an object in braces, found {}", shown(*value_)));
  std::vector<std::pair<std::string, JsonValue>> members;
  for (const auto& [name, value] : value_->items()) members.emplace_back(name, member(name));
  return members;
}

std::string JsonValue::text() const {
  if (!is_text() || value_->get_ref<const std::string&>().empty()) fail(fmt::format("expected a text, found {}", shown(*value_)));
  return value_->get<std::string>();
}

double JsonValue::number(double least, double most) const {
  double number = std::nan("");
  if (value_->is_number()) {
    number = value_->get<double>();
  } else if (is_text()) {
    const std::string& text = value_->get_ref<const std::string&>();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) number = std::nan("");
  }
  if (!std::isfinite(number) || number < least || number > most)
    fail(fmt::format("expected a number from {} to {}, found {}", least, most, shown(*value_)));
  return number;
}

int JsonValue::whole(int least, int most) const {
  const double value = number(least, most);
  if (value != std::floor(value)) fail(fmt::format("expected a whole number from {} to {}, found {}", least, most, shown(*value_)));
  return static_cast<int>(value);
}

bool JsonValue::flag() const {
  if (!value_->is_boolean()) fail(fmt::format("expected true or false, found {}", shown(*value_)));
  return value_->get<bool>();
}

void JsonValue::ignore(std::initializer_list<std::string_view> names) const { file_->asked_[value_].insert(names.begin(), names.end()); }

void JsonValue::tell_unread(std::string_view reader) const {
  const auto& asked = file_->asked_[value_];
  const std::vector<std::string_view> known(asked.begin(), asked.end());
  for (const auto& [name, value] : members()) {
    if (asked.contains(name)) continue;
    value.remark(fmt::format("{} does not read this{}; left out", reader, language::did_you_mean(name, known)));
  }
}

}  // namespace streamtwin::import
