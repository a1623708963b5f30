#include "scenarios/language/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "scenarios/language/completed_entries.hpp"
#include "scenarios/language/faults.hpp"
#include "scenarios/language/names.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::language {

namespace {

using Kind = Type::Kind;

constexpr double text_length_max = 10'000;

std::vector<std::string_view> member_names(const Type& type) {
  std::vector<std::string_view> names;
  for (const Member& member : type.members) names.push_back(member.field.name);
  return names;
}

std::vector<std::string_view> choice_names(const Type& type) {
  std::vector<std::string_view> names;
  for (const auto& choice : type.choices) names.push_back(choice.name);
  return names;
}

/// Where below the structure a key of this name exists: `calls[].timeout`. Empty if nowhere near.
std::string elsewhere(const Type& type, std::string_view key, int levels) {
  if (type.element) {
    const std::string below = elsewhere(type.element(), key, levels);
    if (below.empty()) return below;
    return (type.kind == Kind::optional ? "." : type.kind == Kind::list ? "[]." : ".<name>.") + below.substr(1);
  }
  if (type.kind != Kind::structure || levels == 0) return {};
  for (const Member& member : type.members)
    if (member.field.name == key) return fmt::format(".{}", key);
  for (const Member& member : type.members) {
    const std::string below = elsewhere(member.type(), key, levels - 1);
    if (!below.empty()) return fmt::format(".{}{}", member.field.name, below);
  }
  return {};
}

/// A whole number: digits, or a decimal notation of one (`5.0`, `1e3`). Null if it is none or does not fit 64
/// bits.
std::optional<Integer> read_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::uint64_t magnitude = 0;
  const char* start = text.data() + (negative ? 1 : 0);
  const char* end = text.data() + text.size();
  const auto digits = std::from_chars(start, end, magnitude);
  if (digits.ec == std::errc{} && digits.ptr == end) return negative ? -Integer{magnitude} : Integer{magnitude};
  const auto number = read_number(text);
  if (!number || std::abs(*number) > 0x1p53 || *number != std::floor(*number)) return std::nullopt;
  return static_cast<Integer>(*number);
}

class Parser {
 public:
  enum class Reads { whole, part };
  Parser(const Document& document, Faults& faults, Reads reads = Reads::whole) : document_(document), faults_(faults), reads_(reads) {}

  void value(const Type& type, void* target, const Node& node, const std::string& path, const Field& field) {
    switch (type.kind) {
      case Kind::boolean: return boolean(type, target, node, path);
      case Kind::integer: return integer(type, target, node, path, field);
      case Kind::real: return real(type, target, node, path, field);
      case Kind::text: return text(type, target, node, path, field);
      case Kind::file: return file(type, target, node, path);
      case Kind::quantity: return quantity(type, target, node, path, field);
      case Kind::choice: return choice(type, target, node, path);
      case Kind::structure: return structure(type, target, node, path);
      case Kind::list: return list(type, target, node, path, field);
      case Kind::map: return map(type, target, node, path, field);
      case Kind::optional:
        if (node.is_null()) return type.disengage(target);
        if (void* const there = reads_ == Reads::part ? type.engaged(target) : nullptr)
          return value(type.element(), there, node, path, field);
        return value(type.element(), type.engage(target), node, path, field);
    }
  }

 private:
  void fail(const Node& node, const std::string& path, std::string message) { faults_.add(node.origin, path, std::move(message)); }

  void expected(const Node& node, const std::string& path, const std::string& what) {
    fail(node, path, fmt::format("found {}; expected {}", found(node), what));
  }

  /// A container that cannot be read takes the names it declares with it: do not complain about each use of
  /// them.
  void lost(const Type& type, const Field& field) {
    if (!field.declares.empty()) faults_.lose_family(field.declares);
    for (std::string_view family : declared_families(type)) faults_.lose_family(family);
  }

  /// The same for a part under a name that is nearly its own.
  void lose_part(const Member& part) {
    const Type& type = part.type();
    const Type& inner = type.kind == Kind::optional ? type.element() : type;
    if (inner.kind != Kind::structure && inner.kind != Kind::list && inner.kind != Kind::map) return;
    lost(type, part.field);
    faults_.lose_part();
  }

