// The logs of delivery with names in place of numbers.
#include "scenarios/composition/parts.hpp"

namespace streamtwin {
namespace {

template <class Enum>
std::string text_of(Enum value) {
  for (const auto& entry : enum_names<Enum>) {
    if (entry.value == value) return std::string(entry.name);
  }
  return {};
}

}  // namespace

void Twin::Parts::write_logs(RunResult& result) const {
  const openconnect::Topology& topology = delivery->topology();
  const auto site_of = [&](openconnect::OcaId oca) { return topology.sites[topology.appliances[oca].site].name; };
  for (const openconnect::ManifestRow& row : logs.manifests()) {
    ManifestLogRow named{row.time, row.session, topology.groups[row.group].name, row.content};
    if (row.list.top_site != openconnect::SteeringList::no_site) named.top_site = topology.sites[row.list.top_site].name;
    named.excluded = text_of(row.list.top_site_excluded);
    for (const openconnect::OcaId oca : row.list.ranked()) {
      named.appliances += (named.appliances.empty() ? "" : " ") + topology.appliances[oca].name;
    }
    result.steering_manifest_log.push_back(std::move(named));
  }
  for (const auto& [row, kind] : logs.served()) {
    result.server_log.push_back({row.time, row.session, topology.appliances[row.oca].name, site_of(row.oca), row.bytes, text_of(kind)});
  }
}

}  // namespace streamtwin
