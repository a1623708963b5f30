#include "models/openconnect/fill.hpp"
#include "models/openconnect/logs.hpp"
#include "models/openconnect/placement.hpp"
#include "models/openconnect/steering.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace openconnect;

namespace {

/// Topology, routes, reports and steering of one country in one object. In the beginning every appliance is healthy,
/// idle and holds the first `contents` titles.
class ControlPlane {
 public:
  ControlPlane(const std::string& country, const TopologySpec& topology, const RoutingSpec& routing, const CacheControlSpec& control,
               const SteeringSpec& steering, ContentId contents)
      : topology_(build_topology(country, topology)), state_(control, topology_), steering_(steering, state_) {
    const auto routes = announced_routes(routing, topology_);
    ContentSet held;
    for (ContentId content = 0; content < contents; ++content) held.insert(content);
    for (const Appliance& appliance : topology_.appliances) {
      state_.report_health(appliance.id, Instant{}, {});
      state_.report_routes(appliance.id, routes[appliance.site]);
      state_.report_contents(appliance.id, held);
    }
  }
  ControlPlane(const ControlPlane&) = delete;

  const Topology& topology() const { return topology_; }
  void report_health(OcaId oca, Instant now, bool healthy, Fraction utilisation) {
    state_.report_health(checked(oca, topology_.appliances.size(), "appliance"), now, {healthy, utilisation});
  }
  void report_contents(OcaId oca, const std::vector<ContentId>& contents) {
    ContentSet held;
    for (const ContentId content : contents) held.insert(content);
    state_.report_contents(checked(oca, topology_.appliances.size(), "appliance"), held);
  }
  SteeringList rank(GroupId group, ContentId content, Instant now, Random& random) {
    return steering_.rank(checked(group, topology_.groups.size(), "client group"), content, now, random);
  }
  std::vector<std::pair<FillTier, std::optional<OcaId>>> fill_sources(const FillSpec& config, OcaId oca, ContentId content, Duration waited,
                                                                      Instant now) const {
    std::vector<std::pair<FillTier, std::optional<OcaId>>> sources;
    for (const FillSource& source :
         rank_sources(config, state_, checked(oca, topology_.appliances.size(), "appliance"), content, waited, now)) {
      sources.emplace_back(source.tier, source.tier == FillTier::origin ? std::nullopt : std::optional(source.oca));
    }
    return sources;
  }
  ByteClass classify(const SteeringList& list, OcaId served_by) const {
    return openconnect::classify(list, topology_.appliances[checked(served_by, topology_.appliances.size(), "appliance")].site);
  }
  std::vector<SiteId> sites_for(GroupId group) {
    const auto sites = steering_.sites_for(checked(group, topology_.groups.size(), "client group"));
    return {sites.begin(), sites.end()};
  }

 private:
  Topology topology_;
  CacheControl state_;
  Steering steering_;
};

py::list sites_of(const ControlPlane& plane) {
  py::list sites;
  for (const Site& s : plane.topology().sites) {
    sites.append(py::dict("id"_a = s.id, "name"_a = s.name, "kind"_a = s.kind, "country"_a = s.country, "metro"_a = s.metro,
                          "latitude"_a = s.place.latitude, "longitude"_a = s.place.longitude, "first_appliance"_a = s.first_appliance,
                          "appliances"_a = s.appliances, "network"_a = s.network));
  }
  return sites;
}

py::list groups_of(const ControlPlane& plane) {
  py::list groups;
  for (const ClientGroup& g : plane.topology().groups) {
    groups.append(py::dict("id"_a = g.id, "name"_a = g.name, "metro"_a = g.metro, "latitude"_a = g.place.latitude,
                           "longitude"_a = g.place.longitude, "weight"_a = g.weight, "embedded"_a = g.embedded));
  }
  return groups;
}

void bind_steering(py::module_& module) {
  py::class_<SteeringList>(module, "SteeringList", "The appliances offered to a client, best first.")
      .def_property_readonly("ranked",
                             [](const SteeringList& list) { return std::vector<OcaId>(list.ranked().begin(), list.ranked().end()); })
      .def_property_readonly(
          "top_site",
          [](const SteeringList& list) { return list.top_site == SteeringList::no_site ? std::nullopt : std::optional(list.top_site); },
          "The best site by routing, in the list or not.")
      .def_readonly("top_site_excluded", &SteeringList::top_site_excluded, "Why that site does not lead: none, content, health or other.");
  py::class_<ControlPlane>(module, "ControlPlane",
                           "Open Connect in one country: sites, routes, what the appliances report, and steering. In "
                           "the beginning all are healthy, idle and hold the first titles; a report holds for three "
                           "periods.")
      .def(py::init<const std::string&, const TopologySpec&, const RoutingSpec&, const CacheControlSpec&, const SteeringSpec&, ContentId>(),
           "country"_a, "topology"_a = TopologySpec{}, "routing"_a = RoutingSpec{}, "cache_control"_a = CacheControlSpec{},
           "steering"_a = SteeringSpec{}, "contents"_a = 1000)
      .def_property_readonly("sites", &sites_of, "One dict per site.")
      .def_property_readonly("groups", &groups_of, "One dict per client group: members of one ISP in one metro.")
      .def("report_health", &ControlPlane::report_health, "oca"_a, "now"_a, "healthy"_a = true, "utilisation"_a = Fraction{0})
      .def("report_contents", &ControlPlane::report_contents, "oca"_a, "contents"_a, "Everything the appliance holds.")
      .def("rank", &ControlPlane::rank, "group"_a, "content"_a, "now"_a, "random"_a, "The list for a client and a title.")
      .def("fill_sources", &ControlPlane::fill_sources, "config"_a, "oca"_a, "content"_a, "waited"_a, "now"_a,
           "Where an appliance may take a content from after such a wait, best first: (tier, appliance or None).")
      .def("classify", &ControlPlane::classify, "list"_a, "served_by"_a,
           "Whether bytes under this list came from the best site, or why not.")
      .def("sites_for", &ControlPlane::sites_for, "group"_a, "The sites that cover a client group, best first.");
}

}  // namespace

void bind_openconnect(py::module_& algorithms) {
  auto module = algorithms.def_submodule("openconnect", "Open Connect: steering, routing, placement, fill.");
  bind_described<TopologySpec>(module);
  bind_described<RoutingSpec>(module);
  bind_described<CacheControlSpec>(module);
  bind_described<SteeringSpec>(module);
  bind_described<PlacementSpec>(module);
  bind_described<FillSpec>(module);
  bind_steering(module);
  module.def(
      "listed_countries", [] { return listed_countries(); }, "The countries of the listing of sites.");
  module.def(
      "copies_of",
      [](const PlacementSpec& config, const std::vector<std::pair<double, double>>& contents, std::size_t appliances, Bytes room) {
        std::vector<PlacedContent> placed;
        for (const auto& [share, size] : contents) placed.push_back({Fraction{share}, Bytes{size}});
        return copies_of(config, placed, appliances, room);
      },
      "config"_a, "contents"_a, "appliances"_a, "room"_a,
      "How many copies each content gets in a cluster; contents are (share of bytes streamed, size), most popular first.");
  module.def("window_open", &window_open, "config"_a, "local_time"_a, "Whether fill may run at this time of day.");
}

}  // namespace streamtwin::python