  void boolean(const Type& type, void* target, const Node& node, const std::string& path) {
    if (!node.is_scalar() || scalar_type(node) != ScalarType::boolean) return expected(node, path, "`true` or `false`");
    type.boolean(target) = node.text[0] == 't' || node.text[0] == 'T';
  }

  /// Whether the number lies between the bounds; complains in the words of the field's unit.
  bool within(double number, const Type& type, const Node& node, const std::string& path, const Field& field) {
    const Bounds bounds = bounds_of(type, field);
    if (number >= bounds.min && number <= bounds.max) return true;
    const auto show = [&](double bound) { return exact_text(bound, type.units); };
    const std::string limit = std::isinf(bounds.max)   ? fmt::format("at least {}", show(bounds.min))
                              : std::isinf(bounds.min) ? fmt::format("at most {}", show(bounds.max))
                                                       : fmt::format("{} to {}", show(bounds.min), show(bounds.max));
    expected(node, path, limit);
    return false;
  }

  void integer(const Type& type, void* target, const Node& node, const std::string& path, const Field& field) {
    if (!node.is_scalar() || !node.plain) return expected(node, path, "a whole number");
    const auto number = read_integer(node.text);
    if (!number) return expected(node, path, "a whole number");
    // The bounds as doubles round at 2^53 and above: ask the type itself as well.
    if (*number < type.lowest || *number > type.highest)
      return expected(node, path, fmt::format("a whole number of at most {} bits", sizeof(long) * 8));
    if (within(static_cast<double>(*number), type, node, path, field)) type.set_integer(target, *number);
  }

  void real(const Type& type, void* target, const Node& node, const std::string& path, const Field& field) {
    const auto number = node.is_scalar() && node.plain ? read_number(node.text) : std::nullopt;
    if (!number) return expected(node, path, "a number");
    if (within(*number, type, node, path, field)) type.set_number(target, *number);
  }

  void quantity(const Type& type, void* target, const Node& node, const std::string& path, const Field& field) {
    const QuantityTraits traits = quantity_traits(type.units);
    const std::string wanted = fmt::format("{} such as `{}` (units: {})", traits.noun, traits.example, unit_list(type.units));
    if (!node.is_scalar()) return expected(node, path, wanted);
    const ReadQuantity read = read_quantity(node.text, type.units);
    std::vector<std::string_view> units;
    for (const UnitName& unit : type.units) units.push_back(unit.text);
    switch (read.fault) {
      case QuantityFault::no_number: return expected(node, path, wanted);
      case QuantityFault::no_unit:
        return expected(node, path, fmt::format("{} with its unit, one of {}", traits.noun, unit_list(type.units)));
      case QuantityFault::unknown_unit:
        return fail(node, path,
                    fmt::format("found `{}` with the unit `{}`, which {} does not have{} Units: {}", shown(node.text), shown(read.unit, 20),
                                traits.noun, nearest_unit(read.unit, units), unit_list(type.units)));
      case QuantityFault::none: break;
    }
    const bool bare = read.unit.empty();
    if (bare && !node.plain) return expected(node, path, wanted);  // "0.7": a text, not a number
    if (!within(read.value, type, node, path, field)) return;
    type.set_number(target, read.value);
    if (type.written_in) type.written_in(target, read.unit);
  }

  static std::string nearest_unit(std::string_view unit, const std::vector<std::string_view>& units) {
    static constexpr std::pair<std::string_view, std::string_view> usual[] = {
        {"sec", "s"},       {"secs", "s"},        {"second", "s"},    {"seconds", "s"},  {"msec", "ms"},
        {"millis", "ms"},   {"m", "min"},         {"mins", "min"},    {"minute", "min"}, {"minutes", "min"},
        {"hr", "h"},        {"hour", "h"},        {"hours", "h"},     {"day", "d"},      {"days", "d"},
        {"percent", "%"},   {"per second", "/s"}, {"rps", "/s"},      {"qps", "/s"},     {"bit/s", "bps"},
        {"kbit/s", "kbps"}, {"Mbit/s", "Mbps"},   {"Gbit/s", "Gbps"}, {"byte", "B"},     {"bytes", "B"}};
    const auto same_letters = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    for (const auto& [slip, meant] : usual)
      if (std::equal(slip.begin(), slip.end(), unit.begin(), unit.end(), same_letters) &&
          std::find(units.begin(), units.end(), meant) != units.end())
        return fmt::format("; did you mean `{}`?", meant);
    const std::string hint = did_you_mean(unit, units);
    return hint.empty() ? "." : hint;
  }

