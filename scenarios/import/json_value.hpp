// A value of a JSON file that knows where it stands, so that whatever is wrong with it can be told by file and place. What
// was never asked for is told, too: nothing of a file is dropped in silence.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin::import {

/// A file cannot be taken over; the message says what, where and what to do.
class ImportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What an import tells of a file without giving up.
using Remarks = std::vector<std::string>;

class JsonFile;

class JsonValue {
 public:
  JsonValue(JsonFile& file, const nlohmann::json& value, std::string place) : file_(&file), value_(&value), place_(std::move(place)) {}

  const nlohmann::json& raw() const { return *value_; }
  const std::string& place() const { return place_; }

  /// The member under the first of these names that is there and not null.
  std::optional<JsonValue> find(std::initializer_list<std::string_view> names) const;
  JsonValue need(std::initializer_list<std::string_view> names, std::string_view what) const;
  std::vector<JsonValue> items() const;                            ///< of a list
  std::vector<std::pair<std::string, JsonValue>> members() const;  ///< of an object, in the order of the names

  bool is_object() const { return value_->is_object(); }
  bool is_list() const { return value_->is_array(); }
  bool is_text() const { return value_->is_string(); }

  std::string text() const;
  /// A number, which may be written as a text, as Gson allows.
  double number(double least, double most) const;
  int whole(int least, int most) const;
  bool flag() const;

  /// Tells of members that nobody asked for. `reader` is who does not read them.
  void tell_unread(std::string_view reader) const;
  void ignore(std::initializer_list<std::string_view> names) const;
  void remark(std::string_view message) const;
  [[noreturn]] void fail(std::string_view message) const;

 private:
  JsonValue member(const std::string& name) const;

  JsonFile* file_;
  const nlohmann::json* value_;
  std::string place_;
};

/// A file that has been read. Values of it must not outlive it.
class JsonFile {
 public:
  /// Throws ImportError for what cannot be read, or is no JSON.
  JsonFile(const std::filesystem::path& path, Remarks& remarks);
  JsonFile(const JsonFile&) = delete;
  JsonFile& operator=(const JsonFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  JsonValue root() { return {*this, root_, ""}; }

 private:
  friend class JsonValue;
  const std::filesystem::path path_;
  Remarks& remarks_;
  nlohmann::json root_;
  std::map<const nlohmann::json*, std::set<std::string, std::less<>>> asked_;  ///< names, by object
};

}  // namespace streamtwin::import
