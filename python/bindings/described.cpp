#include "python/bindings/described.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <unordered_map>

namespace streamtwin::python {

namespace {

using language::Integer;
using language::Member;
using language::Type;
using Kind = Type::Kind;

std::unordered_map<const Type*, BoundClass>& classes() {
  static std::unordered_map<const Type*, BoundClass> noted;
  return noted;
}
const BoundClass& class_of(const Type& type) { return classes().at(&type); }

bool is_unit_number(const Type& type) { return type.kind == Kind::quantity; }
bool is_number(const Type& type) { return type.kind == Kind::integer || type.kind == Kind::real || type.kind == Kind::quantity; }

std::string names_of(const Type& type) {
  std::string all;
  for (const auto& choice : type.choices) all += (all.empty() ? "" : ", ") + std::string(choice.name);
  return all;
}

/// What stands in the docstring: unit and kind.
std::string kind_of(const Type& type) {
  switch (type.kind) {
    case Kind::boolean: return "bool";
    case Kind::integer:
    case Kind::real: return "number";
    case Kind::text: return "text";
    case Kind::file: return "file";
    case Kind::quantity: return type.units[0].text.empty() ? "fraction" : std::string(type.units[0].text);
    case Kind::choice: return "one of " + names_of(type);
    case Kind::structure: return class_of(type).name;
    case Kind::list: return "list of " + kind_of(type.element());
    case Kind::optional: return kind_of(type.element()) + " or None";
    case Kind::map: return "dict of " + kind_of(type.element());
  }
  return "";
}

double number_of(const Type& type, const void* value) {
  return type.kind == Kind::integer ? static_cast<double>(type.integer(value)) : type.number(value);
}

py::object integer_to_python(Integer number) {
  if (number < 0) return py::int_(static_cast<long long>(number));
  return py::int_(static_cast<unsigned long long>(number));
}

/// A copy that owns itself. (pybind11's own policy of copying would hand out an object that it knows at this address.)
py::object copy_of(const BoundClass& bound, const void* value) {
  return bound.cast(bound.copy(value), py::return_value_policy::take_ownership, {});
}

/// With an owner, a struct is the struct inside the owner; without, a copy.
py::object to_python(const Type& type, void* value, py::handle owner) {
  switch (type.kind) {
    case Kind::boolean: return py::bool_(type.boolean(value));
    case Kind::integer: return integer_to_python(type.integer(value));
    case Kind::real:
    case Kind::quantity: return py::float_(type.number(value));
    case Kind::text: return py::str(type.text(value));
    case Kind::file: return py::str(type.file(value).text);
    case Kind::choice: {
      const int position = type.choice(value);
      return py::str(position < 0 ? "?" : std::string(type.choices[static_cast<std::size_t>(position)].name));
    }
    case Kind::structure:
      if (!owner) return copy_of(class_of(type), value);
      return class_of(type).cast(value, py::return_value_policy::reference_internal, owner);
    case Kind::optional: {
      void* inner = type.engaged(value);
      return inner ? to_python(type.element(), inner, owner) : py::none();
    }
    case Kind::list: {
      py::list list;
      for (std::size_t i = 0; i < type.size(value); ++i) list.append(to_python(type.element(), type.item(value, i), {}));
      return list;
    }
    case Kind::map: {
      py::dict dict;
      for (const auto& [key, entry] : type.entries(value)) dict[py::str(key)] = to_python(type.element(), entry, {});
      return dict;
    }
  }
  return py::none();
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

void from_python(const Type& type, void* into, py::handle value);

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

/// Throws py::cast_error for a value of another kind; a container may then be half full.
void from_python(const Type& type, void* into, py::handle value) {
  switch (type.kind) {
    case Kind::boolean: type.boolean(into) = value.cast<bool>(); break;
    case Kind::integer: type.set_integer(into, integer_from_python(type, value)); break;
    case Kind::real:
    case Kind::quantity: type.set_number(into, number_from_python(type, value)); break;
    case Kind::text: type.text(into) = value.cast<std::string>(); break;
    case Kind::file: {
      const std::string path = py::str(py::module_::import("os").attr("fspath")(value));
      type.file(into) = InputFile{path, path};
      break;
    }
    case Kind::choice: type.set_choice(into, choice_from_python(type, value)); break;
    case Kind::structure: {
      const BoundClass& bound = class_of(type);
      const void* given = bound.get(value);
      if (!given) throw py::cast_error("None is no struct");
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

void check_bounds(const Type& type, const Field& field, const void* value) {
  if (!is_number(type)) return;
  const double number = number_of(type, value);
  if (number >= field.min && number <= field.max) return;
  throw py::value_error(fmt::format("{}: {} is outside {} to {} ({})", field.name, number, field.min, field.max, kind_of(type)));
}

void set_member(void* self, const Member& member, py::handle value) {
  const Type& type = member.type();
  try {
    // Aside first, so that a refused value changes nothing.
    const std::shared_ptr<void> trial = type.make();
    from_python(type, trial.get(), value);
    check_bounds(type, member.field, trial.get());
    from_python(type, static_cast<char*>(self) + member.offset, value);
  } catch (const py::cast_error&) {
    throw py::type_error(fmt::format("{}: expected {}{}, got {}", member.field.name, is_unit_number(type) ? "a number in " : "",
                                     kind_of(type), py::repr(value).cast<std::string>()));
  }
}

std::string doc_of(const Member& member, const void* value) {
  const Field& field = member.field;
  const Type& type = member.type();
  std::string text = fmt::format("{} ({}", field.doc, kind_of(type));
  if (type.kind == Kind::boolean) {
    text += type.boolean(const_cast<void*>(value)) ? "; default True" : "; default False";
  } else if (is_number(type)) {
    text += fmt::format("; default {:g}", number_of(type, value));
    if (std::isfinite(field.min)) text += fmt::format("; at least {:g}", field.min);
    if (std::isfinite(field.max)) text += fmt::format("; at most {:g}", field.max);
  }
  text += ")";
  if (!field.source.empty()) text += fmt::format(". Source: {}", field.source);
  return text;
}

void define_constructor(const py::object& into, const Type& type) {
  const BoundClass& bound = class_of(type);
  into.attr("__init__") = py::cpp_function(
      [&bound, &type](py::detail::value_and_holder& self, const py::kwargs& fields) {
        const std::shared_ptr<void> value = type.make();
        for (const std::pair<py::handle, py::handle> given : fields) {
          const auto name = py::cast<std::string>(given.first);
          const Member* member = type.find(name);
          if (!member) throw py::type_error(fmt::format("{} has no field '{}'", bound.name, name));
          set_member(value.get(), *member, given.second);
        }
        self.value_ptr() = bound.copy(value.get());
      },
      py::name("__init__"), py::is_method(into), py::detail::is_new_style_constructor());
}

void define_property(const py::object& into, const Type& type, const Member& member, const void* defaults) {
  const BoundClass& bound = class_of(type);
  const py::cpp_function get(
      [&bound, &member](py::handle self) { return to_python(member.type(), static_cast<char*>(bound.get(self)) + member.offset, self); },
      py::is_method(into));
  const py::cpp_function set([&bound, &member](py::handle self, py::handle value) { set_member(bound.get(self), member, value); },
                             py::is_method(into));
  const py::handle property(reinterpret_cast<PyObject*>(&PyProperty_Type));
  into.attr(std::string(member.field.name).c_str()) =
      property(get, set, py::none(), doc_of(member, static_cast<const char*>(defaults) + member.offset));
}

std::string text_of(const BoundClass& bound, py::handle self) {
  std::string text;
  for (const Member& member : bound.type->members)
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", member.field.name,
                        py::repr(self.attr(std::string(member.field.name).c_str())).cast<std::string>());
  return fmt::format("{}({})", bound.name, text);
}

}  // namespace

std::string class_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  const std::string full = text.get();
  return full.substr(full.rfind(':') + 1);
}

bool note_class(BoundClass bound) { return classes().try_emplace(bound.type, bound).second; }

const Type& innermost(const Type& type) {
  const Type* inner = &type;
  while (inner->element) inner = &inner->element();
  return *inner;
}

void define_class(py::object into, const Type& type) {
  const BoundClass& bound = class_of(type);
  define_constructor(into, type);
  const std::shared_ptr<void> defaults = type.make();
  py::list fields;
  for (const Member& member : type.members) {
    define_property(into, type, member, defaults.get());
    fields.append(py::str(std::string(member.field.name)));
  }
  into.attr("_fields") = py::tuple(fields);
  into.attr("__repr__") =
      py::cpp_function([&bound](py::handle self) { return text_of(bound, self); }, py::name("__repr__"), py::is_method(into));
  into.attr("__copy__") =
      py::cpp_function([&bound](py::handle self) { return copy_of(bound, bound.get(self)); }, py::name("__copy__"), py::is_method(into));
  into.attr("__deepcopy__") = py::cpp_function([&bound](py::handle self, const py::dict&) { return copy_of(bound, bound.get(self)); },
                                               py::name("__deepcopy__"), py::is_method(into));
}

}  // namespace streamtwin::python
