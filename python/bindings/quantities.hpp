// How values cross into Python: a time or a quantity is a float in its base unit (seconds, bytes, bits per second,
// per second, fractions of one, kilometres), an enum that has names is one of those names, a described struct is an object
// of its class, which is brought up to date first.
#pragma once

#include <fmt/format.h>
#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cmath>
#include <string>
#include <type_traits>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::python {

template <class E>
concept Named = std::is_enum_v<E> && !std::is_null_pointer_v<std::remove_cvref_t<decltype(enum_names<E>)>>;

template <class E>
std::string names_of() {
  std::string all;
  for (const auto& entry : enum_names<E>) all += (all.empty() ? "" : ", ") + std::string(entry.name);
  return all;
}

/// Writes what Python has reached into (see described.hpp) into the struct that the object holds.
void write_through(pybind11::handle object);

}  // namespace streamtwin::python

namespace pybind11::detail {

template <class T>
requires streamtwin::Described<T>
class type_caster<T> : public type_caster_base<T> {
 public:
  bool load(handle source, bool convert) {
    if (!type_caster_base<T>::load(source, convert)) return false;
    streamtwin::python::write_through(source);
    return true;
  }
};

/// A type that is a float in Python.
template <class T>
struct as_float {
  PYBIND11_TYPE_CASTER(T, const_name("float"));

  bool load(handle source, bool convert) {
    if (!convert && !PyFloat_Check(source.ptr())) return false;
    if (PyBool_Check(source.ptr())) return false;
    const double number = PyFloat_AsDouble(source.ptr());
    if (number == -1 && PyErr_Occurred()) {
      PyErr_Clear();
      return false;
    }
    refuse_if_senseless(number);
    value = make(number);
    return true;
  }
  static handle cast(const T& value, return_value_policy, handle) { return PyFloat_FromDouble(number_of(value)); }

 private:
  // Algorithms count whole nanoseconds in 64 bits: a point in time and a time after it must fit together.
  static constexpr double seconds_max = 4e9;

  static void refuse_if_senseless(double number) {
    constexpr bool point = std::is_same_v<T, streamtwin::Instant>, length = std::is_same_v<T, streamtwin::Duration>;
    if (std::isnan(number)) throw value_error("not a number (NaN)");
    if ((point || length) && !(std::abs(number) <= seconds_max))
      throw value_error(fmt::format("a time lies within {:g} s of 0, found {}", seconds_max, number));
  }
  static T make(double number) {
    if constexpr (std::is_same_v<T, streamtwin::Instant>) {
      return streamtwin::at(streamtwin::seconds(number));
    } else {
      return T{number};
    }
  }
  static double number_of(const T& value) {
    if constexpr (requires { streamtwin::in_seconds(value); }) {
      return streamtwin::in_seconds(value);
    } else {
      return value.value();
    }
  }
};

template <>
struct type_caster<streamtwin::Duration> : as_float<streamtwin::Duration> {};
template <>
struct type_caster<streamtwin::Instant> : as_float<streamtwin::Instant> {};
template <class Tag>
struct type_caster<streamtwin::Quantity<Tag>> : as_float<streamtwin::Quantity<Tag>> {};

#if PYBIND11_VERSION_MAJOR >= 3
// pybind11 3 has a caster of its own for enums.
template <class E>
requires streamtwin::python::Named<E>
struct type_caster_enum_type_enabled<E> : std::false_type {
};
#endif

template <class E>
requires streamtwin::python::Named<E>
struct type_caster<E> {
  PYBIND11_TYPE_CASTER(E, const_name("str"));

  bool load(handle source, bool) {
    if (!PyUnicode_Check(source.ptr())) return false;
    const std::string name = source.cast<std::string>();
    for (const auto& entry : streamtwin::enum_names<E>) {
      if (entry.name != name) continue;
      value = entry.value;
      return true;
    }
    throw value_error(fmt::format("'{}' is none of {}", name, streamtwin::python::names_of<E>()));
  }
  static handle cast(E value, return_value_policy, handle) {
    for (const auto& entry : streamtwin::enum_names<E>) {
      if (entry.value == value) return str(std::string(entry.name)).release();
    }
    return str("?").release();
  }
};

}  // namespace pybind11::detail
