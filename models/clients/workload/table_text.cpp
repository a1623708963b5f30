#include "models/clients/workload/table_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace streamtwin::workload {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

std::optional<double> number_in(std::string_view cell) {
  const std::string_view text = trimmed(cell);
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool Lines::next() {
  while (!rest_.empty()) {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line_ = trimmed(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    if (!line_.empty() && line_.front() != '#') return true;
  }
  return false;
}

std::string text_of(const std::filesystem::path& file, std::string_view kind) {
  const auto refuse = [&](std::string_view what) {
    throw std::invalid_argument(fmt::format("{}: {}; expected a file of {}", file.string(), what, kind));
  };
  if (!std::filesystem::is_regular_file(file)) refuse("no regular file");  // before it is opened: a pipe waits for its writer
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) refuse("cannot be read");
  if (text.empty()) refuse("empty");
  return text;
}

}  // namespace streamtwin::workload
