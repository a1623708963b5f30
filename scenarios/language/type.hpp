// The description of a config struct as data. `type_of<T>()` walks `T::describe` once and makes a table:
// kinds, units, fields with their offsets, and a few functions to get at values behind a `void*`. Parser,
// name check, schema, describe, reference and canonical text are ordinary code over this table, compiled once
// for all structs.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "scenarios/language/quantity.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::language {

struct Type;
using TypeFunction = const Type& (*)();  // late, because a struct may hold a list of itself

/// Any 64-bit integer, signed or not.
using Integer = __int128;

struct Member {
  Field field;
  TypeFunction type;
  std::size_t offset;
};

struct Type {
  enum class Kind { boolean, integer, real, text, file, quantity, choice, structure, list, optional, map };

  Kind kind = Kind::text;
  std::string_view noun = "";                                     ///< "a duration", "a whole number"
  std::span<const UnitName> units = {};                           ///< quantity
  void (*written_in)(void*, std::string_view unit) = nullptr;     ///< quantity of any dimension: which one it has
  std::span<const UnitName> (*own_units)(const void*) = nullptr;  ///< and the units of that
  double plausible_max = HUGE_VAL;                                ///< quantity: larger is a slip of the keyboard
  Integer lowest = 0, highest = 0;                                ///< integer
  std::vector<EnumName<int>> choices = {};                        ///< choice: value is the position in this list
  std::string_view (*why_none)(std::string_view) = nullptr;       ///< choice: of a name that is known to be none; empty if it is not
  std::vector<Member> members = {};                               ///< structure
  TypeFunction element = nullptr;                                 ///< list, optional, map

  std::shared_ptr<void> (*make)() = nullptr;  ///< a default value

  bool& (*boolean)(void*) = nullptr;
  std::string& (*text)(void*) = nullptr;
  InputFile& (*file)(void*) = nullptr;
  double (*number)(const void*) = nullptr;  ///< real, quantity (in base units)
  void (*set_number)(void*, double) = nullptr;
  Integer (*integer)(const void*) = nullptr;
  void (*set_integer)(void*, Integer) = nullptr;
  int (*choice)(const void*) = nullptr;  ///< position in choices, -1 for a value without a name
  void (*set_choice)(void*, int) = nullptr;
  std::size_t (*size)(const void*) = nullptr;                              ///< list, map
  void (*resize)(void*, std::size_t) = nullptr;                            ///< list: all items become defaults
  void* (*item)(void*, std::size_t) = nullptr;                             ///< list
  void* (*entry)(void*, const std::string&) = nullptr;                     ///< map: found or inserted
  void (*erase)(void*, const std::string&) = nullptr;                      ///< map
  std::vector<std::pair<std::string, void*>> (*entries)(void*) = nullptr;  ///< map, in the order of its keys
  void* (*engaged)(void*) = nullptr;                                       ///< optional: its value, or null
  void* (*engage)(void*) = nullptr;                                        ///< optional: gets a default value
  void (*disengage)(void*) = nullptr;                                      ///< optional
  void (*check)(const void*, Checker&) = nullptr;                          ///< structure, may be null
  void (*complete)(void*, Checker&) = nullptr;                             ///< structure, may be null

  const Member* find(std::string_view name) const;
};

/// Bounds that hold for a number of this type in this field, in base units. Quantities bring bounds of their
/// own.
struct Bounds {
  double min, max;
};
Bounds bounds_of(const Type& type, const Field& field);

/// What is wrong with the description of a struct itself, for a test of every struct: names missing or twice,
/// no doc, a number without a source, defaults outside their bounds or not finite.
std::vector<std::string> check_description(const Type& type);

/// The units of a quantity as it is: its type's, or of those the ones of its dimension.
std::span<const UnitName> units_of(const Type& type, const void* value);

/// Families of names that the type declares, here or further down.
std::vector<std::string_view> declared_families(const Type& type);

/// Whether bounds of a field count the elements of a list or map, not the numbers in it.
bool bounds_count(const Type& container);

template <class T>
const Type& type_of();

