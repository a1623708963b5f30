#include "scenarios/cli/cache_trace_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/files/table.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "scenarios/language/quantity.hpp"

namespace streamtwin::cli {

namespace {

constexpr double cache_size_max = 1e15;  // more than a double counts one by one would be

std::vector<std::string> entries_of(const std::string& list) {
  std::vector<std::string> entries;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    entries.emplace_back(files::trimmed(std::string_view(list).substr(begin, comma - begin)));
    begin = comma + 1;
  }
  return entries;
}

eviction::Kind policy_of(const std::string& text) {
  if (const auto kind = value_named<eviction::Kind>(text)) return *kind;
  std::vector<std::string_view> names;
  for (const auto& known : enum_names<eviction::Kind>) names.push_back(known.name);
  throw CLI::ValidationError("--policy", fmt::format("'{:.60}' is no eviction policy{}; there are {}", text,
                                                     language::did_you_mean(text, names), fmt::join(names, ", ")));
}

[[noreturn]] void refuse_size(const std::string& text) {
  throw CLI::ValidationError("--size",
                             fmt::format("'{:.60}' is no size of a cache above zero: 1000 is so many items, 100MiB so many bytes", text));
}

cache_trace::CacheSize cache_size_of(const std::string& text) {
  eviction::Size count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc{} && end == text.data() + text.size()) {
    if (count == 0 || static_cast<double>(count) > cache_size_max) refuse_size(text);
    return {text, count, eviction::Weight::one};
  }
  const auto read = language::read_quantity(text, unit_names<Bytes>);
  if (read.fault != language::QuantityFault::none || !(read.value >= 1 && read.value <= cache_size_max)) refuse_size(text);
  return {text, static_cast<eviction::Size>(read.value), eviction::Weight::recorded};
}

}  // namespace

CacheTraceArguments cache_trace_arguments(const CacheTraceTexts& texts) {
  CacheTraceArguments arguments{.file = texts.file, .policies = {}, .sizes = {}};
  for (const std::string& name : entries_of(texts.policies)) arguments.policies.push_back(policy_of(name));
  for (const std::string& size : entries_of(texts.sizes)) arguments.sizes.push_back(cache_size_of(size));
  const bool expires = std::count(arguments.policies.begin(), arguments.policies.end(), eviction::Kind::lru_ttl) > 0;
  if (expires && texts.time_to_live.empty()) throw CLI::ValidationError("--policy", "lru-ttl needs --ttl, like --ttl 500s");
  if (!expires && !texts.time_to_live.empty()) throw CLI::ValidationError("--ttl", "is of lru-ttl, which --policy does not name");
  if (expires) arguments.time_to_live = duration_of("--ttl", texts.time_to_live);
  return arguments;
}

}  // namespace streamtwin::cli
