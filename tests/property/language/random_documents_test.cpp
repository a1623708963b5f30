#include "tests/property/language/random_documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;
constexpr int deepest = 6;

bool is_scalar(const Type& type) { return !type.element && type.kind != Kind::structure; }

/// As the parser sees a list's or map's elements: bounds on a count stay with the container.
Field element_field(const Type& container, const Field& field) {
  Field inner = field;
  if (bounds_count(container)) {
    inner.min = -HUGE_VAL;
    inner.max = HUGE_VAL;
  }
  if (container.kind == Kind::map) inner.declares = "";
  return inner;
}

/// How many elements a container may have here.
std::size_t elements(const Type& type, const Field& field, Random& random) {
  const bool counted = bounds_count(type);
  const auto least = static_cast<std::size_t>(counted && field.min > 0 ? field.min : 0);
  const auto most = static_cast<std::size_t>(counted && field.max < 3 ? field.max : 3);
  return least + random.below(std::max(most, least) - least + 1);
}

}  // namespace

std::string RandomDocuments::name() {
  static constexpr std::string_view odd[] = {"", " x", ".y", "é", "-1", "[z]", "\"q", ": "};
  return fmt::format("n{}{}", names_++, odd[random_.below(std::size(odd))]);
}

Json RandomDocuments::valid() {
  names_ = 0;
  return structure(root_, 0);
}

Json RandomDocuments::structure(const Type& type, int depth) {
  Json map = Json::object();
  for (const Member& member : type.members) {
    const bool left_out = depth >= deepest || random_.chance(0.35);
    if (member.field.required || !left_out) {
      if (member.type().kind == Kind::file) continue;  // there are no files here
      map[std::string{member.field.name}] = value(member.type(), member.field, depth + 1);
    }
  }
  return map;
}

Json RandomDocuments::number(const Type& type, const Field& field) {
  const Bounds bounds = bounds_of(type, field);
  const double least = std::max(bounds.min, type.kind == Kind::quantity ? 0.0 : -1000.0);
  const double most = std::max(least, std::min(bounds.max, 1e4));
  double number = random_.chance(0.1) ? least : random_.chance(0.1) ? most : random_.uniform(least, most);
  if (type.kind == Kind::integer) return static_cast<std::int64_t>(std::clamp(std::floor(number), std::ceil(least), std::floor(most)));
  if (type.kind == Kind::real) return number;
  const bool bare = type.units.front().text.empty() && random_.chance(0.5);
  if (bare) return number;
  const std::string text = exact_text(number, type.units);
  return text;
}

Json RandomDocuments::value(const Type& type, const Field& field, int depth) {
  switch (type.kind) {
    case Kind::boolean: return random_.chance(0.5);
    case Kind::integer:
    case Kind::real:
    case Kind::quantity: return number(type, field);
    case Kind::text: {
      std::string text = name();
      while (static_cast<double>(text.size()) < field.min) text += 'x';
      return text;
    }
    case Kind::file: return nullptr;
    case Kind::choice: return std::string{type.choices[random_.below(type.choices.size())].name};
    case Kind::structure: return structure(type, depth);
    case Kind::optional: return random_.chance(0.3) ? Json(nullptr) : value(type.element(), field, depth);
    case Kind::list: {
      Json list = Json::array();
      for (std::size_t n = elements(type, field, random_); n > 0; --n)
        list.push_back(value(type.element(), element_field(type, field), depth));
      return list;
    }
    case Kind::map: {
      Json map = Json::object();
      for (std::size_t n = elements(type, field, random_); n > 0; --n)
        map[name()] = value(type.element(), element_field(type, field), depth);
      return map;
    }
  }
  return {};
}

