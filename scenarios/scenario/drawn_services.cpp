#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/services/graph/generator.hpp"
#include "models/services/graph/graph_file.hpp"
#include "scenarios/language/nearest_name.hpp"
#include "scenarios/scenario/drawn_services.hpp"

namespace streamtwin {

namespace {

int zones_of(const Scenario& scenario) {
  int zones = 0;
  for (const places::RegionSpec& region : scenario.regions) zones += region.zones;
  return std::max(1, zones);
}

/// What a part's own check says, at the place where the part stands.
class Within : public Checker {
 public:
  Within(Checker& whole, std::string_view part) : whole_(whole), part_(part) {}
  void error(std::string_view field, std::string_view message) override {
    found_ = true;
    whole_.error(place_of(field), message);
  }
  void warning(std::string_view field, std::string_view message) override { whole_.warning(place_of(field), message); }
  void name(std::string_view field, std::string_view value, std::string_view family) override {
    whole_.name(place_of(field), value, family);
  }
  void one_of(std::string_view field, std::string_view value, std::string_view kind, std::span<const std::string> names) override {
    whole_.one_of(place_of(field), value, kind, names);
  }
  bool found() const { return found_; }

 private:
  std::string place_of(std::string_view field) const { return fmt::format("{}.{}", part_, field); }

  Checker& whole_;
  std::string_view part_;
  bool found_ = false;
};

}  // namespace

void add_drawn_services(Scenario& scenario, Checker& checker) {
  const auto& from = scenario.services_from;
  if (from && from->generator) {
    Within generator(checker, "services_from.generator");
    from->generator->check(generator);
    if (generator.found()) return;
  }
  if (from && from->generator && from->generator->instances) {
    const services::GeneratorSpec& spec = *from->generator;
    const long least = (spec.services + spec.stores + spec.caches + 1L) * zones_of(scenario);
    checker.require(*spec.instances >= least, "services_from.generator.instances",
                    fmt::format("{} services, {} stores, {} caches and the gateway in {} zones are {} instances at least", spec.services,
                                spec.stores, spec.caches, zones_of(scenario), least));
  }
  try {
    std::vector<std::string> warnings;
    for (auto& [name, spec] : scenario.drawn_services(&warnings)) {
      if (scenario.services.try_emplace(name, std::move(spec)).second) scenario.drawn.insert(name);
    }
    for (const std::string& warning : warnings) checker.warning("services_from.file", warning);
  } catch (const std::invalid_argument& error) {
    checker.error("services_from.file", error.what());
  }
}

std::map<std::string, services::ServiceSpec> Scenario::drawn_services(std::vector<std::string>* warnings) const {
  if (!services_from) return {};
  if (!services_from->file.text.empty())
    return services::read_graph(services_from->file.path, {language::did_you_mean, services_from->loops, warnings});
  if (!services_from->generator) return {};
  return services::generate(*services_from->generator, edge.gateway, zones_of(*this));
}

}  // namespace streamtwin
