// What the language has to know of a scenario before it is one.
#include "scenarios/language/conventions.hpp"

namespace streamtwin::language {
namespace {

constexpr std::string_view said_by_each_call[] = {"service", "stage"};

}  // namespace

const Conventions& conventions() {
  static constexpr Conventions of_a_scenario{.entries = "services",
                                             .entries_from = "services_from",
                                             .items = "calls",
                                             .item = "call",
                                             .item_of = "service",
                                             .defaults_in = "mesh",
                                             .defaults = "call_defaults",
                                             .defaults_path = "mesh.call_defaults",
                                             .no_defaults = said_by_each_call};
  return of_a_scenario;
}

}  // namespace streamtwin::language
