// MiSim's ways to write times and names, and where its files are.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <regex>

#include "scenarios/import/misim_reader.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::import {
namespace {

namespace fs = std::filesystem;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string known_operations(const MisimService& service) {
  std::vector<std::string> names;
  for (const MisimOperation& operation : service.operations) names.push_back(operation.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

bool has_operation(const MisimService& service, const std::string& name) {
  return std::any_of(service.operations.begin(), service.operations.end(), [&](const MisimOperation& o) { return o.name == name; });
}

/// "./a/b/c.csv" is tried as it is, then b/c.csv, then c.csv, each in the folder and in those above it.
std::optional<fs::path> look_for(const fs::path& folder, const fs::path& name) {
  std::vector<fs::path> parts;
  for (const fs::path& part : name.lexically_normal()) {
    if (part != "." && part != ".." && !part.has_root_directory()) parts.push_back(part);
  }
  for (std::size_t first = 0; first < parts.size(); ++first) {
    fs::path tail;
    for (std::size_t i = first; i < parts.size(); ++i) tail /= parts[i];
    for (fs::path at = fs::absolute(folder).lexically_normal();; at = at.parent_path()) {
      if (fs::is_regular_file(at / tail)) return at / tail;
      if (at == at.parent_path()) break;
    }
  }
  return std::nullopt;
}

}  // namespace

const MisimService* MisimArchitecture::find(const std::string& service) const {
  const auto found = std::find_if(services.begin(), services.end(), [&](const MisimService& s) { return s.name == service; });
  return found == services.end() ? nullptr : &*found;
}

misim::MisimDelaySpec misim_delay(const JsonValue& value) {
  if (!value.is_text()) return {Duration{value.number(0, 3600)}, Duration{0}};
  static const std::regex symmetric(R"(\s*([0-9.eE]+)\s*(?:\+-\s*([0-9.eE]+)\s*)?)"),
      lopsided(R"(\s*([0-9.eE]+)\+([0-9.eE]+)-([0-9.eE]+)\s*)");
  const std::string text = value.text();
  std::smatch match;
  if (std::regex_match(text, match, symmetric)) {
    const auto mean = number(match[1].str());
    const auto deviation = match[2].matched ? number(match[2].str()) : std::optional(0.0);
    if (mean && deviation && *mean <= 3600 && *deviation <= 3600) return {Duration{*mean}, Duration{*deviation}};
  } else if (std::regex_match(text, match, lopsided)) {
    const auto mean = number(match[1].str()), one = number(match[2].str()), other = number(match[3].str());
    if (mean && one && other && *mean <= 3600 && *one <= 3600 && *other <= 3600) {
      value.remark(
          fmt::format("different deviations to both sides cannot be said here; the mean of both is taken, {:g} s", (*one + *other) / 2));
      return {Duration{*mean}, Duration{(*one + *other) / 2}};
    }
  }
  value.fail(fmt::format("expected seconds as a number or as \"mean+-deviation\", neither negative nor above 3600, found \"{}\"", text));
}

std::string resolve_misim_service(const JsonValue& at, const MisimArchitecture& architecture, const std::string& name) {
  if (architecture.find(name) != nullptr) return name;
  std::vector<std::string> names;
  for (const MisimService& service : architecture.services) names.push_back(service.name);
  const std::vector<std::string_view> known(names.begin(), names.end());
  at.fail(fmt::format("the architecture has no microservice `{}`{}; it has {}", name, language::did_you_mean(name, known),
                      fmt::join(names, ", ")));
}

std::string misim_operation_name(const std::string& said, const std::string& service) {
  return said.starts_with(service + ".") ? said.substr(service.size() + 1) : said;
}

// Split at the first dot only, as MiSim's branch for the TeaStore does; before that, MiSim refused further dots.
OperationName resolve_misim_operation(const JsonValue& at, const MisimArchitecture& architecture, const std::string& name) {
  const std::size_t dot = name.find('.');
  const std::string before = name.substr(0, dot);
  if (dot != std::string::npos && architecture.find(before) != nullptr) {
    const MisimService& service = *architecture.find(before);
    const std::string operation = name.substr(dot + 1);
    if (!has_operation(service, operation))
      at.fail(fmt::format("the microservice {} has no operation `{}`; it has {}", service.name, operation, known_operations(service)));
    return {service.name, operation};
  }
  for (const MisimService& service : architecture.services) {
    if (has_operation(service, name)) return {service.name, name};
  }
  if (dot != std::string::npos) resolve_misim_service(at, architecture, before);  // says which there are
  at.fail(fmt::format("no microservice of the architecture has an operation `{}`; write one that is there, as service.operation", name));
}

/// "; did you mean `rush.csv`?", of the files in the folder.
std::string misim_near_file(const fs::path& folder, const std::string& name) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end && files.size() < 1000; it.increment(error))
    files.push_back(it->path().filename().string());
  std::sort(files.begin(), files.end());
  const std::vector<std::string_view> known(files.begin(), files.end());
  return language::did_you_mean(fs::path(name).filename().string(), known);
}

workload::BurstSpec misim_arrivals(const JsonValue& at, const fs::path& beside, const std::string& name) {
  const fs::path said(name);
  const std::optional<fs::path> found =
      said.is_absolute() && fs::is_regular_file(said) ? said : look_for(beside.parent_path().empty() ? "." : beside.parent_path(), said);
  if (!found) {
    const fs::path folder = said.is_absolute() ? said.parent_path() : fs::absolute(beside).parent_path() / said.parent_path();
    at.fail(fmt::format("there is no file {} at the experiment's folder or above it{}; put it there, or give its whole path", name,
                        misim_near_file(folder, name)));
  }
  workload::BurstSpec bursts;
  bursts.file = {found->string(), found->string()};
  try {
    workload::read_arrival_counts(*found);
  } catch (const std::invalid_argument& error) {
    throw ImportError(fmt::format("{} (named in {}: {})", error.what(), beside.string(), at.place()));
  }
  return bursts;
}

}  // namespace streamtwin::import
