// The members of a scenario: how many, how often they press play, how long they watch, over what access line, with
// what player.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "models/clients/abr/abr.hpp"
#include "models/clients/back_off.hpp"
#include "models/clients/demand.hpp"
#include "models/clients/demand_members.hpp"
#include "models/clients/player.hpp"
#include "models/clients/player_servers.hpp"
#include "models/clients/probing.hpp"
#include "models/clients/traces/trace_units.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

/// A network that is sometimes bad: a radio that loses its way, a neighbour's microwave. For a while hardly anything of
/// the line's rate gets through.
struct BadSpellsSpec {
  Duration every = 1h;
  Duration last = 40s;
  Fraction rate_left{0.01};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.every, {.name = "every",
                       .doc = "Mean time from one bad spell of a line to the next (exponential)",
                       .source = "assumption, so that a run without faults stalls for 0.1 to 0.5 % of the time watched; Puffer 2019: "
                                 "0.10 to 0.25 %",
                       .min = 1,
                       .max = 604800});
    visit(self.last, {.name = "last",
                      .doc = "How long a bad spell lasts on average (exponential)",
                      .source = "assumption, as of `every`",
                      .min = 0.1,
                      .max = 3600});
    visit(self.rate_left, {.name = "rate_left",
                           .doc = "Share of the line's rate meanwhile; 100 % is a network that is never bad",
                           .source = "assumption, as of `every`",
                           .min = 1e-4,
                           .max = 1});
  }
};

/// The lines between members and their providers: drawn from a distribution, or replayed from measured traces.
struct AccessSpec {
  BitRate median{25e6};
  double sigma = 0.9;
  BitRate least{600e3};
  BitRate most{1e9};
  Duration round_trip = 12ms;
  BadSpellsSpec bad_spells;
  InputFile traces;
  traces::TraceUnits trace_units;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.median, {.name = "median", .doc = "Median rate of a line", .source = assumption, .min = 1e4, .max = 1e11});
    visit(self.sigma,
          {.name = "sigma", .doc = "Standard deviation of the logarithm of the rate", .source = assumption, .min = 0, .max = 3});
    visit(self.least, {.name = "least", .doc = "No line is slower", .source = assumption, .min = 1e3, .max = 1e11});
    visit(self.most, {.name = "most", .doc = "No line is faster", .source = assumption, .min = 1e3, .max = 1e12});
    visit(self.round_trip, {.name = "round_trip",
                            .doc = "Round trip of the line itself",
                            .source = "assumption: fibre 5, cable 12, DSL 18, 4G 40 ms",
                            .min = 1e-4,
                            .max = 5});
    visit(self.bad_spells,
          {.name = "bad_spells", .doc = "When a line is hardly there; lines of measured traces are as they were measured"});
    visit(self.traces, {.name = "traces",
                        .doc = "Folder of measured bandwidth traces; each member then replays one of "
                               "them from a random position, instead of a rate that is drawn"});
    visit(self.trace_units, {.name = "trace_units", .doc = "In what units the traces are written"});
  }
};

/// What a device does between the answer to a play and its first request for video: licence, decoder, drawing.
struct PreparationSpec {
  Duration median = 1300ms;
  double sigma = 0.6;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.median, {.name = "median",
                        .doc = "Median time of the preparation",
                        .source = "assumption, so that the median start takes 1 to 3 s; no levels are published but Conviva's of 2011, "
                                  "10 s and more in 14 % of sessions",
                        .min = 0,
                        .max = 60});
    visit(self.sigma, {.name = "sigma", .doc = "Standard deviation of its logarithm", .source = assumption, .min = 0, .max = 3});
  }
};

/// In which state members are found who are already watching when the run begins: they have come at the loads that the
/// others made, and their players have the last chunks behind them, over the lines and shares of links that they have.
struct FoundWatchingSpec {
  int chunks_seen = 40;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.chunks_seen, {.name = "chunks_seen",
                             .doc = "Chunks that players have behind them, if they have watched so long: what fills their buffers and "
                                    "what they know of their lines",
                             .source = assumption,
                             .min = 1,
                             .max = 1000});
  }
};

struct MemberSpec {
  std::string country = "Germany";
  long accounts = 50'000;
  Rate plays_at_peak{6};
  DiurnalSpec diurnal;
  SessionLengthSpec session;
  DeviceMixSpec devices;
  Fraction mis_steered{0.03};
  Fraction no_plan{0.002};
  Fraction no_licence{0.003};
  AccessSpec access;
  Duration play_timeout = 10s;
  RetryPolicy retry{.attempts = 4, .back_off_first = 1s, .back_off_max = 30s};
  int priority = 10;
  PreparationSpec preparation;
  PlayerSpec player;
  abr::AbrSpec abr = default_abr();
  ProbingSpec probing;
  Duration probe_timeout = 1s;
  ServerSwitchSpec switching;
  Duration chunk = 4s;
  std::vector<BitRate> ladder;
  InputFile movie;
  FoundWatchingSpec found_watching;

