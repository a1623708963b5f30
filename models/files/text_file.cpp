#include "models/files/text_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace streamtwin::files {
namespace {

constexpr std::uintmax_t bytes_max = std::uintmax_t{1} << 30;

/// What nobody reads as text, by its first bytes.
std::string_view packed_as(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\x1f\x8b")) return "compressed with gzip, unpack it first";
  if (text.starts_with("\x28\xb5\x2f\xfd") || text.starts_with("\xfd\x37zXZ\0"sv) || text.starts_with("BZh9"))
    return "compressed, unpack it first";
  if (text.starts_with("PK\x03\x04")) return "an archive or a spreadsheet's own file, unpack it or save it as CSV";
  return text.starts_with("PAR1") ? "Parquet, save it as CSV" : "";
}

}  // namespace

std::string text_of(const std::filesystem::path& file, std::string_view kind) {
  const auto refuse = [&](std::string_view what) {
    throw std::invalid_argument(fmt::format("{}: {}; expected a file of {}", file.string(), what, kind));
  };
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) refuse("no regular file");  // before it is opened: a pipe waits for its writer
  if (std::filesystem::file_size(file, error) > bytes_max) refuse("larger than 1 GiB");
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) refuse("cannot be read");
  if (text.empty()) refuse("empty");
  if (const std::string_view packed = packed_as(text); !packed.empty()) refuse(packed);
  text.erase(0, text.size() - without_byte_order_mark(file.string(), text).size());
  return text;
}

std::string_view without_byte_order_mark(const std::string& name, std::string_view text) {
  const auto is_utf16 = [&](char first, char second) { return text.size() >= 2 && text[0] == first && text[1] == second; };
  if (is_utf16('\xff', '\xfe') || is_utf16('\xfe', '\xff')) {
    throw std::invalid_argument(fmt::format("{}: written as UTF-16 (\"Unicode text\" of a spreadsheet); save it as UTF-8", name));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string out;
  for (const char c : text.substr(0, most)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return text.size() > most ? out + "..." : out;
}

}  // namespace streamtwin::files
