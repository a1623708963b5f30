#include "models/titus/stack/stack_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace streamtwin::titus {
namespace {

template <class Map>
std::vector<std::string> names_in(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

}  // namespace

void StackSpec::check(Checker& checker) const {
  const std::vector<std::string> image_names = names_in(images);
  std::vector<std::string> groups = names_in(capacity.groups);
  groups.emplace_back(default_capacity_group);
  const auto check_work = [&](const std::string& at, const ContainerSpec& container, const std::string& group) {
    checker.one_of(at + ".container.image", container.image, "image of this stack", image_names);
    if (!group.empty()) checker.one_of(at + ".capacity_group", group, "capacity group of this stack", groups);
  };
  for (const auto& [name, spec] : batch) check_work("batch." + name, spec.container, spec.capacity_group);
  for (const auto& [name, spec] : services) check_work("services." + name, spec.container, spec.capacity_group);
  for (const auto& [name, spec] : images) {
    if (!spec.base.empty()) checker.one_of(fmt::format("images.{}.base", name), spec.base, "image of this stack", image_names);
  }
  if (const auto circle = image_built_from_itself(images)) {
    checker.error(fmt::format("images.{}.base", *circle), "this image is built from itself, over others");
  }
}

}  // namespace streamtwin::titus