  /// A television's rule and buffer; the browser player of the BBA paper held 240 s.
  static abr::AbrSpec default_abr() {
    abr::AbrSpec config;
    config.rule = abr::Rule::bola_basic;
    config.parameters.buffer_capacity = 60s;
    return config;
  }

  void check(Checker& checker) const {
    checker.require(abr.parameters.buffer_capacity > chunk, "abr.parameters.buffer_capacity",
                    "the player's buffer must hold more than one `chunk`");
    constexpr std::size_t levels_max = 64;
    checker.require(ladder.empty() || movie.text.empty(), "ladder", "`movie` has a ladder of its own; keep one");
    checker.require(ladder.size() <= levels_max, "ladder", "at most 64 bitrates");
    checker.require(std::adjacent_find(ladder.begin(), ladder.end(), std::greater_equal<>()) == ladder.end(), "ladder",
                    "the bitrates of a ladder rise");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.country,
          {.name = "country", .doc = "Country whose members watch, as written in the list of Open Connect sites", .min = 1, .max = 100});
    visit(self.accounts, {.name = "accounts", .doc = "Members that the run simulates", .source = assumption, .min = 1, .max = 1e8});
    visit(self.plays_at_peak, {.name = "plays_at_peak",
                               .doc = "Play requests when the diurnal curve is at its peak",
                               .source = assumption,
                               .min = 0,
                               .max = 1e6});
    visit(self.diurnal, {.name = "diurnal", .doc = "Demand over the day"});
    visit(self.session, {.name = "session", .doc = "How long members watch"});
    visit(self.devices, {.name = "devices", .doc = "What they watch on"});
    visit(self.mis_steered, {.name = "mis_steered",
                             .doc = "Share of members whose resolver hides where they are, so that "
                                    "geo-DNS names another region",
                             .source = assumption,
                             .min = 0,
                             .max = 1});
    visit(self.no_plan,
          {.name = "no_plan", .doc = "Share of members whose plan does not allow a play", .source = assumption, .min = 0, .max = 1});
    visit(self.no_licence,
          {.name = "no_licence", .doc = "Share of titles without a licence in the country", .source = assumption, .min = 0, .max = 1});
    visit(self.access, {.name = "access", .doc = "Access lines"});
    visit(self.play_timeout, {.name = "play_timeout",
                              .doc = "A client waits so long for the answer to one try of a play",
                              .source = assumption,
                              .min = 0.05,
                              .max = 600});
    visit(self.retry, {.name = "retry", .doc = "How a client repeats a play that failed"});
    visit(self.priority, {.name = "priority",
                          .doc = "Priority of a play request where load is shed, from 0, the most important, to 100",
                          .source = "critical, as without it nothing plays; the number is an assumption",
                          .min = 0,
                          .max = 100});
    visit(self.preparation, {.name = "preparation", .doc = "What a device does before it asks for video"});
    visit(self.player, {.name = "player", .doc = "The player's buffer"});
    visit(self.abr, {.name = "abr", .doc = "The player's bitrate rule"});
    visit(self.probing, {.name = "probing", .doc = "How a client chooses among the appliances it was given"});
    visit(self.probe_timeout, {.name = "probe_timeout",
                               .doc = "How long a client waits for the answers to its probes",
                               .source = assumption,
                               .min = 1e-2,
                               .max = 60});
    visit(self.switching, {.name = "switching", .doc = "When a client leaves an appliance"});
    visit(self.chunk,
          {.name = "chunk", .doc = "Length of a chunk of video", .source = "Huang et al. SIGCOMM 2014: 4 s", .min = 0.5, .max = 30});
    visit(self.ladder, {.name = "ladder",
                        .doc = "Bitrates of the encode, rising; chunk sizes vary about them",
                        .source = "235 to 5800 kbps: Netflix, Per-Title Encode Optimization, the fixed ladder until 2015",
                        .min = 1e3,
                        .max = 1e9});
    visit(self.movie, {.name = "movie",
                       .doc = "File with the ladder and the true size of each chunk, over and over: Sabre's JSON, a table of bytes with a "
                              "bitrate in kbit/s above each column, a folder of Pensieve's video_size_0, video_size_1, ..., or a manifest "
                              "of HLS or DASH beside its playlists and media; one without sizes is a ladder"});
    visit(self.found_watching, {.name = "found_watching", .doc = "Members who are watching when the run begins"});
  }
};

}  // namespace streamtwin::clients