  void text(const Type& type, void* target, const Node& node, const std::string& path, const Field& field) {
    if (!node.is_scalar()) return expected(node, path, "a text");
    const ScalarType scalar = scalar_type(node);
    if (scalar != ScalarType::text)
      return fail(node, path,
                  fmt::format("found {}, which YAML reads as a {}; expected a text: write \"{}\"", found(node),
                              scalar == ScalarType::number ? "number" : "truth value", shown(node.text)));
    const double length = code_points(node.text, node.text.size());
    const double least = std::max(field.min, field.declares.empty() ? 0.0 : 1.0);
    const double most = std::min(field.max, text_length_max);
    if (length < least || length > most)
      return expected(node, path,
                      length > most ? fmt::format("at most {} characters", most)
                                    : fmt::format("at least {} character{}", least, least == 1 ? "" : "s"));
    type.text(target) = node.text;
  }

  void file(const Type& type, void* target, const Node& node, const std::string& path) {
    if (!node.is_scalar() || scalar_type(node) != ScalarType::text || node.text.empty()) return expected(node, path, "the path of a file");
    const std::filesystem::path found = (document_.folder(node.origin) / node.text).lexically_normal();
    std::error_code error;
    if (!std::filesystem::exists(found, error))
      return fail(node, path, fmt::format("no such file or folder: `{}`", shown(found.string(), 200)));
    // Whoever opens a pipe waits for its writer.
    if (!std::filesystem::is_regular_file(found, error) && !std::filesystem::is_directory(found, error))
      return fail(node, path, fmt::format("neither a regular file nor a folder: `{}`", shown(found.string(), 200)));
    type.file(target) = {node.text, found.string()};
  }

  void choice(const Type& type, void* target, const Node& node, const std::string& path) {
    const auto names = choice_names(type);
    const auto name = node.is_scalar() ? std::find(names.begin(), names.end(), node.text) : names.end();
    if (name == names.end()) {
      const std::string_view why_none = node.is_scalar() && type.why_none != nullptr ? type.why_none(node.text) : "";
      if (!why_none.empty()) return fail(node, path, std::string{why_none});
      const std::string hint = node.is_scalar() ? did_you_mean(node.text, names) : "";
      return expected(node, path, fmt::format("one of {}{}", enumerate(names, 40), hint));
    }
    type.set_choice(target, static_cast<int>(name - names.begin()));
  }

  void structure(const Type& type, void* target, const Node& node, const std::string& path) {
    if (!node.is_map()) {
      for (std::string_view family : declared_families(type)) faults_.lose_family(family);
      const std::string all_defaults = node.is_null() ? " (`{}` for all defaults)" : "";
      return expected(node, path, fmt::format("a map with {}{}", enumerate(member_names(type), 6), all_defaults));
    }
    for (const Entry& entry : node.entries) {
      const Member* member = type.find(entry.key);
      if (!member) {
        unknown_key(type, entry, path);
        continue;
      }
      if (entry.value->resets && member->type().kind != Kind::optional) continue;
      value(member->type(), static_cast<char*>(target) + member->offset, *entry.value, path / entry.key, member->field);
    }
    if (reads_ == Reads::part) return;
    for (const Member& member : type.members) {
      const Entry* entry = node.find(member.field.name);
      const bool written = entry && !entry->value->resets;
      if (!member.field.required || written || !document_.complete()) continue;
      lost(member.type(), member.field);
      fail(node, path / member.field.name,
           fmt::format("`{}` is missing: {} ({})", member.field.name, member.type().noun, member.field.doc));
    }
  }

