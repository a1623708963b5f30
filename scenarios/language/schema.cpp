#include "scenarios/language/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "scenarios/language/canonical.hpp"

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;
using Json = nlohmann::ordered_json;

std::string description_of(const Type& type, const Field& field) {
  std::string text{field.doc};
  const auto add = [&](const std::string& sentence) {
    if (!text.empty() && !text.ends_with('.')) text += '.';
    text += (text.empty() ? "" : " ") + sentence + '.';
  };
  const Type* scalar = &type;
  while (scalar->kind == Kind::optional) scalar = &scalar->element();
  if (scalar->kind == Kind::quantity) add("Units: " + unit_list(scalar->units));
  if (const std::string bounds = bounds_text(*scalar, field); !bounds.empty()) add("Bounds: " + bounds);
  if (!field.names.empty()) add(fmt::format("The name of a {}", field.names));
  if (!field.source.empty()) add(fmt::format("Source: {}", field.source));
  return text;
}

/// The default as an instance of the schema, null where there is nothing to show.
Json default_of(const Type& type, const void* value) {
  switch (type.kind) {
    case Kind::boolean: return type.boolean(const_cast<void*>(value));
    case Kind::integer: {
      const Integer number = type.integer(value);
      return number < 0 ? Json(static_cast<std::int64_t>(number)) : Json(static_cast<std::uint64_t>(number));
    }
    case Kind::real: return type.number(value);
    case Kind::quantity: return exact_text(type.number(value), units_of(type, value));
    case Kind::text: return type.text(const_cast<void*>(value));
    case Kind::choice: return std::string{type.choices[static_cast<std::size_t>(type.choice(value))].name};
    case Kind::optional: {
      const void* inner = type.engaged(const_cast<void*>(value));
      return inner ? default_of(type.element(), inner) : Json(nullptr);
    }
    case Kind::list: return type.size(value) == 0 ? Json::array() : Json();
    case Kind::map: return type.size(value) == 0 ? Json::object() : Json();
    case Kind::file:
    case Kind::structure: return Json();
  }
  return Json();
}

Json number_or_integer(double bound) {
  return std::abs(bound) < 0x1p53 && bound == std::floor(bound) ? Json(static_cast<std::int64_t>(bound)) : Json(bound);
}

void put_bounds(Json& schema, const char* least, const char* most, double min, double max) {
  if (std::isfinite(min)) schema[least] = number_or_integer(min);
  if (std::isfinite(max)) schema[most] = number_or_integer(max);
}

class SchemaWriter {
 public:
  Json definitions = Json::object();

