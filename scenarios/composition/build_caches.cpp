// Caches in their steady state: an item is there when somebody asked for it within its time to live. Requests for a
// subject are a Poisson process, so the time since the last one is exponential.
#include <algorithm>

#include "models/services/call_graph.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {
namespace {

/// Whoever asks for items: how often each of so many subjects, and where.
struct Asking {
  std::function<double(std::uint64_t subject)> per_second;
  std::uint64_t subjects;
  std::vector<Fraction> region_share;
};

}  // namespace

void Twin::Parts::warm_caches() {
  Random random = simulation.stream("caches", "warm");
  const services::CallGraph graph(scenario.services);
  std::map<std::string, std::map<std::string, double>> visits;  // by workload
  for (const workload::Workload& workload : load->all()) visits[workload.name()] = graph.visits(workload.spec().target);

  const auto asking_for = [&](const services::Service& service) {
    const bool by_title = service.spec.data->keyed_by_title;
    std::vector<Asking> asking;
    if (members) {
      const double plays = members->plays_at(::streamtwin::now()).value();
      const auto accounts = static_cast<double>(scenario.members->accounts);
      std::vector<Fraction> share(geography.regions(), scenario.members->mis_steered);
      share[home_region()] = Fraction{1 - scenario.members->mis_steered.value()};
      asking.push_back({[this, by_title, plays, accounts](std::uint64_t subject) {
                          return by_title ? plays * members->titles().share(subject).value() : plays / accounts;
                        },
                        static_cast<std::uint64_t>(by_title ? scenario.open_connect->titles : scenario.members->accounts), share});
    }
    for (const workload::Workload& workload : load->all()) {
      const auto subjects =
          static_cast<std::uint64_t>(by_title && scenario.open_connect ? scenario.open_connect->titles : workload.spec().subjects);
      const double each =
          workload.rate_at(::streamtwin::now()).value() * visits[workload.name()][service.name] / static_cast<double>(subjects);
      std::vector<Fraction> share;
      for (std::size_t r = 0; r < geography.regions(); ++r) share.push_back(workload.share_of(static_cast<cloud::RegionIndex>(r)));
      asking.push_back({[each](std::uint64_t) { return each; }, subjects, share});
    }
    return asking;
  };

  for (services::Service& service : mesh.services()) {
    if (!service.spec.data || service.cache == nullptr) continue;
    const services::DataSpec& data = *service.spec.data;
    const std::vector<Asking> asking = asking_for(service);
    std::uint64_t subjects = 0;
    for (const Asking& who : asking) subjects = std::max(subjects, who.subjects);
    for (std::uint64_t subject = 0; subject < subjects; ++subject) {
      for (std::size_t r = 0; r < geography.regions(); ++r) {
        double per_second = 0;
        for (const Asking& who : asking) {
          if (subject < who.subjects) per_second += who.per_second(subject) * who.region_share[r].value();
        }
        const Duration age = random.exponential(Duration{1 / std::max(per_second, 1e-12)});
        if (age >= data.time_to_live + data.kept_stale) continue;
        mesh.warm(service, static_cast<cloud::RegionIndex>(r), subject, data.time_to_live - age, ::streamtwin::now());
      }
    }
  }
}

// Where most members are at home.
cloud::RegionIndex Twin::Parts::home_region() const { return geography.by_distance(delivery->topology().groups.front().place).front(); }

}  // namespace streamtwin
