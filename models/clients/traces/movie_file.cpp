// Movies with true chunk sizes.
#include <fmt/format.h>

#include "models/clients/traces/json_file.hpp"
#include "models/clients/traces/readers.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::traces {

abr::Movie parse_movie(const std::string& name, std::string_view text) {
  const json document = parse_json(name, text);
  const Duration chunk{field(name, document, "segment_duration_ms", 1, 1e6) / 1e3};
  const auto list = [&](const json& from, const char* key) -> const json& {
    if (!from.contains(key) || !from[key].is_array() || from[key].empty())
      throw TraceError(fmt::format("{}: expected a list \"{}\"", name, key));
    return from[key];
  };
  std::vector<BitRate> rates;
  for (const json& rate : list(document, "bitrates_kbps")) {
    if (!rate.is_number()) throw TraceError(fmt::format("{}: bitrates_kbps must be numbers", name));
    rates.push_back(BitRate{rate.get<double>() * 1e3});
  }
  std::vector<Bytes> sizes;
  for (const json& row : list(document, "segment_sizes_bits")) {
    if (!row.is_array() || row.size() != rates.size())
      throw TraceError(fmt::format("{}: segment {} does not have one size for each of the {} bitrates", name,
                                   sizes.size() / rates.size() + 1, rates.size()));
    for (const json& bits : row) sizes.push_back(Bytes{bits.is_number() ? bits.get<double>() / 8 : -1});
  }
  try {
    return abr::Movie::exact(abr::Ladder{std::move(rates)}, chunk, std::move(sizes));
  } catch (const std::invalid_argument& fault) {
    throw TraceError(fmt::format("{}: {}", name, fault.what()));
  }
}

abr::Movie read_movie(const std::filesystem::path& file) { return parse_movie(file.string(), files::text_of(file, "chunk sizes")); }

}  // namespace streamtwin::traces
