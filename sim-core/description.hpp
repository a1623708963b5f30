// One description per config struct. A struct lists its fields once, in a static `describe`; the scenario parser,
// its messages, the JSON Schema, `streamtwin describe`, the reference page and the Python attributes are visitors
// over that list. Defaults are the values of a default-constructed struct.
//
//   struct CommandProperties {
//     Duration timeout = 1s;
//     int request_volume_threshold = 20;
//
//     template <class Self, class Visitor>
//     static void describe(Self& self, Visitor& visit) {
//       visit(self.timeout, {.name = "timeout", .doc = "After this the caller takes the fallback",
//                            .source = "Netflix/Hystrix HystrixCommandProperties", .min = 1e-3, .max = 3600});
//       visit(self.request_volume_threshold,
//             {.name = "request_volume_threshold", .doc = "Requests in the window before the circuit may trip",
//              .source = "Netflix/Hystrix HystrixCommandProperties", .min = 1});
//     }
//   };
//
// A visitor accepts: bool, integers, double, std::string, InputFile, the quantities of units.hpp, enums that have
// names (below), described structs, and std::vector, std::optional, std::map<std::string, _> of these. The texts of a
// Field are literals: visitors keep views of them.
//
// A relation between fields (a minimum above a maximum) is checked by a member `void check(Checker&) const`, which
// is called when the fields themselves are in order. The outermost struct may fill in what follows from its other fields
// in a member `void complete(Checker&)`, which is called before names are looked up.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace streamtwin {

/// The source of a default that nobody has published.
inline constexpr std::string_view assumption = "assumption";

/// What is known of a field besides its type and default. Bounds are inclusive and in the type's base unit: of the
/// number itself, of the numbers in a list or map, of the length of a text, or of how many structs a list or map
/// holds. Without bounds of its own, a quantity with a unit is never negative and a Fraction is at most 1.
struct Field {
  std::string_view name;
  std::string_view doc;
  std::string_view source = "";  ///< upstream file, publication, or `assumption`; empty for structure and names
  double min = -HUGE_VAL;
  double max = HUGE_VAL;
  bool required = false;           ///< must be written in the scenario
  std::string_view names = "";     ///< a string, a list of them or the keys of a map that must name a member of
                                   ///< this family ("service"), or of one of these ("region|zone")
  std::string_view declares = "";  ///< a string that introduces a member of this family, or a map whose keys do
};

/// A file that a scenario reads. The text is what the scenario says; the path is where that is found, relative to
/// the file that says it.
struct InputFile {
  std::string text;
  std::string path;
  friend bool operator==(const InputFile& a, const InputFile& b) { return a.text == b.text; }
};

/// What a struct's `check` reports to. A field is named as in its description; `list[2].name` reaches further down.
class Checker {
 public:
  virtual ~Checker() = default;
  virtual void error(std::string_view field, std::string_view message) = 0;
  /// Allowed, but hardly meant: says what will come of it.
  virtual void warning(std::string_view field, std::string_view message) = 0;
  /// The value of `field` must be a declared name of the family, for names whose family another field decides.
  virtual void name(std::string_view field, std::string_view value, std::string_view family) = 0;
  /// The value of `field` must be one of these names, for names that only the struct itself can tell.
  virtual void one_of(std::string_view field, std::string_view value, std::string_view kind, std::span<const std::string> names) = 0;

  void require(bool holds, std::string_view field, std::string_view message) {
    if (!holds) error(field, message);
  }
};

template <class Enum>
struct EnumName {
  Enum value;
  std::string_view name;
  std::string_view doc = "";
};

/// Specialise as `template <> inline constexpr auto enum_names<E> = std::to_array<EnumName<E>>({...});`
template <class Enum>
inline constexpr auto enum_names = nullptr;

/// The value of an enum that has this name.
template <class Enum>
constexpr std::optional<Enum> value_named(std::string_view name) {
  for (const EnumName<Enum>& known : enum_names<Enum>) {
    if (known.name == name) return known.value;
  }
  return std::nullopt;
}

namespace detail {
struct AnyVisitor {
  template <class T>
  void operator()(T&, const Field&) {}
};
}  // namespace detail

template <class T>
concept Described = requires(T& value, detail::AnyVisitor& visitor) {
  T::describe(value, visitor);
};

/// A name as a template argument.
template <std::size_t Size>
struct FieldName {
  char text[Size];
  consteval FieldName(const char (&name)[Size]) { std::copy_n(name, Size, text); }
  constexpr operator std::string_view() const { return {text, Size - 1}; }
};

/// A described struct of which a scenario offers all fields but these: nothing in a run reads them. They keep their
/// defaults there; whoever uses the algorithm by itself has the whole struct.
template <class Whole, FieldName... left_out>
struct Without : Whole {
  using Origin = Whole;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    auto offered = [&visit](auto& field, const Field& info) {
      if (((info.name != std::string_view{left_out}) && ...)) visit(field, info);
    };
    Whole::describe(self, offered);
  }
};

}  // namespace streamtwin
