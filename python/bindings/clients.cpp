#include "models/clients/demand.hpp"
#include "models/clients/demand_members.hpp"
#include "models/clients/demand_titles.hpp"
#include "models/clients/player.hpp"
#include "models/clients/player_servers.hpp"
#include "models/clients/probing.hpp"
#include "models/edge/dns/geo_dns.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace clients;
using dns::GeoDns, dns::GeoDnsSpec;

namespace {

void bind_titles(py::module_& module) {
  py::class_<TitlePopularity>(module, "TitlePopularity",
                              "The popularity of titles by rank, from the published cumulative shares of viewing.")
      .def_static("published", &TitlePopularity::published, "All titles of the published table.")
      .def_static("head", &TitlePopularity::head, "titles"_a, "The most popular so many, shares renormalised to 1.")
      .def_static("zipf", &TitlePopularity::zipf, "titles"_a, "exponent"_a, "A Zipf law, for comparison.")
      .def("__len__", &TitlePopularity::titles)
      .def(
          "share",
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
  bind_described<ProbingSpec>(module);
  py::class_<Probe>(module, "Probe", "What one probe of an appliance found.")
      .def(py::init([](std::size_t rank, bool answered, Duration latency, BitRate throughput) {
             return Probe{rank, answered, latency, throughput};
           }),
           "rank"_a, "answered"_a = true, "latency"_a = Duration{0}, "throughput"_a = BitRate{0});
  module.def(
      "choose_probed",
      [](const ProbingSpec& config, const std::vector<Probe>& probes, Bytes first_chunk) {
        return choose_probed(config, probes, first_chunk);
      },
      "config"_a, "probes"_a, "first_chunk"_a, "The rank to stream from, or None when no probe was answered.");
  bind_described<ServerSwitchSpec>(module);
  bind_enum<ServerAdvice>(module, "ServerAdvice", "Whether a player stays with its appliance.",
                          {{"STAY", ServerAdvice::stay},
                           {"AGAIN", ServerAdvice::again},
                           {"NEXT", ServerAdvice::next},
                           {"STEER_AGAIN", ServerAdvice::steer_again}});
  py::class_<ServerList>(module, "ServerList", "One viewer's list of appliances, best first, and what it met with them.")
      .def(py::init([](const std::vector<std::uint32_t>& ranked, Instant expires) { return ServerList(ranked, expires); }), "ranked"_a,
           "expires"_a = never)
      .def("__len__", &ServerList::size)
      .def_property_readonly("current", [](const ServerList& list) { return list.empty() ? std::nullopt : std::optional(list.current()); })
      .def("failed", &ServerList::failed, "config"_a, "now"_a, "No connection, or an error.")
      .def("chunk_arrived", &ServerList::chunk_arrived, "config"_a, "now"_a, "throughput"_a, "lowest_bitrate"_a, "stall_ahead"_a)
      .def("before_request", &ServerList::before_request, "now"_a);
}

/// A player with the model that it shares with others of its title.
class OnePlayer {
 public:
  OnePlayer(const PlayerSpec& config, Duration chunk_duration, std::uint32_t chunks, Duration buffer_capacity, Instant now)
      : model_(config, chunk_duration, chunks, buffer_capacity), player_(now) {}
  Duration buffer(Instant now) const { return player_.buffer(now); }
  PlayerPhase phase(Instant now) const { return player_.phase(model_, now); }
  Duration wait_for_room(Instant now) const { return player_.wait_for_room(model_, now); }
  bool chunk_arrived(Instant now, BitRate bitrate) {
    if (player_.downloaded_all(model_)) throw py::index_error("the title has no more chunks");
    return player_.chunk_arrived(model_, now, bitrate);
  }
  std::tuple<Duration, Duration, unsigned> accounts(Instant now) {
    player_.settle(model_, now);
    return {player_.played(model_), player_.rebuffered(), player_.rebuffers()};
  }
  Instant runs_dry() const { return player_.runs_dry(); }
  std::uint32_t next_chunk() const { return player_.next_chunk(); }

 private:
  PlayerModel model_;
  Player player_;
};

void bind_player(py::module_& module) {
  bind_described<PlayerSpec>(module);
  bind_enum<PlayerPhase>(module, "PlayerPhase", "What a player is doing.",
                         {{"STARTING", PlayerPhase::starting},
                          {"PLAYING", PlayerPhase::playing},
                          {"STALLED", PlayerPhase::stalled},
                          {"FINISHED", PlayerPhase::finished}});
  py::class_<OnePlayer>(module, "Player", "One viewer's buffer: what is left to play, when it stalls, when the next chunk fits.")
      .def(py::init<const PlayerSpec&, Duration, std::uint32_t, Duration, Instant>(), "config"_a, "chunk_duration"_a, "chunks"_a,
           "buffer_capacity"_a, "now"_a = Instant{})
      .def("buffer", &OnePlayer::buffer, "now"_a, "What is left to play (s).")
      .def("phase", &OnePlayer::phase, "now"_a)
      .def("wait_for_room", &OnePlayer::wait_for_room, "now"_a, "Until the next chunk fits (s).")
      .def("chunk_arrived", &OnePlayer::chunk_arrived, "now"_a, "bitrate"_a, "True when playback starts for the first time.")
      .def("accounts", &OnePlayer::accounts, "now"_a, "Played (s), stalled (s), and how often it stalled.")
      .def_property_readonly("runs_dry", &OnePlayer::runs_dry, "When the buffer is empty if nothing more arrives (s).")
      .def_property_readonly("next_chunk", &OnePlayer::next_chunk);
}

void bind_members(py::module_& module) {
  bind_described<SessionLengthSpec>(module);
  bind_described<RetryPolicy>(module);
  bind_described<DeviceMixSpec>(module);
  module.def("draw_session_length", &draw_session_length, "config"_a, "title_length"_a, "random"_a, "Lognormal, at most the title (s).");
  module.def("draw_device", &draw_device, "mix"_a, "random"_a, "A device by its share.");
  module.def("wait_before_retry", &clients::wait_before_retry, "config"_a, "failed"_a, "random"_a,
             "The wait after so many tries (s), or None when the member gives up.");
}

}  // namespace

void bind_clients(py::module_& algorithms) {
  auto module = algorithms.def_submodule("clients", "Members and their devices: demand, titles, DNS, choice of appliance.");
  bind_titles(module);
  bind_servers(module);
  bind_player(module);
  bind_members(module);
  bind_described<DiurnalSpec>(module);
  py::class_<DiurnalCurve>(module, "DiurnalCurve", "Demand over a day, relative to a weekday's mean.")
      .def(py::init<const DiurnalSpec&>(), "config"_a = DiurnalSpec{})
      .def(
          "at",
          [](const DiurnalCurve& curve, Weekday weekday, Duration since_midnight) {
            return curve.at({weekday, since_midnight}, Duration{0});
          },
          "weekday"_a, "since_midnight"_a, "Weight at a local time; the weekday is \"monday\" to \"sunday\".");
  bind_described<GeoDnsSpec>(module);
  py::class_<GeoDns>(module, "GeoDns", "The authoritative side of geographic DNS: which region to name for a place.")
      .def(py::init([](const std::vector<std::pair<double, double>>& places) {
             std::vector<places::Place> regions;
             for (const auto& [latitude, longitude] : places) regions.push_back({latitude, longitude});
             return GeoDns(std::move(regions));
           }),
           "regions"_a, "Latitude and longitude of each region.")
      .def(
          "home",
          [](const GeoDns& dns, double latitude, double longitude) {
            return dns.home({latitude, longitude});
          },
          "latitude"_a, "longitude"_a, "The nearest region.")
      .def(
          "redirect",
          [](GeoDns& dns, RegionIndex from, const std::vector<std::pair<RegionIndex, double>>& to, Instant now) {
            const auto known = [&](RegionIndex region) { return region < dns.regions(); };
            std::vector<GeoDns::Redirect> redirects;
            for (const auto& [region, weight] : to) redirects.push_back({region, Fraction{weight}});
            if (!known(from) || !std::all_of(redirects.begin(), redirects.end(), [&](const auto& r) { return known(r.to); }))
              throw py::index_error("no such region");
            dns.redirect(from, redirects, now);
          },
          "from_region"_a, "to"_a, "now"_a = 0.0,
          "From `now` (s) on clients of a region are sent to others, (region, weight) each; empty puts things back.")
      .def(
          "answer",
          [](const GeoDns& dns, RegionIndex home, double quantile, std::optional<Instant> asked) {
            if (home >= dns.regions()) throw py::index_error("no such region");
            return dns.answer(home, quantile, asked.value_or(never));
          },
          "home"_a, "quantile"_a, "asked"_a = py::none(),
          "The region that was named at the time `asked` (s), or is now; the quantile tells clients of one home apart.");
  module.def(
      "age_of_answer",
      [](const GeoDnsSpec& config, double first, double second) {
        return dns::age_of_answer(config.habits(), {first, second});
      },
      "config"_a, "first"_a, "second"_a,
      "How old the answer is (s) that a client has, whose resolver two uniform numbers in [0, 1) choose.");
  module.def(
      "distance",
      [](std::pair<double, double> a, std::pair<double, double> b) {
        return places::distance({a.first, a.second}, {b.first, b.second});
      },
      "a"_a, "b"_a, "Great-circle distance of two (latitude, longitude) (km).");
  bind_described<places::Fibre>(module);
  module.def(
      "round_trip",
      [](std::pair<double, double> a, std::pair<double, double> b, const places::Fibre& fibre) {
        return places::round_trip({a.first, a.second}, {b.first, b.second}, fibre);
      },
      "a"_a, "b"_a, "fibre"_a = places::Fibre{}, "The round trip that the distance alone costs (s).");
}

}  // namespace streamtwin::python