/// Walks to a random place and spoils it; false if there was nothing to spoil down here.
bool RandomDocuments::descend(const Type& type, const Field& field, Json& at, Json& document, Faulty& result) {
  if (type.kind == Kind::optional) {
    if (at.is_null()) return false;
    const Json before = at;
    const bool spoilt = descend(type.element(), field, at, document, result);
    if (spoilt && at.is_null()) at = before;  // a null is no fault here
    return spoilt && at != before;
  }
  const bool here = is_scalar(type) || random_.chance(0.2) || at.empty();
  if (here) {
    result = spoil(type, field, at, document);
    return !result.what.empty();
  }
  if (type.kind == Kind::structure) {
    auto child = at.begin();
    std::advance(child, static_cast<long>(random_.below(at.size())));
    const Member* member = type.find(child.key());
    return member && descend(member->type(), member->field, child.value(), document, result);
  }
  auto child = at.begin();
  std::advance(child, static_cast<long>(random_.below(at.size())));
  return descend(type.element(), element_field(type, field), child.value(), document, result);
}

RandomDocuments::Faulty RandomDocuments::spoil(const Type& type, const Field& field, Json& target, Json& document) {
  Faulty result;
  const auto becomes = [&](Json value, std::string what, bool beyond = false) {
    target = std::move(value);
    result.what = std::move(what);
    result.beyond_schema = beyond;
  };
  const Bounds bounds = bounds_of(type, field);
  const std::uint64_t way = random_.below(4);
  switch (type.kind) {
    case Kind::boolean: becomes(way < 2 ? Json("true") : Json(1), "no truth value"); break;
    case Kind::integer:
      if (way == 0)
        becomes("5", "a text for an integer");
      else if (way == 1)
        becomes(2.5, "a fraction for an integer");
      else if (way == 2)
        becomes(true, "a truth value for an integer");
      else if (std::isfinite(field.max))
        becomes(static_cast<std::int64_t>(bounds.max) + 1, "an integer above its bound");
      break;
    case Kind::real:
      if (way < 2)
        becomes("0.5", "a text for a number");
      else if (std::isfinite(field.min))
        becomes(field.min - 1, "a number below its bound");
      break;
    case Kind::quantity: {
      const bool bare_allowed = type.units.front().text.empty();
      const auto outside = [&](double number) {
        const std::string text = exact_text(number, type.units);
        const bool exponent = text.find('e') != std::string::npos;
        becomes(text, fmt::format("{} is outside {} to {}", text, bounds.min, bounds.max), exponent);
      };
      if (random_.chance(0.5))
        outside(bounds.min > 0 && way < 2   ? bounds.min * random_.uniform(0.1, 0.9999)
                : bounds.min < 0 && way < 2 ? bounds.min * random_.uniform(1.0001, 10)
                                            : bounds.max * random_.uniform(1.0001, 10));
      else if (way == 0)
        becomes("3 parsecs", "an unknown unit");
      else if (way == 1)
        becomes(bare_allowed ? Json("0.5") : Json(5), "a quantity without its unit");
      else if (way == 2 && std::isfinite(bounds.max))
        becomes(fmt::format("1e29{}{}", bare_allowed ? "" : " ", bare_allowed ? "%" : type.units.front().text), "an absurd quantity", true);
      else
        becomes("-5", "a number in a text");
      break;
    }
    case Kind::text: becomes(way < 2 ? Json(12) : way == 2 ? Json(Json::array()) : Json(nullptr), "no text"); break;
    case Kind::file: becomes(5, "no path"); break;
    case Kind::choice: becomes(way < 2 ? Json("no-such-choice") : Json(3), "no choice"); break;
    case Kind::list: becomes(way < 2 ? Json(nullptr) : Json("x"), "no list"); break;
    case Kind::map: becomes(way < 2 ? Json(nullptr) : Json::array({1}), "no map"); break;
    case Kind::optional: break;
    case Kind::structure: {
      if (way == 0 && &target != &document) {
        becomes("x", "no structure");
      } else if (way == 1) {
        for (const Member& member : type.members)
          if (member.field.required && target.erase(std::string{member.field.name}) > 0) {
            result.what = "a required key is missing";
            break;
          }
      } else {
        target["no such key"] = 1;
        result.what = "an unknown key";
      }
      break;
    }
  }
  return result;
}

RandomDocuments::Faulty RandomDocuments::faulty() {
  Faulty result;
  do {
    Json document = valid();
    result = {};
    if (descend(root_, Field{}, document, document, result)) result.document = std::move(document);
  } while (result.what.empty());
  return result;
}

}  // namespace streamtwin::language
