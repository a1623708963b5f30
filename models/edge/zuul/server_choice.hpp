// Which server of an origin a gateway instance asks next: Ribbon's choice, as in the published Zuul, or the choice of
// two of Netflix's own, over all servers or over a subset of the ring.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "models/edge/zuul/choice_of_two.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::zuul {

enum class Technique : std::uint8_t { ribbon, choice_of_two };

struct BalancingProperties {
  Technique technique = Technique::ribbon;
  int subset = 0;
  ChoiceOfTwoProperties choice_of_two;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.technique, {.name = "technique",
                           .doc = "How a gateway instance picks the server of a request",
                           .source = "Netflix/zuul DynamicServerResolver"});
    visit(self.subset,
          {.name = "subset",
           .doc = "Servers of an origin that one gateway instance talks to under choice_of_two, a stretch of the ring of its own; 0 is all",
           .source = assumption,
           .min = 0,
           .max = 1e6});
    visit(self.choice_of_two, {.name = "choice_of_two", .doc = "What choice_of_two goes by"});
  }
};

/// The choice for one origin. Ribbon's balancer keeps the list and the statistics that connections go by, whoever chooses.
class ServerChoice {
 public:
  struct Chosen {
    ribbon::ServerIndex server = 0;
    ServerSlot slot = 0;  ///< under choice of two
  };

  /// `client` counts the gateway instances: neighbours begin their subsets far from each other.
  ServerChoice(const BalancingProperties& properties, std::uint32_t client) : subset_(properties.subset), client_(client) {
    if (properties.technique == Technique::choice_of_two) two_.emplace(properties.choice_of_two);
  }
  /// Of so many listed servers, how many a gateway instance asks.
  std::size_t asked_of(std::size_t listed) const {
    return two_ && subset_ > 0 ? std::min(listed, static_cast<std::size_t>(subset_)) : listed;
  }

  /// The balancer's list has changed. `launched(host)` says since when a server serves.
  void follow(const ribbon::LoadBalancer& balancer, const std::function<Instant(std::uint32_t host)>& launched);

  std::optional<Chosen> choose(ribbon::LoadBalancer& balancer, Instant now, Random& random) const;

  void request_started(Chosen chosen) {
    if (two_) two_->request_started(chosen.slot);
  }
  void request_finished(Chosen chosen, bool connection_error, std::optional<double> utilisation, Instant now) {
    if (two_) two_->request_finished(chosen.slot, connection_error, utilisation, now);
  }

 private:
  int subset_;
  std::uint32_t client_;
  std::optional<ChoiceOfTwo> two_;
};

}  // namespace streamtwin::zuul

namespace streamtwin {
template <>
inline constexpr auto enum_names<zuul::Technique> = std::to_array<EnumName<zuul::Technique>>({
    {zuul::Technique::ribbon, "ribbon", "Ribbon's balancer with the rule of the gateway's call"},
    {zuul::Technique::choice_of_two, "choice_of_two", "two servers drawn, both scored, the better taken"},
});
}  // namespace streamtwin
