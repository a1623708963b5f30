#include "python/bindings/described_values.hpp"

#include <fmt/format.h>

namespace streamtwin::python::values {

namespace {

using language::Integer;

/// A struct may hold a list of its kind, and in Python itself.
class Depth {
 public:
  Depth() {
    if (Py_EnterRecursiveCall(" in a value that holds itself") != 0) throw py::error_already_set();
  }
  ~Depth() { Py_LeaveRecursiveCall(); }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
};

bool is_unit_number(const Type& type) { return type.kind == Kind::quantity && !type.own_units; }

std::string names_of(const Type& type) {
  std::string all;
  for (const auto& choice : type.choices) all += (all.empty() ? "" : ", ") + std::string(choice.name);
  return all;
}

/// Where the class of a struct stands in Python: "streamtwin._core.RegionSpec".
std::string place_of(const BoundClass& bound) {
  for (const auto& [type, known] : python_classes()) {
    if (known != &bound) continue;
    const py::handle found(reinterpret_cast<PyObject*>(const_cast<PyTypeObject*>(type)));
    return py::str("{}.{}").format(found.attr("__module__"), found.attr("__qualname__")).cast<std::string>();
  }
  return "Any";
}

py::object integer_to_python(Integer number) {
  if (number < 0) return py::int_(static_cast<long long>(number));
  return py::int_(static_cast<unsigned long long>(number));
}

/// Takes what is put into a list or dict of this kind, or refuses it.
py::cpp_function keeper_of(const Type& element, const Field& field) {
  return py::cpp_function([&element, &field](py::handle value) {
    try {
      return normalised(element, field, value);
    } catch (const py::cast_error&) {
      throw refusal(element, field, value);
    }
  });
}

py::object list_of(const Type& type, const Field& field, const py::list& items) {
  return attribute("List")(keeper_of(type.element(), field), items);
}
py::object dict_of(const Type& type, const Field& field, const py::dict& entries) {
  return attribute("Dict")(keeper_of(type.element(), field), entries);
}

/// Python's whole numbers, as far as the type reaches.
Integer integer_from_python(const Type& type, py::handle value) {
  const Integer number = type.lowest < 0 ? Integer{value.cast<long long>()} : Integer{value.cast<unsigned long long>()};
  if (number < type.lowest || number > type.highest) throw py::cast_error("out of range");
  return number;
}

double number_from_python(const Type& type, py::handle value) {
  if (is_unit_number(type) && py::isinstance<py::bool_>(value)) throw py::cast_error("a truth value is no quantity");
  return value.cast<double>();
}

int choice_from_python(const Type& type, py::handle value) {
  if (!py::isinstance<py::str>(value)) throw py::cast_error("not a text");
  const auto name = value.cast<std::string>();
  for (const auto& choice : type.choices)
    if (choice.name == name) return choice.value;
  throw py::value_error(fmt::format("'{}' is none of {}", name, names_of(type)));
}

void list_from_python(const Type& type, void* into, py::handle value) {
  if (!py::isinstance<py::sequence>(value) || py::isinstance<py::str>(value) || py::isinstance<py::bytes>(value))
    throw py::cast_error("not a list");
  const auto items = py::reinterpret_borrow<py::sequence>(value);
  type.resize(into, items.size());
  for (std::size_t i = 0; i < items.size(); ++i) from_python(type.element(), type.item(into, i), py::object(items[i]));
}

void map_from_python(const Type& type, void* into, py::handle value) {
  if (!py::isinstance<py::dict>(value)) throw py::cast_error("not a dict");
  for (const auto& [key, entry] : type.entries(into)) type.erase(into, key);
  for (const auto& [key, entry] : py::reinterpret_borrow<py::dict>(value))
    from_python(type.element(), type.entry(into, key.cast<std::string>()), entry);
}

void check_bounds(const Type& type, const Field& field, const void* value) {
  if (!is_number(type)) return;
  const language::Bounds bounds = bounds_of(type, field);
  const double number = number_of(type, value);
  if (number >= bounds.min && number <= bounds.max) return;
  throw py::value_error(fmt::format("{}: {} is outside {} to {} ({})", field.name, number, bounds.min, bounds.max, kind_of(type)));
}

}  // namespace

std::unordered_map<const Type*, BoundClass>& classes() {
  static std::unordered_map<const Type*, BoundClass> noted;
  return noted;
}
const BoundClass& class_of(const Type& type) { return classes().at(&type); }

std::unordered_map<const PyTypeObject*, const BoundClass*>& python_classes() {
  static std::unordered_map<const PyTypeObject*, const BoundClass*> noted;
  return noted;
}

py::object attribute(const char* name) { return py::module_::import("streamtwin.values").attr(name); }

bool is_number(const Type& type) { return type.kind == Kind::integer || type.kind == Kind::real || type.kind == Kind::quantity; }

std::string kind_of(const Type& type) {
  switch (type.kind) {
    case Kind::boolean: return "bool";
    case Kind::integer:
    case Kind::real: return "number";
    case Kind::text: return "text";
    case Kind::file: return "file";
    case Kind::quantity: return type.own_units ? "number" : type.units[0].text.empty() ? "fraction" : std::string(type.units[0].text);
    case Kind::choice: return "one of " + names_of(type);
    case Kind::structure: return class_of(type).name;
    case Kind::list: return "list of " + kind_of(type.element());
    case Kind::optional: return kind_of(type.element()) + " or None";
    case Kind::map: return "dict of " + kind_of(type.element());
  }
  return "";
}

std::string annotation_of(const Type& type) {
  switch (type.kind) {
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::real:
    case Kind::quantity: return "float";
    case Kind::text:
    case Kind::file:
    case Kind::choice: return "str";
    case Kind::structure: return place_of(class_of(type));
    case Kind::list: return fmt::format("list[{}]", annotation_of(type.element()));
    case Kind::optional: return fmt::format("Optional[{}]", annotation_of(type.element()));
    case Kind::map: return fmt::format("dict[str, {}]", annotation_of(type.element()));
  }
  return "Any";
}

double number_of(const Type& type, const void* value) {
  return type.kind == Kind::integer ? static_cast<double>(type.integer(value)) : type.number(value);
}

py::object copy_of(const BoundClass& bound, const void* value) {
  return bound.cast(bound.copy(value), py::return_value_policy::take_ownership, {});
}

py::type_error refusal(const Type& type, const Field& field, py::handle value) {
  return py::type_error(fmt::format("{}: expected {}{}, got {}", field.name, is_unit_number(type) ? "a number in " : "", kind_of(type),
                                    py::repr(value).cast<std::string>()));
}

py::object to_python(const Type& type, const Field& field, void* value) {
  switch (type.kind) {
    case Kind::boolean: return py::bool_(type.boolean(value));
    case Kind::integer: return integer_to_python(type.integer(value));
    case Kind::real:
    case Kind::quantity: return py::float_(type.number(value));
    case Kind::text: return py::str(type.text(value));
    case Kind::file: return attribute("File")(type.file(value).text, type.file(value).path);
    case Kind::choice: {
      const int position = type.choice(value);
      return py::str(position < 0 ? "?" : std::string(type.choices[static_cast<std::size_t>(position)].name));
    }
    case Kind::structure: return copy_of(class_of(type), value);
    case Kind::optional: {
      void* inner = type.engaged(value);
      return inner ? to_python(type.element(), field, inner) : py::none();
    }
    case Kind::list: {
      py::list list;
      for (std::size_t i = 0; i < type.size(value); ++i) list.append(to_python(type.element(), field, type.item(value, i)));
      return list_of(type, field, list);
    }
    case Kind::map: {
      py::dict dict;
      for (const auto& [key, entry] : type.entries(value)) dict[py::str(key)] = to_python(type.element(), field, entry);
      return dict_of(type, field, dict);
    }
  }
  return py::none();
}

void from_python(const Type& type, void* into, py::handle value) {
  switch (type.kind) {
    case Kind::boolean: type.boolean(into) = value.cast<bool>(); break;
    case Kind::integer: type.set_integer(into, integer_from_python(type, value)); break;
    case Kind::real:
    case Kind::quantity: type.set_number(into, number_from_python(type, value)); break;
    case Kind::text: type.text(into) = value.cast<std::string>(); break;
    case Kind::file: {
      const std::string text = py::str(py::module_::import("os").attr("fspath")(value));
      type.file(into) = InputFile{text, py::getattr(value, "path", py::str(text)).cast<std::string>()};
      break;
    }
    case Kind::choice: type.set_choice(into, choice_from_python(type, value)); break;
    case Kind::structure: {
      const Depth depth;
      const BoundClass& bound = class_of(type);
      const void* given = bound.get(value);
      write_through(value);
      bound.assign(into, given);
      break;
    }
    case Kind::optional:
      if (value.is_none()) {
        type.disengage(into);
      } else {
        from_python(type.element(), type.engage(into), value);
      }
      break;
    case Kind::list: list_from_python(type, into, value); break;
    case Kind::map: map_from_python(type, into, value); break;
  }
}

py::object normalised(const Type& type, const Field& field, py::handle value) {
  if (type.kind == Kind::optional) return value.is_none() ? py::none() : normalised(type.element(), field, value);
  if (type.kind == Kind::structure) {
    class_of(type).get(value);
    return py::reinterpret_borrow<py::object>(value);
  }
  if (type.kind == Kind::list) {
    if (!py::isinstance<py::sequence>(value) || py::isinstance<py::str>(value) || py::isinstance<py::bytes>(value))
      throw py::cast_error("not a list");
    py::list items;
    for (const py::handle item : value) items.append(normalised(type.element(), field, item));
    return list_of(type, field, items);
  }
  if (type.kind == Kind::map) {
    if (!py::isinstance<py::dict>(value)) throw py::cast_error("not a dict");
    py::dict entries;
    for (const auto& [key, entry] : py::reinterpret_borrow<py::dict>(value))
      entries[py::str(key.cast<std::string>())] = normalised(type.element(), field, entry);
    return dict_of(type, field, entries);
  }
  const std::shared_ptr<void> trial = type.make();
  from_python(type, trial.get(), value);
  check_bounds(type, field, trial.get());
  return to_python(type, field, trial.get());
}

}  // namespace streamtwin::python::values