namespace detail {

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
concept HasUnits = !unit_names<T>.empty();
template <class T>
concept OfAnyDimension = requires(T& value) {
  value.written_in(std::string_view{});
};
/// Names a row of a table that is put together elsewhere: `T::choices()` lists them, the value keeps the name.
template <class T>
concept NamesRow = requires {
  T::choices();
};
/// And says why a name is none that one may well expect to be.
template <class T>
concept KnowsAbsent = requires(std::string_view name) {
  T::why_none(name);
};
template <class T>
concept Checked = requires(const T& value, Checker& checker) {
  value.check(checker);
};
template <class T>
concept Completed = requires(T& value, Checker& checker) {
  value.complete(checker);
};

template <class T>
T& as(void* value) {
  return *static_cast<T*>(value);
}
template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

struct MemberCollector {
  std::vector<Member>& members;
  const char* start;
  template <class M>
  void operator()(M& member, const Field& field) {
    members.push_back({field, &type_of<M>, static_cast<std::size_t>(reinterpret_cast<const char*>(&member) - start)});
  }
};

template <class T>
Type number_type() {
  Type type;
  if constexpr (std::integral<T>) {
    type.kind = Type::Kind::integer;
    type.noun = "a whole number";
    type.lowest = std::numeric_limits<T>::min();
    type.highest = std::numeric_limits<T>::max();
    type.integer = [](const void* v) { return Integer{as<T>(v)}; };
    type.set_integer = [](void* v, Integer n) { as<T>(v) = static_cast<T>(n); };
  } else if constexpr (std::same_as<T, double>) {
    type.kind = Type::Kind::real;
    type.noun = "a number";
    type.number = [](const void* v) { return as<double>(v); };
    type.set_number = [](void* v, double n) { as<double>(v) = n; };
  } else {
    const QuantityTraits traits = quantity_traits(unit_names<T>);
    type.kind = Type::Kind::quantity;
    type.noun = traits.noun;
    type.plausible_max = traits.plausible_max;
    type.units = unit_names<T>;
    type.number = [](const void* v) { return base_value(as<T>(v)); };
    type.set_number = [](void* v, double n) { as<T>(v) = T{n}; };
    if constexpr (OfAnyDimension<T>) {
      type.written_in = [](void* v, std::string_view unit) { as<T>(v).written_in(unit); };
      type.own_units = [](const void* v) { return as<T>(v).units(); };
    }
  }
  return type;
}

template <class E>
Type choice_type() {
  Type type;
  type.kind = Type::Kind::choice;
  type.noun = "a choice";
  int position = 0;
  for (const auto& name : enum_names<E>) type.choices.push_back({position++, name.name, name.doc});
  type.choice = [](const void* v) {
    int i = 0;
    for (const auto& name : enum_names<E>) {
      if (name.value == as<E>(v)) return i;
      ++i;
    }
    return -1;
  };
  type.set_choice = [](void* v, int i) { as<E>(v) = enum_names<E>[static_cast<std::size_t>(i)].value; };
  return type;
}

template <class T>
Type row_name_type() {
  Type type;
  type.kind = Type::Kind::choice;
  type.noun = "a choice";
  type.choices = T::choices();
  if constexpr (KnowsAbsent<T>) type.why_none = T::why_none;
  type.choice = [](const void* v) {
    for (const EnumName<int>& choice : type_of<T>().choices) {
      if (choice.name == as<T>(v).name) return choice.value;
    }
    return -1;
  };
  type.set_choice = [](void* v, int i) { as<T>(v).name = type_of<T>().choices[static_cast<std::size_t>(i)].name; };
  return type;
}

template <class T>
Type structure_type() {
  Type type;
  type.kind = Type::Kind::structure;
  type.noun = "a map";
  T value{};
  MemberCollector collector{type.members, reinterpret_cast<const char*>(&value)};
  T::describe(value, collector);
  if constexpr (Checked<T>) type.check = [](const void* v, Checker& checker) { as<T>(v).check(checker); };
  if constexpr (Completed<T>) type.complete = [](void* v, Checker& checker) { as<T>(v).complete(checker); };
  return type;
}

template <class T>
Type container_type() {
  Type type;
  type.element = &type_of<typename T::value_type>;
  if constexpr (is_vector<T>) {
    static_assert(!std::same_as<T, std::vector<bool>>, "use a list of an enum");
    type.kind = Type::Kind::list;
    type.noun = "a list";
    type.size = [](const void* v) { return as<T>(v).size(); };
    type.resize = [](void* v, std::size_t n) { as<T>(v) = T(n); };
    type.item = [](void* v, std::size_t i) -> void* { return &as<T>(v)[i]; };
  } else {
    type.kind = Type::Kind::optional;
    type.engaged = [](void* v) -> void* { return as<T>(v) ? &*as<T>(v) : nullptr; };
    type.engage = [](void* v) -> void* { return &as<T>(v).emplace(); };
    type.disengage = [](void* v) { as<T>(v).reset(); };
  }
  return type;
}

template <class T>
Type map_type() {
  Type type;
  type.kind = Type::Kind::map;
  type.noun = "a map from names";
  type.element = &type_of<typename T::mapped_type>;
  type.size = [](const void* v) { return as<T>(v).size(); };
  type.entry = [](void* v, const std::string& key) -> void* { return &as<T>(v)[key]; };
  type.erase = [](void* v, const std::string& key) { as<T>(v).erase(key); };
  type.entries = [](void* v) {
    std::vector<std::pair<std::string, void*>> list;
    for (auto& [key, value] : as<T>(v)) list.emplace_back(key, &value);
    return list;
  };
  return type;
}

template <class T>
Type build_type() {
  if constexpr (Described<T>) {
    return structure_type<T>();
  } else if constexpr (std::same_as<T, bool>) {
    Type type{.kind = Type::Kind::boolean, .noun = "true or false"};
    type.boolean = [](void* v) -> bool& { return as<bool>(v); };
    return type;
  } else if constexpr (std::same_as<T, std::string>) {
    Type type{.kind = Type::Kind::text, .noun = "a text"};
    type.text = [](void* v) -> std::string& { return as<std::string>(v); };
    return type;
  } else if constexpr (std::same_as<T, InputFile>) {
    Type type{.kind = Type::Kind::file, .noun = "the path of a file"};
    type.file = [](void* v) -> InputFile& { return as<InputFile>(v); };
    return type;
  } else if constexpr (is_map<T>) {
    return map_type<T>();
  } else if constexpr (is_vector<T> || is_optional<T>) {
    return container_type<T>();
  } else if constexpr (NamesRow<T>) {
    return row_name_type<T>();
  } else if constexpr (std::is_enum_v<T>) {
    static_assert(!std::same_as<decltype(enum_names<T>), const std::nullptr_t>, "give the enum its enum_names");
    return choice_type<T>();
  } else {
    static_assert(std::integral<T> || std::same_as<T, double> || HasUnits<T>, "a type the language does not know");
    return number_type<T>();
  }
}

}  // namespace detail

/// The table of a type, made at first use.
template <class T>
const Type& type_of() {
  static const Type type = [] {
    Type built = detail::build_type<T>();
    // One kind of shared pointer for all types: much less to compile than make_shared.
    using Delete = void (*)(void*);
    built.make = [] { return std::shared_ptr<void>(new T{}, Delete{[](void* value) { delete static_cast<T*>(value); }}); };
    return built;
  }();
  return type;
}

}  // namespace streamtwin::language
