#include "models/clients/demand.hpp"
#include "models/clients/demand_titles.hpp"
#include "models/clients/geo_dns.hpp"
#include "models/clients/player_servers.hpp"
#include "models/clients/probing.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace clients;

namespace {

void bind_titles(py::module_& module) {
  py::class_<TitlePopularity>(module, "TitlePopularity",
                              "The popularity of titles by rank, from the published cumulative shares of viewing.")
      .def_static("published", &TitlePopularity::published, "All titles of the published table.")
      .def_static("head", &TitlePopularity::head, "titles"_a, "The most popular so many, shares renormalised to 1.")
      .def_static("zipf", &TitlePopularity::zipf, "titles"_a, "exponent"_a, "A Zipf law, for comparison.")
      .def("__len__", &TitlePopularity::titles)
      .def("share",
           [](const TitlePopularity& p, std::size_t title) {
             if (title >= p.titles()) throw py::index_error("no such title");
             return p.share(title);
           },
           "title"_a, "Share of viewing; 0 is the most popular.")
      .def("share_of_top", &TitlePopularity::share_of_top, "count"_a)
      .def("at", &TitlePopularity::at, "quantile"_a, "The title at this quantile of viewing.")
      .def("draw", &TitlePopularity::draw, "random"_a);
}

void bind_servers(py::module_& module) {
  bind_described<ProbingConfig>(module);
  py::class_<Probe>(module, "Probe", "What one probe of an appliance found.")
      .def(py::init([](std::size_t rank, bool answered, Duration latency, BitRate throughput) {
             return Probe{rank, answered, latency, throughput};
           }),
           "rank"_a, "answered"_a = true, "latency"_a = Duration{0}, "throughput"_a = BitRate{0});
  module.def("choose_probed",
             [](const ProbingConfig& config, const std::vector<Probe>& probes, Bytes first_chunk) {
               return choose_probed(config, probes, first_chunk);
             },
             "config"_a, "probes"_a, "first_chunk"_a, "The rank to stream from, or None when no probe was answered.");
  bind_described<ServerSwitchConfig>(module);
  py::enum_<ServerAdvice>(module, "ServerAdvice", "Whether a player stays with its appliance.")
      .value("STAY", ServerAdvice::stay)
      .value("NEXT", ServerAdvice::next)
      .value("STEER_AGAIN", ServerAdvice::steer_again);
  py::class_<ServerList>(module, "ServerList", "One viewer's list of appliances, best first, and what it met with them.")
      .def(py::init([](const std::vector<std::uint32_t>& ranked, Instant expires) { return ServerList(ranked, expires); }),
           "ranked"_a, "expires"_a = never)
      .def("__len__", &ServerList::size)
      .def_property_readonly("current",
                             [](const ServerList& list) {
                               return list.empty() ? std::nullopt : std::optional(list.current());
                             })
      .def("failed", &ServerList::failed, "config"_a, "now"_a, "No connection, or an error.")
      .def("chunk_arrived", &ServerList::chunk_arrived, "config"_a, "now"_a, "throughput"_a, "lowest_bitrate"_a, "stall_ahead"_a)
      .def("before_request", &ServerList::before_request, "now"_a);
}

}  // namespace

void bind_clients(py::module_& algorithms) {
  auto module = algorithms.def_submodule("clients", "Members and their devices: demand, titles, DNS, choice of appliance.");
  bind_titles(module);
  bind_servers(module);
  bind_described<DiurnalConfig>(module);
  py::class_<DiurnalCurve>(module, "DiurnalCurve", "Demand over a day, relative to a weekday's mean.")
      .def(py::init<const DiurnalConfig&>(), "config"_a = DiurnalConfig{})
      .def("at",
           [](const DiurnalCurve& curve, int weekday, Duration since_midnight) {
             if (weekday < 0 || weekday > 6) throw py::value_error("weekday: 0 is Monday, 6 is Sunday");
             return curve.at({static_cast<Weekday>(weekday), since_midnight}, Duration{0});
           },
           "weekday"_a, "since_midnight"_a, "Weight at a local time; 0 is Monday.");
  bind_described<GeoDnsConfig>(module);
  py::class_<GeoDns>(module, "GeoDns", "The authoritative side of geographic DNS: which region to name for a place.")
      .def(py::init([](const std::vector<std::pair<double, double>>& places) {
             std::vector<data::Place> regions;
             for (const auto& [latitude, longitude] : places) regions.push_back({latitude, longitude});
             return GeoDns(std::move(regions));
           }),
           "regions"_a, "Latitude and longitude of each region.")
      .def("home", [](const GeoDns& dns, double latitude, double longitude) { return dns.home({latitude, longitude}); },
           "latitude"_a, "longitude"_a, "The nearest region.")
      .def("redirect",
           [](GeoDns& dns, Region from, const std::vector<std::pair<Region, double>>& to) {
             const auto known = [&](Region region) { return region < dns.regions(); };
             std::vector<GeoDns::Redirect> redirects;
             for (const auto& [region, weight] : to) redirects.push_back({region, Fraction{weight}});
             if (!known(from) || !std::all_of(redirects.begin(), redirects.end(), [&](const auto& r) { return known(r.to); }))
               throw py::index_error("no such region");
             dns.redirect(from, redirects);
           },
           "from_region"_a, "to"_a, "Send members of a region to others, (region, weight) each; empty puts things back.")
      .def("answer",
           [](const GeoDns& dns, Region home, double quantile) {
             if (home >= dns.regions()) throw py::index_error("no such region");
             return dns.answer(home, quantile);
           },
           "home"_a, "quantile"_a, "The region to name; the quantile tells members of one home apart.");
}

}  // namespace streamtwin::python
