// What several bindings need: enums by their members, indices that are checked before they reach an array.
#pragma once

#include <fmt/format.h>
#include <pybind11/pybind11.h>

#include <cstdint>
#include <initializer_list>
#include <utility>

namespace streamtwin::python {

/// A C++ enum without names of its own as a Python enum. (One with `enum_names` is one of those texts.)
template <class E>
void bind_enum(pybind11::module_& module, const char* name, const char* doc, std::initializer_list<std::pair<const char*, E>> members) {
  pybind11::enum_<E> into(module, name, doc);
  for (const auto& [member, value] : members) into.value(member, value);
}

/// The index, or IndexError.
template <class Index>
Index checked(Index index, std::size_t size, const char* what) {
  if (index < Index{0} || static_cast<std::size_t>(index) >= size) throw pybind11::index_error(fmt::format("no {} {}", what, index));
  return index;
}

}  // namespace streamtwin::python
