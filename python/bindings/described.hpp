// A described struct as a Python class: one property per field, with unit, default, bounds and source in its
// docstring, and a constructor that takes the fields by name. Everything comes from the struct's description as data
// (scenarios/language/type.hpp): properties, docstrings, constructor and text are one piece of code for all structs,
// compiled once in described.cpp and described_values.cpp. What is instantiated for each of them is here, and it is little, because pybind11's
// templates are slow to compile.
// What can be reached into (a struct, a list, a map inside a struct) is a Python object of its own, made at the first look
// and kept in the `__dict__` of the struct around it: the same object every time, whatever is inserted or deleted beside it.
// When C++ asks for the struct, they are written into it first (write_through in quantities.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "python/bindings/quantities.hpp"
#include "scenarios/language/type.hpp"

namespace streamtwin::python {

namespace py = pybind11;

/// What must be known of a struct besides its description to hand it to Python and take it from there.
struct BoundClass {
  const language::Type* type;
  std::string name;
  py::object (*cast)(void* value, py::return_value_policy policy, py::handle owner);
  void* (*get)(py::handle object);   ///< as it is, without write_through; throws py::cast_error for objects of other classes
  void* (*copy)(const void* value);  ///< with new
  void (*assign)(void* into, const void* from);
};

/// "RegionSpec" for streamtwin::places::RegionSpec.
std::string class_name(const std::type_info& type);
/// Under which name programs may know a class from before; empty for none.
std::string earlier_name(const std::string& name);

/// Notes the class; false when it was there.
bool note_class(BoundClass bound);

/// The struct in a list of optional structs, say.
const language::Type& innermost(const language::Type& type);

/// Gives the class its constructor, properties, text and copies. The classes of the structs inside must be noted.
void define_class(py::object into, const language::Type& type);

/// The canonical text of a value that can be read back from any folder: its files by their absolute paths.
std::string placeless_text(const language::Type& type, const void* value);

namespace detail {

template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<std::vector<T>> : Unwrapped<T> {};
template <class T>
struct Unwrapped<std::optional<T>> : Unwrapped<T> {};
template <class T>
struct Unwrapped<std::map<std::string, T>> : Unwrapped<T> {};

/// A struct without some of its fields is called as the whole one.
template <class T>
struct Named {
  using type = T;
};
template <class T>
requires requires { typename T::Origin; }
struct Named<T> {
  using type = typename T::Origin;
};

}  // namespace detail

template <class T>
void bind_described(py::module_& module, const language::Type& type) {
  const std::string name = class_name(typeid(typename detail::Named<T>::type));
  const bool is_new = note_class({
      .type = &type,
      .name = name,
      .cast = [](void* value, py::return_value_policy policy, py::handle owner) { return py::cast(static_cast<T*>(value), policy, owner); },
      .get = [](py::handle object) -> void* {
        py::detail::type_caster_base<T> caster;
        if (!caster.load(object, false)) throw py::cast_error("an object of another class");
        return static_cast<T*>(caster);
      },
      .copy = [](const void* value) -> void* { return new T(*static_cast<const T*>(value)); },
      .assign = [](void* into, const void* from) { *static_cast<T*>(into) = *static_cast<const T*>(from); },
  });
  if (!is_new) return;
  py::class_<T> into(module, name.c_str(), py::dynamic_attr(), "Fields may be given by name; all have defaults.");
  const language::Member* member = type.members.data();  // in the order of the description
  auto bind_inner = [&]<class F>(F&, const Field&) {
    using Inner = typename detail::Unwrapped<F>::type;
    if constexpr (Described<Inner>) bind_described<Inner>(module, innermost(member->type()));
    ++member;
  };
  T defaults{};
  T::describe(defaults, bind_inner);
  define_class(into, type);
  if (const std::string earlier = earlier_name(name); !earlier.empty()) module.attr(earlier.c_str()) = into;
}

/// Registers T and every described struct inside it; once.
template <class T>
void bind_described(py::module_& module) {
  bind_described<T>(module, language::type_of<T>());
}

}  // namespace streamtwin::python
