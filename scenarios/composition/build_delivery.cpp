// What is delivered and from where: the catalogue, the appliances that hold it, and the services that decide on a play.
#include <algorithm>

#include "scenarios/composition/parts.hpp"
#include "scenarios/composition/scenario_files.hpp"

namespace streamtwin {
namespace {

std::vector<openconnect::PlacedContent> catalogue_of(const openconnect::DeliverySpec& spec) {
  const auto popularity = title_popularity_of(spec);
  std::vector<openconnect::PlacedContent> catalogue;
  for (std::size_t title = 0; title < popularity.titles(); ++title) {
    // Differences of cumulative shares are noisy in their last bits; the order is the table's.
    const Fraction share = catalogue.empty() ? popularity.share(title) : std::min(popularity.share(title), catalogue.back().share);
    catalogue.push_back({share, spec.title_size});
  }
  return catalogue;
}

}  // namespace

void Twin::Parts::build_delivery() {
  const clients::MemberSpec& members = *scenario.members;
  const openconnect::Market market{members.country, members.accounts, scenario.network.fibre};
  delivery.emplace(*scenario.open_connect, market, catalogue_of(*scenario.open_connect), platform, recorder, Seed{plan.seed});
  playback_checks.emplace(plan.seed, members.no_plan, members.no_licence);
  steering_role.emplace(*delivery);
  mesh.set_behaviour(services::Role::playback_apps, *playback_checks);
  mesh.set_behaviour(services::Role::steering, *steering_role);
}

}  // namespace streamtwin
