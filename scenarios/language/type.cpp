#include "scenarios/language/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;

/// Calls `each` for every structure below the type once, with the path at which it was met first.
template <class Each>
void for_each_structure(const Type& type, const std::string& path, std::vector<const Type*>& seen, Each&& each) {
  if (type.element) return for_each_structure(type.element(), path + "[]", seen, each);
  if (type.kind != Kind::structure || std::find(seen.begin(), seen.end(), &type) != seen.end()) return;
  seen.push_back(&type);
  each(type, path);
  for (const Member& member : type.members)
    for_each_structure(member.type(), path.empty() ? std::string{member.field.name} : fmt::format("{}.{}", path, member.field.name), seen,
                       each);
}

bool is_number(Kind kind) { return kind == Kind::integer || kind == Kind::real || kind == Kind::quantity; }

void check_default(const Type& type, const Member& member, const std::string& path, const void* value, std::vector<std::string>& problems) {
  const Field& field = member.field;
  if (type.kind == Kind::optional) {
    const void* inner = type.engaged(const_cast<void*>(value));
    if (inner) check_default(type.element(), member, path, inner, problems);
    return;
  }
  if (type.kind == Kind::choice && type.choice(value) < 0) problems.push_back(path + ": the default is a value without a name");
  if (!is_number(type.kind)) return;
  const Bounds bounds = bounds_of(type, field);
  const double number = type.kind == Kind::integer ? static_cast<double>(type.integer(value)) : type.number(value);
  if (!std::isfinite(number)) problems.push_back(path + ": the default is not finite; use std::optional");
  if (!field.required && field.source.empty()) problems.push_back(path + ": a default without a source");
  if (!field.required && (number < bounds.min || number > bounds.max))
    problems.push_back(fmt::format("{}: the default {} is outside {} to {}", path, number, bounds.min, bounds.max));
}

/// Checks a struct in place, where the struct around it may have given it other defaults than its own.
void check_structure(const Type& type, const void* value, const std::string& path, std::vector<const Type*>& seen,
                     std::vector<std::string>& problems) {
  for (std::size_t i = 0; i < type.members.size(); ++i) {
    const Member& member = type.members[i];
    const Field& field = member.field;
    const std::string where = path.empty() ? std::string{field.name} : fmt::format("{}.{}", path, field.name);
    if (field.name.empty()) problems.push_back(where + ": a field without a name");
    if (field.doc.empty()) problems.push_back(where + ": no doc");
    if (field.min > field.max) problems.push_back(where + ": min is above max");
    for (std::size_t j = 0; j < i; ++j)
      if (type.members[j].field.name == field.name) problems.push_back(where + ": described twice");
    const void* field_value = static_cast<const char*>(value) + member.offset;
    check_default(member.type(), member, where, field_value, problems);
    if (member.type().kind == Kind::structure) check_structure(member.type(), field_value, where, seen, problems);
    const Type* element = &member.type();
    while (element->element) element = &element->element();
    const bool first = std::find(seen.begin(), seen.end(), element) == seen.end();
    if (element == &member.type() || element->kind != Kind::structure || !first) continue;
    seen.push_back(element);
    check_structure(*element, element->make().get(), where + "[]", seen, problems);
  }
}

}  // namespace

const Member* Type::find(std::string_view name) const {
  for (const Member& member : members)
    if (member.field.name == name) return &member;
  return nullptr;
}

Bounds bounds_of(const Type& type, const Field& field) {
  Bounds bounds{field.min, field.max};
  if (type.kind == Kind::quantity) {
    if (bounds.min == -HUGE_VAL && type.own_units == nullptr) bounds.min = 0;
    if (bounds.max == HUGE_VAL) bounds.max = type.plausible_max;
  }
  if (type.kind == Kind::integer) {
    bounds.min = std::max(bounds.min, static_cast<double>(type.lowest));
    bounds.max = std::min(bounds.max, static_cast<double>(type.highest));
  }
  return bounds;
}

std::span<const UnitName> units_of(const Type& type, const void* value) { return type.own_units ? type.own_units(value) : type.units; }

std::vector<std::string> check_description(const Type& type) {
  std::vector<std::string> problems;
  std::vector<const Type*> seen{&type};
  check_structure(type, type.make().get(), "", seen, problems);
  return problems;
}

std::vector<std::string_view> declared_families(const Type& type) {
  std::vector<std::string_view> families;
  std::vector<const Type*> seen;
  for_each_structure(type, "", seen, [&](const Type& structure, const std::string&) {
    for (const Member& member : structure.members)
      if (!member.field.declares.empty()) families.push_back(member.field.declares);
  });
  return families;
}

bool bounds_count(const Type& container) {
  const Type* element = &container.element();
  while (element->kind == Kind::list || element->kind == Kind::optional || element->kind == Kind::map) element = &element->element();
  return !is_number(element->kind);
}

}  // namespace streamtwin::language
