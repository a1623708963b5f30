#include "models/openconnect/logs.hpp"

#include <algorithm>

namespace streamtwin::openconnect {

ByteClass classify(const TopSite& top, SiteId served_by) {
  if (served_by == top.top_site) return ByteClass::top_site;
  switch (top.top_site_excluded) {
    case Exclusion::content: return ByteClass::content_miss;
    case Exclusion::health: return ByteClass::health_miss;
    case Exclusion::none:
    case Exclusion::other: break;
  }
  return ByteClass::other_miss;
}

MissTally classify_misses(std::span<const ManifestRow> manifests, std::span<const ServerRow> served, const Topology& topology) {
  std::vector<const ManifestRow*> rows;
  for (const ManifestRow& row : manifests) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const ManifestRow* a, const ManifestRow* b) {
    return a->session != b->session ? a->session < b->session : a->time < b->time;
  });
  MissTally tally;
  for (const ServerRow& row : served) {
    const auto after = std::upper_bound(rows.begin(), rows.end(), row, [](const ServerRow& s, const ManifestRow* m) {
      return s.session != m->session ? s.session < m->session : s.time < m->time;
    });
    const bool known = after != rows.begin() && (*(after - 1))->session == row.session;
    tally.add(known ? classify((*(after - 1))->list, topology.appliances.at(row.oca).site) : ByteClass::other_miss, row.bytes);
  }
  return tally;
}

}  // namespace streamtwin::openconnect