  void unknown_key(const Type& type, const Entry& entry, const std::string& path) {
    const auto names = member_names(type);
    std::string hint = did_you_mean(entry.key, names);
    if (const auto meant = nearest_name(entry.key, names)) lose_part(*type.find(*meant));
    const std::string other = hint.empty() ? elsewhere(type, entry.key, 4) : "";
    if (!other.empty()) hint = fmt::format("; there is one at `{}`", (path + other).substr(path.empty() ? 1 : 0));
    if (hint.empty() && entry.key.find('.') != std::string::npos) hint = "; dotted paths go below `override:`";
    if (hint.empty()) hint = fmt::format("; known here: {}", enumerate(names, 30));
    faults_.add(entry.origin, path, fmt::format("unknown key `{}`{}", shown(entry.key), hint));
  }

  /// The field's bounds on how many elements there are.
  void count(std::size_t size, const Type& type, const Node& node, const std::string& path, const Field& field) {
    if (!bounds_count(type)) return;
    const auto number = static_cast<double>(size);
    if (number < field.min) expected(node, path, fmt::format("at least {}", field.min));
    if (number > field.max) expected(node, path, fmt::format("at most {}", field.max));
  }

  /// What is known of an element: the field's, but bounds on a count hold for the container only.
  static Field element_field(const Type& type, const Field& field) {
    Field inner = field;
    inner.required = false;
    if (bounds_count(type)) {
      inner.min = -HUGE_VAL;
      inner.max = HUGE_VAL;
    }
    return inner;
  }

  void list(const Type& type, void* target, const Node& node, const std::string& path, const Field& field) {
    if (!node.is_list()) {
      lost(type, field);
      return expected(node, path, fmt::format("a list of {}", noun_of(type.element())));
    }
    count(node.items.size(), type, node, path, field);
    type.resize(target, node.items.size());
    const Field inner = element_field(type, field);
    for (std::size_t i = 0; i < node.items.size(); ++i) value(type.element(), type.item(target, i), *node.items[i], path / i, inner);
  }

  void map(const Type& type, void* target, const Node& node, const std::string& path, const Field& field) {
    if (!node.is_map()) {
      lost(type, field);
      return expected(node, path, fmt::format("a map from names to {}", noun_of(type.element())));
    }
    count(node.entries.size(), type, node, path, field);
    const Field inner = element_field(type, field);
    for (const Entry& entry : node.entries) {
      if (entry.value->resets) {
        type.erase(target, entry.key);
        continue;
      }
      if (entry.key.empty()) {
        faults_.add(entry.origin, path, "an empty name");
        continue;
      }
      value(type.element(), type.entry(target, entry.key), *entry.value, path / entry.key, inner);
    }
  }

  static std::string noun_of(const Type& type) {
    if (type.kind == Kind::structure) return fmt::format("maps with {}", enumerate(member_names(type), 4));
    if (type.kind == Kind::choice) return fmt::format("{}", enumerate(choice_names(type), 12));
    if (type.kind == Kind::optional) return noun_of(type.element());
    return std::string{type.noun};
  }

  const Document& document_;
  Faults& faults_;
  const Reads reads_;
};

}  // namespace

void lay_over(const Type& type, void* value, const Node& node, const std::string& path, const Field& field, const Document& document,
              Faults& faults) {
  Parser(document, faults, Parser::Reads::part).value(type, value, node, path, field);
}

std::vector<Diagnostic> parse_into(const Type& type, void* value, const Document& document, const ParseOptions& options,
                                   std::vector<Diagnostic>* warnings) {
  Faults faults(document);
  Parser(document, faults).value(type, value, *document.root(), "", Field{});
  if (options.names_and_relations && document.complete())
    check_names_and_relations(type, value, options.names, faults, [&] { lay_over_completed(type, value, document, faults); });
  std::vector<Diagnostic> diagnostics = document.diagnostics();
  for (Diagnostic& diagnostic : faults.in_order()) diagnostics.push_back(std::move(diagnostic));
  if (warnings != nullptr) *warnings = faults.warnings_in_order();
  return diagnostics;
}

}  // namespace streamtwin::language
