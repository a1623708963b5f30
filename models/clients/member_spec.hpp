// The members of a scenario: how many, how often they press play, how long they watch, over what access line.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

enum class AbrRule { throughput, bola_basic, bba0 };

struct AccessSpec {
  BitRate median{25e6};
  double sigma = 0.9;
  BitRate least{600e3};
  BitRate most{1e9};
  std::string traces;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.median, {.name = "median", .doc = "Median rate of a member's access line", .source = assumption, .min = 1e4, .max = 1e11});
    visit(self.sigma, {.name = "sigma", .doc = "Standard deviation of the logarithm of the rate", .source = assumption, .min = 0, .max = 3});
    visit(self.least, {.name = "least", .doc = "No line is slower", .source = assumption, .min = 1e3, .max = 1e11});
    visit(self.most, {.name = "most", .doc = "No line is faster", .source = assumption, .min = 1e3, .max = 1e12});
    visit(self.traces, {.name = "traces", .doc = "Folder of measured bandwidth traces; each member then replays one of them"});
  }
};

struct MemberSpec {
  std::string country = "Germany";
  long accounts = 50'000;
  Rate plays_at_peak{6};
  Duration mean_session = 45min;
  Fraction mis_steered{0.03};
  Fraction refused{0.005};
  AbrRule abr = AbrRule::bola_basic;
  AccessSpec access;
  Duration buffer = 60s;
  int start_chunks = 2;
  Duration play_timeout = 10s;
  int play_attempts = 4;
  Duration retry_base = 1s;
  Duration retry_most = 30s;
  Duration resolver_ttl = 60s;
  Duration connect_timeout = 3s;
  int probes = 3;
  Duration access_rtt = 12ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.country, {.name = "country", .doc = "Country whose members watch, as written in the list of Open Connect sites"});
    visit(self.accounts, {.name = "accounts", .doc = "Members that the run simulates", .source = assumption, .min = 1, .max = 1e8});
    visit(self.plays_at_peak, {.name = "plays_at_peak", .doc = "Play requests a second when the diurnal curve is at its peak",
                               .source = assumption, .min = 0, .max = 1e6});
    visit(self.mean_session, {.name = "mean_session", .doc = "Mean time that a member watches", .source = "assumption: 40-50 minutes",
                              .min = 10, .max = 1e6});
    visit(self.mis_steered, {.name = "mis_steered", .doc = "Share of members whose resolver hides where they are, so that "
                                                           "geo-DNS gives another region", .source = assumption, .min = 0, .max = 1});
    visit(self.refused, {.name = "refused", .doc = "Share of plays that plan, country or licence forbid", .source = assumption, .min = 0, .max = 1});
    visit(self.abr, {.name = "abr", .doc = "Bitrate rule of the player", .source = assumption});
    visit(self.access, {.name = "access", .doc = "Access lines"});
    visit(self.buffer, {.name = "buffer", .doc = "Capacity of the player's buffer",
                        .source = "Huang et al. SIGCOMM 2014: 240 s in the browser; devices hold less: assumption", .min = 8, .max = 3600});
    visit(self.start_chunks, {.name = "start_chunks", .doc = "Chunks that must be there before the first frame", .source = assumption,
                              .min = 1, .max = 100});
    visit(self.play_timeout, {.name = "play_timeout", .doc = "After this the client counts a play request as failed", .source = assumption,
                              .min = 0.1, .max = 600});
    visit(self.play_attempts, {.name = "play_attempts", .doc = "Attempts before a play is given up", .source = assumption, .min = 1, .max = 100});
    visit(self.retry_base, {.name = "retry_base", .doc = "First back-off; doubles with each failure, full jitter", .source = assumption,
                            .min = 1e-3, .max = 600});
    visit(self.retry_most, {.name = "retry_most", .doc = "Longest back-off", .source = assumption, .min = 1e-3, .max = 3600});
    visit(self.resolver_ttl, {.name = "resolver_ttl", .doc = "Time that a resolver keeps the region of a member",
                              .source = "regional failover: DNS time to live 60 s, from memory", .min = 1, .max = 86400});
    visit(self.connect_timeout, {.name = "connect_timeout", .doc = "Time after which a silent appliance is given up", .source = assumption,
                                 .min = 0.1, .max = 60});
    visit(self.probes, {.name = "probes", .doc = "Appliances that a client probes before it starts", .source = assumption, .min = 1, .max = 10});
    visit(self.access_rtt, {.name = "access_rtt", .doc = "Round trip of the access line itself",
                            .source = "assumption: fibre 5, cable 12, DSL 18, 4G 40 ms", .min = 1e-4, .max = 5});
  }
};

}  // namespace streamtwin::clients

namespace streamtwin {
template <>
inline constexpr auto enum_names<clients::AbrRule> = std::to_array<EnumName<clients::AbrRule>>({
    {clients::AbrRule::throughput, "throughput", "highest rate that the estimated throughput sustains"},
    {clients::AbrRule::bola_basic, "bola_basic", "BOLA-basic: buffer level against utility"},
    {clients::AbrRule::bba0, "bba0", "BBA-0: a linear map from buffer level to rate"},
});
}  // namespace streamtwin