  Json of(const Type& type, const Field& field, const void* standard) {
    switch (type.kind) {
      case Kind::boolean: return {{"type", "boolean"}};
      case Kind::integer: return integer(type, field);
      case Kind::real: {
        Json schema{{"type", "number"}};
        put_bounds(schema, "minimum", "maximum", field.min, field.max);
        return schema;
      }
      case Kind::text: {
        Json schema{{"type", "string"}};
        const double least = std::max(field.min, field.declares.empty() ? 0.0 : 1.0);
        put_bounds(schema, "minLength", "maxLength", least, std::min(field.max, 10'000.0));
        return schema;
      }
      case Kind::file: return {{"type", "string"}, {"minLength", 1}};
      case Kind::quantity: return quantity(type, field);
      case Kind::choice: return choice(type);
      case Kind::structure: return structure(type, standard);
      case Kind::list: {
        Json schema{{"type", "array"}, {"items", of(type.element(), element_field(type, field), nullptr)}};
        if (bounds_count(type)) put_bounds(schema, "minItems", "maxItems", field.min, field.max);
        return schema;
      }
      case Kind::map: {
        Json schema{{"type", "object"},
                    {"propertyNames", {{"minLength", 1}}},
                    {"additionalProperties", of(type.element(), element_field(type, field), nullptr)}};
        if (bounds_count(type)) put_bounds(schema, "minProperties", "maxProperties", field.min, field.max);
        return schema;
      }
      case Kind::optional: return {{"anyOf", Json::array({of(type.element(), field, nullptr), {{"type", "null"}}})}};
    }
    return {};
  }

 private:
  static Field element_field(const Type& container, const Field& field) {
    Field inner = field;
    if (bounds_count(container)) {
      inner.min = -HUGE_VAL;
      inner.max = HUGE_VAL;
    }
    if (container.kind == Kind::map) inner.declares = "";
    return inner;
  }

  static Json integer(const Type& type, const Field& field) {
    Json schema{{"type", "integer"}};
    const Bounds bounds = bounds_of(type, field);
    put_bounds(schema, "minimum", "maximum", bounds.min, bounds.max);
    // 2^63 - 1 and 2^64 - 1 are no doubles: write them as what they are.
    if (bounds.max >= static_cast<double>(type.highest)) schema["maximum"] = static_cast<std::uint64_t>(type.highest);
    if (bounds.min <= static_cast<double>(type.lowest)) schema["minimum"] = static_cast<std::int64_t>(type.lowest);
    return schema;
  }

  Json quantity(const Type& type, const Field& field) {
    const Bounds bounds = bounds_of(type, field);
    Json parts = Json::array({quantity_syntax(type)});
    if (std::isfinite(bounds.min)) parts.push_back(quantity_bound(type, BoundKind::at_least, bounds.min));
    if (std::isfinite(bounds.max)) parts.push_back(quantity_bound(type, BoundKind::at_most, bounds.max));
    const Json text{{"allOf", std::move(parts)}};
    const bool bare_allowed = std::any_of(type.units.begin(), type.units.end(), [](const UnitName& unit) { return unit.text.empty(); });
    if (!bare_allowed) return text;
    Json number{{"type", "number"}};
    put_bounds(number, "minimum", "maximum", bounds.min, bounds.max);
    return {{"anyOf", Json::array({text, number})}};
  }

  /// What many fields share is written once, under a name.
  Json shared(std::string name, const std::function<Json()>& make) {
    for (char& c : name)
      if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.') c = '-';
    if (!definitions.contains(name)) definitions[name] = make();
    return {{"$ref", "#/$defs/" + name}};
  }

  Json quantity_syntax(const Type& type) {
    return shared(std::string{type.noun.substr(2)}, [&] {
      return Json{{"type", "string"},
                  {"pattern", quantity_pattern(type.units)},
                  {"patternErrorMessage", fmt::format("{} with its unit, like \"{}\"", type.noun, quantity_traits(type.units).example)}};
    });
  }

  Json quantity_bound(const Type& type, BoundKind kind, double bound) {
    const std::string text = fmt::format("{} {}", kind == BoundKind::at_least ? "at least" : "at most", exact_text(bound, type.units));
    return shared(text, [&] { return Json{{"pattern", quantity_bound_pattern(type.units, kind, bound)}, {"patternErrorMessage", text}}; });
  }

  static Json choice(const Type& type) {
    Json names = Json::array(), docs = Json::array();
    bool documented = false;
    for (const auto& choice : type.choices) {
      names.push_back(std::string{choice.name});
      docs.push_back(std::string{choice.doc});
      documented = documented || !choice.doc.empty();
    }
    Json schema{{"enum", names}};
    if (documented) schema["enumDescriptions"] = docs;
    return schema;
  }

  Json structure(const Type& type, const void* standard) {
    if (std::find(open_.begin(), open_.end(), &type) != open_.end()) return {{"$ref", "#/$defs/" + recursive(type)}};
    open_.push_back(&type);
    Json schema = members(type, standard);
    open_.pop_back();
    return schema;
  }

  /// A struct that holds itself (in a list, say) is written once, under a number.
  std::string recursive(const Type& type) {
    const auto found = std::find(recursive_.begin(), recursive_.end(), &type);
    const std::string name = fmt::format("structure-{}", found - recursive_.begin() + 1);
    if (found == recursive_.end()) {
      recursive_.push_back(&type);
      definitions[name] = members(type, nullptr);
    }
    return name;
  }

  Json members(const Type& type, const void* standard) {
    const auto fresh = type.make();
    if (!standard) standard = fresh.get();
    Json properties = Json::object(), required = Json::array();
    for (const Member& member : type.members) {
      const void* value = static_cast<const char*>(standard) + member.offset;
      Json schema = of(member.type(), member.field, value);
      if (const std::string text = description_of(member.type(), member.field); !text.empty()) schema["description"] = text;
      if (Json standard_value = default_of(member.type(), value); !member.field.required && !standard_value.is_null())
        schema["default"] = std::move(standard_value);
      if (member.field.required) required.push_back(std::string{member.field.name});
      properties[std::string{member.field.name}] = std::move(schema);
    }
    Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

  std::vector<const Type*> open_;
  std::vector<const Type*> recursive_;
};

}  // namespace

std::string bounds_text(const Type& type, const Field& field) {
  if (type.kind == Kind::choice || type.kind == Kind::structure || type.kind == Kind::boolean || type.kind == Kind::file) return {};
  const bool container = type.kind == Kind::list || type.kind == Kind::map;
  const Type* number = &type;
  if (container && !bounds_count(type))
    while (number->element) number = &number->element();
  const Bounds bounds = number->kind == Kind::quantity ? bounds_of(*number, field) : Bounds{field.min, field.max};
  const std::string what = type.kind == Kind::text ? " characters" : container && bounds_count(type) ? " elements" : "";
  const auto show = [&](double bound) { return exact_text(bound, number->units); };
  const bool below = std::isfinite(bounds.min), above = std::isfinite(bounds.max);
  if (below && above) return fmt::format("{} to {}{}", show(bounds.min), show(bounds.max), what);
  if (below) return fmt::format("at least {}{}", show(bounds.min), what);
  if (above) return fmt::format("at most {}{}", show(bounds.max), what);
  return {};
}

std::string schema_text(const Type& type, const SchemaInfo& info) {
  SchemaWriter writer;
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"$id", info.id}, {"title", info.title}};
  Json body = writer.of(type, Field{}, nullptr);
  Json files{{"type", "string"}, {"minLength", 1}};
  body["properties"]["include"] = {
      {"description", "Files whose content comes first, relative to this one; what is written here is laid over them."},
      {"anyOf", Json::array({files, {{"type", "array"}, {"items", files}}, {{"type", "null"}}})}};
  body["properties"]["override"] = {
      {"description", "Paths (`services.play.cost.median`, `regions[0].zones`) and the values they get after all else."},
      {"type", Json::array({"object", "null"})}};
  schema.update(body);
  if (!writer.definitions.empty()) schema["$defs"] = std::move(writer.definitions);
  return schema.dump(2) + "\n";
}

}  // namespace streamtwin::language
