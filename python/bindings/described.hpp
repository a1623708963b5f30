// A described struct as a Python class: one property per field, with unit, default, bounds and source in its
// docstring, and a constructor that takes the fields by name. Everything comes from the struct's own description.
// A nested struct is the struct itself (setting its attributes changes the outer one); a list or a map is a copy.
#pragma once

#include <cxxabi.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;

template <class T>
void bind_described(py::module_& module);

/// "RegionSpec" for streamtwin::cloud::RegionSpec.
template <class T>
std::string class_name() {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(abi::__cxa_demangle(typeid(T).name(), nullptr, nullptr, &status),
                                                    std::free);
  const std::string full = text.get();
  return full.substr(full.rfind(':') + 1);
}
/// A struct without some of its fields is called as the whole one.
template <class T>
  requires requires { typename T::Origin; }
std::string class_name() {
  return class_name<typename T::Origin>();
}

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

template <class T>
concept Number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class T>
concept UnitNumber = !unit_names<T>.empty();

/// What stands in the docstring: unit and kind.
template <class T>
std::string kind_of() {
  if constexpr (Named<T>) {
    return "one of " + names_of<T>();
  } else if constexpr (UnitNumber<T>) {
    const std::string_view unit = unit_names<T>[0].text;
    return unit.empty() ? "fraction" : std::string(unit);
  } else if constexpr (std::is_same_v<T, bool>) {
    return "bool";
  } else if constexpr (std::is_same_v<T, std::string>) {
    return "text";
  } else if constexpr (std::is_same_v<T, InputFile>) {
    return "file";
  } else if constexpr (Number<T>) {
    return "number";
  } else if constexpr (Described<T>) {
    return class_name<T>();
  } else if constexpr (requires { typename T::mapped_type; }) {
    return "dict of " + kind_of<typename T::mapped_type>();
  } else if constexpr (requires(T t) { t.has_value(); }) {
    return kind_of<typename T::value_type>() + " or None";
  } else {
    return "list of " + kind_of<typename T::value_type>();
  }
}

template <class T>
double number_of(const T& value) {
  if constexpr (requires { in_seconds(value); }) {
    return in_seconds(value);
  } else if constexpr (Number<T>) {
    return static_cast<double>(value);
  } else {
    return value.value();
  }
}

template <class T>
py::object to_python(T& value, py::handle owner) {
  if constexpr (std::is_same_v<T, InputFile>) {
    return py::str(value.text);
  } else if constexpr (Described<T>) {
    return py::cast(&value, py::return_value_policy::reference_internal, owner);
  } else if constexpr (requires { requires Described<typename T::value_type>; value.has_value(); }) {
    return value ? to_python(*value, owner) : py::none();
  } else {
    return py::cast(value, py::return_value_policy::copy);
  }
}

template <class T>
void check_bounds(const T& value, const Field& field) {
  if constexpr (Number<T> || UnitNumber<T>) {
    const double number = number_of(value);
    if (number >= field.min && number <= field.max) return;
    throw py::value_error(fmt::format("{}: {} is outside {} to {} ({})", field.name, number, field.min, field.max,
                                      kind_of<T>()));
  }
}

template <class T>
void from_python(T& into, py::handle value, const Field& field) {
  try {
    if constexpr (std::is_same_v<T, InputFile>) {
      const std::string path = py::str(py::module_::import("os").attr("fspath")(value));
      into = InputFile{path, path};
    } else {
      T converted = value.cast<T>();
      check_bounds(converted, field);
      into = std::move(converted);
    }
  } catch (const py::cast_error&) {
    throw py::type_error(fmt::format("{}: expected {}{}, got {}", field.name, UnitNumber<T> ? "a number in " : "",
                                     kind_of<T>(), py::repr(value).cast<std::string>()));
  }
}

template <class F>
struct Lookup {
  std::string_view name;
  F act;
  template <class T>
  void operator()(T& field, const Field& info) {
    if (info.name == name) act(field, info);
  }
};
template <class F>
Lookup(std::string_view, F) -> Lookup<F>;

template <class T>
py::object get_field(py::handle self, std::string_view name) {
  py::object result;
  Lookup visit{name, [&](auto& field, const Field&) { result = to_python(field, self); }};
  T& value = self.cast<T&>();
  T::describe(value, visit);
  return result;
}

template <class T>
void set_field(T& self, std::string_view name, py::handle value) {
  bool known = false;
  Lookup visit{name, [&](auto& field, const Field& info) {
                 known = true;
                 from_python(field, value, info);
               }};
  T::describe(self, visit);
  if (!known) throw py::type_error(fmt::format("{} has no field '{}'", class_name<T>(), name));
}

/// Makes properties, and first the classes of the structs inside.
template <class T>
struct PropertyMaker {
  py::module_& module;
  py::class_<T>& into;
  std::vector<std::string>& fields;

  template <class F>
  void operator()(F& field, const Field& info) {
    using Inner = typename Unwrapped<F>::type;
    if constexpr (Described<Inner>) bind_described<Inner>(module);
    const std::string name(info.name);
    into.def_property(
        name.c_str(), [name](py::handle self) { return get_field<T>(self, name); },
        [name](T& self, py::handle value) { set_field(self, name, value); }, doc(field, info).c_str());
    fields.push_back(name);
  }

  template <class F>
  static std::string doc(const F& field, const Field& info) {
    std::string text = fmt::format("{} ({}", info.doc, kind_of<F>());
    if constexpr (std::is_same_v<F, bool>) {
      text += field ? "; default True" : "; default False";
    } else if constexpr (Number<F> || UnitNumber<F>) {
      text += fmt::format("; default {:g}", number_of(field));
      if (std::isfinite(info.min)) text += fmt::format("; at least {:g}", info.min);
      if (std::isfinite(info.max)) text += fmt::format("; at most {:g}", info.max);
    }
    text += ")";
    if (!info.source.empty()) text += fmt::format(". Source: {}", info.source);
    return text;
  }
};

/// Registers T and every described struct inside it; once.
template <class T>
void bind_described(py::module_& module) {
  if (py::detail::get_type_info(typeid(T))) return;
  const std::string name = class_name<T>();
  py::class_<T> into(module, name.c_str(), "Fields may be given by name; all have defaults.");
  into.def(py::init([](const py::kwargs& fields) {
    T value{};
    for (const std::pair<py::handle, py::handle> given : fields) {
      set_field(value, py::cast<std::string>(given.first), given.second);
    }
    return value;
  }));
  std::vector<std::string> fields;
  PropertyMaker<T> maker{module, into, fields};
  T defaults{};
  T::describe(defaults, maker);
  into.attr("_fields") = py::tuple(py::cast(fields));
  into.def("__repr__", [name, fields](py::handle self) {
    std::string text;
    for (const std::string& field : fields) {
      text += fmt::format("{}{}={}", text.empty() ? "" : ", ", field, py::repr(self.attr(field.c_str())).cast<std::string>());
    }
    return fmt::format("{}({})", name, text);
  });
  into.def("__copy__", [](const T& self) { return T(self); });
  into.def("__deepcopy__", [](const T& self, const py::dict&) { return T(self); });
}

}  // namespace streamtwin::python
