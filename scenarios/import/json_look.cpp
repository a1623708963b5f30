#include "scenarios/import/json_look.hpp"

#include <charconv>
#include <cmath>

namespace streamtwin::import {

std::string text_at(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

double number_at(const nlohmann::json& object, const char* key, double otherwise) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end()) return otherwise;
  if (found->is_number()) return found->get<double>();
  if (!found->is_string()) return otherwise;
  const std::string& text = found->get_ref<const std::string&>();
  double value = otherwise;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value) ? value : otherwise;
}

const nlohmann::json& list_at(const nlohmann::json& object, const char* key) {
  static const nlohmann::json none = nlohmann::json::array();
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_array() ? *found : none;
}

const nlohmann::json& member_at(const nlohmann::json& object, const char* key) {
  static const nlohmann::json none = nlohmann::json::object();
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() ? *found : none;
}

}  // namespace streamtwin::import
