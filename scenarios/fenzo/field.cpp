#include "scenarios/fenzo/field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/files/text_file.hpp"
#include "scenarios/fenzo/problem.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::fenzo {
namespace {

std::string written(const nlohmann::json& value) {
  const std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.size() > 40 ? text.substr(0, 40) + "..." : text;
}

}  // namespace

std::string Field::placed(const std::string& rest) const {
  return fmt::format("{}: {}{}{}", *file_, path_, path_.empty() ? "" : ".", rest);
}

void Field::fail(const std::string& message) const {
  throw ProblemError(fmt::format("{}: {}{}{}", *file_, path_, path_.empty() ? "" : ": ", message));
}

std::optional<Field> Field::find(std::string_view key) const {
  if (!is_object()) fail(fmt::format("expected an object in braces, found {}", written(*value_)));
  const auto found = value_->find(key);
  if (found == value_->end() || found->is_null()) return std::nullopt;
  return Field(*file_, *found, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key));
}

Field Field::need(std::string_view key) const {
  const std::optional<Field> found = find(key);
  if (!found) fail(fmt::format("`{}` is missing", key));
  return *found;
}

std::vector<Field> Field::items() const {
  if (!value_->is_array()) fail(fmt::format("expected a list in brackets, found {}", written(*value_)));
  std::vector<Field> items;
  items.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) items.emplace_back(*file_, (*value_)[i], fmt::format("{}[{}]", path_, i));
  return items;
}

std::vector<Field> Field::exactly(std::size_t count, std::string_view what) const {
  std::vector<Field> found = items();
  if (found.size() != count) fail(fmt::format("expected {}, found {}", what, written(*value_)));
  return found;
}

std::vector<std::pair<std::string, Field>> Field::members() const {
  if (!is_object()) fail(fmt::format("expected an object in braces, found {}", written(*value_)));
  std::vector<std::pair<std::string, Field>> members;
  for (const auto& [key, value] : value_->items()) members.emplace_back(key, Field(*file_, value, path_.empty() ? key : path_ + "." + key));
  return members;
}

void Field::allow(std::initializer_list<std::string_view> keys) const {
  const std::vector<std::string_view> known(keys);
  for (const auto& [key, value] : members()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    value.fail(fmt::format("unknown field{}; known are {}", language::did_you_mean(key, known), language::enumerate(known, 30)));
  }
}

std::string Field::text() const {
  if (!is_text() || value_->get_ref<const std::string&>().empty()) fail(fmt::format("expected a text, found {}", written(*value_)));
  return value_->get<std::string>();
}

std::vector<std::string> Field::texts() const {
  std::vector<std::string> texts;
  for (const Field& item : items()) texts.push_back(item.text());
  return texts;
}

double Field::number(double least, double most) const {
  const double number = value_->is_number() ? value_->get<double>() : std::nan("");
  if (!(number >= least && number <= most)) fail(fmt::format("expected a number from {} to {}, found {}", least, most, written(*value_)));
  return number;
}

int Field::whole(int least, int most) const {
  const double value = number(least, most);
  if (value != std::floor(value)) fail(fmt::format("expected a whole number from {} to {}, found {}", least, most, written(*value_)));
  return static_cast<int>(value);
}

bool Field::flag() const {
  if (!value_->is_boolean()) fail(fmt::format("expected true or false, found {}", written(*value_)));
  return value_->get<bool>();
}

}  // namespace streamtwin::fenzo
