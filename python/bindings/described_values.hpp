// Between the fields of described structs and Python's values: what a field of each kind becomes, what it takes, and what it
// is called in messages and docstrings. Used by described.cpp alone.
#pragma once

#include <string>
#include <unordered_map>

#include "python/bindings/described.hpp"

namespace streamtwin::python::values {

using language::Type;
using Kind = Type::Kind;

/// The classes by their description.
std::unordered_map<const Type*, BoundClass>& classes();
const BoundClass& class_of(const Type& type);

/// The classes by what Python knows of them.
std::unordered_map<const PyTypeObject*, const BoundClass*>& python_classes();

/// The Python half of the values: lists, dicts and files that know their kind.
py::object attribute(const char* name);

bool is_number(const Type& type);
double number_of(const Type& type, const void* value);

/// What stands in the docstring: unit and kind.
std::string kind_of(const Type& type);
/// The type of a field as Python writes it.
std::string annotation_of(const Type& type);

/// A copy that owns itself. (pybind11's own policy of copying would hand out an object that it knows at this address.)
py::object copy_of(const BoundClass& bound, const void* value);

/// A value as an object of its own.
py::object to_python(const Type& type, const Field& field, void* value);

/// Throws py::cast_error for a value of another kind; a container may then be half full.
void from_python(const Type& type, void* into, py::handle value);

/// The value as the field keeps it: a struct is the struct that was given, a list or dict becomes one of its kind.
/// Throws py::cast_error for a value of another kind.
py::object normalised(const Type& type, const Field& field, py::handle value);

/// What is wrong with a value, in the words of its field.
py::type_error refusal(const Type& type, const Field& field, py::handle value);

}  // namespace streamtwin::python::values
