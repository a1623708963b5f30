// A value of a problem file that knows where it stands. Whatever is wrong with it is told with file and path of keys, and so is
// what nobody reads.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streamtwin::fenzo {

class Field {
 public:
  Field(const std::string& file, const nlohmann::json& value, std::string path = "")
      : file_(&file), value_(&value), path_(std::move(path)) {}

  const nlohmann::json& raw() const { return *value_; }
  const std::string& path() const { return path_; }
  bool is_text() const { return value_->is_string(); }
  bool is_object() const { return value_->is_object(); }

  std::optional<Field> find(std::string_view key) const;
  Field need(std::string_view key) const;
  std::vector<Field> items() const;
  std::vector<std::pair<std::string, Field>> members() const;
  /// An object with none but these keys.
  void allow(std::initializer_list<std::string_view> keys) const;

  std::string text() const;  ///< not empty
  std::vector<std::string> texts() const;
  double number(double least, double most) const;
  int whole(int least, int most) const;
  bool flag() const;
  /// Of a list of so many.
  std::vector<Field> exactly(std::size_t count, std::string_view what) const;

  /// "file: path.rest".
  std::string placed(const std::string& rest) const;
  [[noreturn]] void fail(const std::string& message) const;

 private:
  const std::string* file_;
  const nlohmann::json* value_;
  std::string path_;
};

}  // namespace streamtwin::fenzo
