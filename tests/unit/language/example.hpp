// A small described world with every kind of field, for the tests of the language.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/language/language.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::example {

enum class Policy { fifo, least_loaded, power_of_two };
enum class Action { kill_site, add_latency };

struct Breaker {
  bool enabled = true;
  int volume = 20;
  Fraction threshold{0.5};
  Duration sleep_window = 5s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled, {.name = "enabled", .doc = "Whether the circuit may open", .source = "a book"});
    visit(self.volume, {.name = "volume", .doc = "Requests before it may open", .source = "a book", .min = 1, .max = 1e6});
    visit(self.threshold, {.name = "threshold", .doc = "Share of errors that opens it", .source = assumption});
    visit(self.sleep_window, {.name = "sleep_window", .doc = "Time before a probe", .source = assumption, .min = 1e-3, .max = 3600});
  }
};

struct Service {
  Policy policy = Policy::fifo;
  int instances = 2;
  double weight = 1.5;
  Breaker breaker;
  std::vector<std::string> calls;
  std::optional<Duration> timeout;
  std::optional<Breaker> second_breaker;
  Duration least = 1ms;
  Duration most = 10s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.policy, {.name = "policy", .doc = "Who is served next", .source = assumption});
    visit(self.instances, {.name = "instances", .doc = "How many run", .source = assumption, .min = 1, .max = 100});
    visit(self.weight, {.name = "weight", .doc = "Any number", .source = assumption, .min = -10, .max = 10});
    visit(self.breaker, {.name = "breaker", .doc = "The circuit breaker"});
    visit(self.calls, {.name = "calls", .doc = "Whom it calls", .names = "service"});
    visit(self.timeout, {.name = "timeout", .doc = "Never, if absent", .max = 600});
    visit(self.second_breaker, {.name = "second_breaker", .doc = "A breaker that may be missing"});
    visit(self.least, {.name = "least", .doc = "Shortest answer", .source = assumption, .max = 60});
    visit(self.most, {.name = "most", .doc = "Longest answer", .source = assumption, .max = 60});
  }

  void check(Checker& checker) const { checker.require(least <= most, "least", "expected at most `most`"); }
};

struct Site {
  std::string name;
  BitRate capacity{10e9};
  Bytes disk{1e12};
  Rate requests{0.5};
  Flops boot{1e9};
  Speed speed{4e9};
  Distance from_exchange{12};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.name, {.name = "name", .doc = "Short name", .required = true, .declares = "site"});
    visit(self.capacity, {.name = "capacity", .doc = "NIC", .source = assumption, .min = 1e6, .max = 1e12});
    visit(self.disk, {.name = "disk", .doc = "Content it holds", .source = assumption});
    visit(self.requests, {.name = "requests", .doc = "Background requests", .source = assumption});
    visit(self.boot, {.name = "boot", .doc = "Work of a start", .source = assumption});
    visit(self.speed, {.name = "speed", .doc = "Speed of a machine", .source = assumption});
    visit(self.from_exchange, {.name = "from_exchange", .doc = "Way to the exchange", .source = assumption});
  }
};

struct Event {
  Duration at{0};
  Action action = Action::kill_site;
  std::string target;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at, {.name = "at", .doc = "When", .required = true});
    visit(self.action, {.name = "action", .doc = "What", .required = true});
    visit(self.target, {.name = "target", .doc = "To whom"});
  }

  void check(Checker& checker) const { checker.name("target", target, action == Action::kill_site ? "site" : "service"); }
};

struct World {
  std::string title;
  long seed = 1;
  std::uint64_t mask = 7;
  Duration lasts = 1h;
  Distance shift{0};
  std::map<std::string, Service> services;
  std::vector<Site> sites;
  std::vector<Event> method;
  std::map<std::string, Fraction> shares;
  std::vector<double> ladder;
  std::vector<BitRate> rates;
  InputFile trace;
  std::string home;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.title, {.name = "title", .doc = "What it is called", .max = 40, .required = true});
    visit(self.seed, {.name = "seed", .doc = "Any whole number", .source = assumption});
    visit(self.mask, {.name = "mask", .doc = "Up to 64 bits", .source = assumption});
    visit(self.lasts, {.name = "lasts", .doc = "How long", .source = assumption, .min = 1, .max = 86400});
    visit(self.shift, {.name = "shift", .doc = "May be negative", .source = assumption, .min = -100, .max = 100});
    visit(self.services, {.name = "services", .doc = "The services", .declares = "service"});
    visit(self.sites, {.name = "sites", .doc = "The sites", .max = 6});
    visit(self.method, {.name = "method", .doc = "What happens"});
    visit(self.shares, {.name = "shares", .doc = "Share of each site", .names = "site"});
    visit(self.ladder, {.name = "ladder", .doc = "Numbers", .min = 0, .max = 100});
    visit(self.rates, {.name = "rates", .doc = "Bit rates", .max = 1e9});
    visit(self.trace, {.name = "trace", .doc = "A file"});
    visit(self.home, {.name = "home", .doc = "A site or a service", .names = "site|service"});
  }
};

/// A valid document that uses most of it.
inline constexpr std::string_view valid_text = R"(# an example
title: Friday night
lasts: 90 min
shift: -3 km
services: &all
  play:
    policy: least_loaded
    instances: 3
    calls: [licence, history]
    breaker: {volume: 30, threshold: 40 %, sleep_window: 2.5 s}
    timeout: 800 ms
  licence:
    weight: -0.25
    second_breaker: {enabled: false}
  history: {}
sites:
  - name: FRA
    capacity: 100 Gbps
    disk: 240 TB
  - {name: MUC, requests: 30 /min, from_exchange: 350 m}
method:
  - {at: 15 min, action: kill_site, target: FRA}
  - {at: 20 min, action: add_latency, target: history}
shares: {FRA: 70 %, MUC: 0.3}
ladder: [0.5, 1, 2.5e1]
rates: [235 kbps, 5.8 Mbps]
home: MUC
)";

}  // namespace streamtwin::example

namespace streamtwin {
template <>
inline constexpr auto enum_names<example::Policy> = std::to_array<EnumName<example::Policy>>({
    {example::Policy::fifo, "fifo", "the oldest first"},
    {example::Policy::least_loaded, "least_loaded"},
    {example::Policy::power_of_two, "power_of_two"},
});
template <>
inline constexpr auto enum_names<example::Action> = std::to_array<EnumName<example::Action>>({
    {example::Action::kill_site, "kill_site"},
    {example::Action::add_latency, "add_latency"},
});
}  // namespace streamtwin

namespace streamtwin::example {

inline language::Loaded<World> parse_text(std::string text, std::vector<std::string> overrides = {},
                                          const language::ParseOptions& options = {}) {
  return language::parse<World>(language::Document::from_text(std::move(text), "w.yaml", {.overrides = std::move(overrides)}), options);
}

}  // namespace streamtwin::example
