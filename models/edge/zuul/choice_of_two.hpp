// The balancer of "Rethinking Netflix's Edge Load Balancing" (2018): two servers drawn, both scored by health, the
// utilisation they report and the requests in flight from here, the better taken; servers on probation or warming up
// get little, and every statistic decays so that nobody is shut out for ever. The list of techniques is published,
// the constants are not.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::zuul {

struct ChoiceOfTwoProperties {
  double health_weight = 1;
  double utilisation_weight = 1;
  double in_flight_weight = 1;
  Fraction error_max{0.5};
  Fraction utilisation_max{0.9};
  int draws_max = 3;
  Duration warm_up = 90s;
  Duration decay = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.health_weight,
          {.name = "health_weight", .doc = "Weight of the share of connection errors", .source = assumption, .min = 0, .max = 1e6});
    visit(
        self.utilisation_weight,
        {.name = "utilisation_weight", .doc = "Weight of the utilisation the server reports", .source = assumption, .min = 0, .max = 1e6});
    visit(self.in_flight_weight, {.name = "in_flight_weight",
                                  .doc = "Weight of the requests in flight over their mean",
                                  .source = assumption,
                                  .min = 0,
                                  .max = 1e6});
    visit(self.error_max, {.name = "error_max", .doc = "A server above this is passed over", .source = assumption, .min = 0, .max = 1});
    visit(self.utilisation_max,
          {.name = "utilisation_max", .doc = "A server above this is passed over", .source = assumption, .min = 0, .max = 10});
    visit(
        self.draws_max,
        {.name = "draws_max", .doc = "Pairs drawn before the best of what was seen is taken", .source = assumption, .min = 1, .max = 100});
    visit(self.warm_up,
          {.name = "warm_up", .doc = "A new server's share grows over this time", .source = assumption, .min = 0, .max = 86400});
    visit(self.decay,
          {.name = "decay", .doc = "Statistics fall to nothing over this time", .source = assumption, .min = 1e-3, .max = 86400});
  }
};

using ribbon::Server;
using ServerSlot = std::uint32_t;

/// Cost: O(draws) per choice, independent of the number of servers.
class ChoiceOfTwo {
 public:
  explicit ChoiceOfTwo(const ChoiceOfTwoProperties& properties) : properties_(properties) {}

  /// `launched`: when each server began to serve, for the warm-up. Servers that stay keep their slot and statistics; one
  /// that has left gives its slot up when nothing is in flight to it.
  void update(std::span<const Server> servers, std::span<const Instant> launched);
  /// None when no server is listed. One on probation that has its one request in flight only when all that were drawn have.
  std::optional<ServerSlot> choose(Instant now, Random& random) const;

  void request_started(ServerSlot slot);
  /// Throws ProgrammingError when none is in flight there. `utilisation` as the server's response header says, relative to its
  /// target; nothing without an answer.
  void request_finished(ServerSlot slot, bool connection_error, std::optional<double> utilisation, Instant now);

  /// The lower the better: the weighted sum of the share of connection errors, the utilisation (at most 2), and the requests
  /// in flight over their mean.
  double score(ServerSlot slot, Instant now) const;
  /// The slot of a server that is listed or has requests in flight.
  std::optional<ServerSlot> slot_of(std::uint32_t host) const;
  const Server& server(ServerSlot slot) const { return states_[slot].server; }
  int in_flight(ServerSlot slot) const { return states_[slot].in_flight; }
  bool on_probation(ServerSlot slot) const { return !states_[slot].answered; }

 private:
  struct State {
    Server server;
    Instant launched{};
    double errors = 0;  ///< decaying counts
    double requests = 0;
    double utilisation = 0;
    Instant updated{};
    int in_flight = 0;
    bool answered = false;
    bool listed = false;
  };
  ServerSlot room_for(const Server& server);
  double kept(const State& state, Instant now) const;
  /// It has never answered, and has the one request in flight that it may have.
  static bool probation_used(const State& state) { return !state.answered && state.in_flight > 0; }
  bool acceptable(const State& state, Instant now, Random& random) const;

  ChoiceOfTwoProperties properties_;
  std::vector<State> states_;
  std::vector<ServerSlot> list_;
  int in_flight_ = 0;
};

/// Of `servers` in ring order the subset that client `client` of `clients` talks to: consecutive places of a ring whose
/// starting points follow the binary low-discrepancy (van der Corput) sequence, so that every server gets nearly the
/// same number of clients whatever their number.
std::vector<Server> ring_subset(std::span<const Server> servers, std::size_t size, std::uint32_t client);

}  // namespace streamtwin::zuul
