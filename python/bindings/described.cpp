#include "python/bindings/described.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <unordered_map>

#include "scenarios/language/canonical.hpp"
#include "scenarios/language/nearest_name.hpp"

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

/// The classes by what Python knows of them.
std::unordered_map<const PyTypeObject*, const BoundClass*>& python_classes() {
  static std::unordered_map<const PyTypeObject*, const BoundClass*> noted;
  return noted;
}

/// The Python half of the values: lists, dicts and files that know their kind.
py::object values_attribute(const char* name) { return py::module_::import("streamtwin.values").attr(name); }

/// What a field holds that Python can reach into: such a value is an object of its own, kept beside the struct.
bool is_reachable(const Type& type) {
  switch (type.kind) {
    case Kind::structure:
    case Kind::list:
    case Kind::map: return true;
    case Kind::optional: return is_reachable(type.element());
    default: return false;
  }
}

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

void from_python(const Type& type, void* into, py::handle value);
py::object normalised(const Type& type, const Field& field, py::handle value);

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

/// Where the class of a struct stands in Python: "streamtwin._core.RegionSpec".
std::string place_of(const BoundClass& bound) {
  for (const auto& [type, known] : python_classes()) {
    if (known != &bound) continue;
    const py::handle found(reinterpret_cast<PyObject*>(const_cast<PyTypeObject*>(type)));
    return py::str("{}.{}").format(found.attr("__module__"), found.attr("__qualname__")).cast<std::string>();
  }
  return "Any";
}

/// The type of a field as Python writes it.
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

py::object integer_to_python(Integer number) {
  if (number < 0) return py::int_(static_cast<long long>(number));
  return py::int_(static_cast<unsigned long long>(number));
}

/// A copy that owns itself. (pybind11's own policy of copying would hand out an object that it knows at this address.)
py::object copy_of(const BoundClass& bound, const void* value) {
  return bound.cast(bound.copy(value), py::return_value_policy::take_ownership, {});
}

/// What is wrong with a value, in the words of its field.
py::type_error refusal(const Type& type, const Field& field, py::handle value) {
  return py::type_error(fmt::format("{}: expected {}{}, got {}", field.name, is_unit_number(type) ? "a number in " : "", kind_of(type),
                                    py::repr(value).cast<std::string>()));
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
  return values_attribute("List")(keeper_of(type.element(), field), items);
}
py::object dict_of(const Type& type, const Field& field, const py::dict& entries) {
  return values_attribute("Dict")(keeper_of(type.element(), field), entries);
}

/// A value as an object of its own.
py::object to_python(const Type& type, const Field& field, void* value) {
  switch (type.kind) {
    case Kind::boolean: return py::bool_(type.boolean(value));
    case Kind::integer: return integer_to_python(type.integer(value));
    case Kind::real:
    case Kind::quantity: return py::float_(type.number(value));
    case Kind::text: return py::str(type.text(value));
    case Kind::file: return values_attribute("File")(type.file(value).text, type.file(value).path);
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

/// Throws py::cast_error for a value of another kind; a container may then be half full.
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

void check_bounds(const Type& type, const Field& field, const void* value) {
  if (!is_number(type)) return;
  const language::Bounds bounds = bounds_of(type, field);
  const double number = number_of(type, value);
  if (number >= bounds.min && number <= bounds.max) return;
  throw py::value_error(fmt::format("{}: {} is outside {} to {} ({})", field.name, number, bounds.min, bounds.max, kind_of(type)));
}

/// The value as the field keeps it: a struct is the struct that was given, a list or dict becomes one of its kind.
/// Throws py::cast_error for a value of another kind.
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

void* slot_of(py::handle self, const BoundClass& bound, const Member& member) {
  return static_cast<char*>(bound.get(self)) + member.offset;
}

/// The same object every time, for what can be reached into.
py::object get_member(py::handle self, const BoundClass& bound, const Member& member) {
  const Type& type = member.type();
  if (!is_reachable(type)) return to_python(type, member.field, slot_of(self, bound, member));
  const auto inside = self.attr("__dict__").cast<py::dict>();
  const py::str name(std::string(member.field.name));
  if (!inside.contains(name)) inside[name] = to_python(type, member.field, slot_of(self, bound, member));
  return inside[name];
}

/// A refused value changes nothing.
void set_member(py::handle self, const BoundClass& bound, const Member& member, py::handle value) {
  const Type& type = member.type();
  try {
    const py::object kept = normalised(type, member.field, value);
    if (is_reachable(type)) {
      self.attr("__dict__")[py::str(std::string(member.field.name))] = kept;
    } else {
      from_python(type, slot_of(self, bound, member), kept);
    }
  } catch (const py::cast_error&) {
    throw refusal(type, member.field, value);
  }
}

const Member& member_named(const BoundClass& bound, const std::string& name) {
  if (const Member* member = bound.type->find(name)) return *member;
  std::vector<std::string_view> names;
  for (const Member& member : bound.type->members) names.push_back(member.field.name);
  throw py::attribute_error(fmt::format("{} has no field '{}'{}", bound.name, name, language::did_you_mean(name, names)));
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
        self.value_ptr() = bound.copy(type.make().get());
        const py::handle object(reinterpret_cast<PyObject*>(self.inst));
        try {
          for (const std::pair<py::handle, py::handle> given : fields)
            set_member(object, bound, member_named(bound, py::cast<std::string>(given.first)), given.second);
        } catch (const py::attribute_error& unknown) {
          throw py::type_error(unknown.what());
        }
      },
      py::name("__init__"), py::is_method(into), py::detail::is_new_style_constructor());
}

void define_property(const py::object& into, const Type& type, const Member& member, const void* defaults) {
  const BoundClass& bound = class_of(type);
  const py::cpp_function get([&bound, &member](py::handle self) { return get_member(self, bound, member); }, py::is_method(into));
  const py::cpp_function set([&bound, &member](py::handle self, py::handle value) { set_member(self, bound, member, value); },
                             py::is_method(into));
  const py::handle property(reinterpret_cast<PyObject*>(&PyProperty_Type));
  into.attr(std::string(member.field.name).c_str()) =
      property(get, set, py::none(), doc_of(member, static_cast<const char*>(defaults) + member.offset));
}

template <class Function>
void define_method(const py::object& into, const char* name, Function function, const char* doc = "") {
  into.attr(name) = py::cpp_function(std::move(function), py::name(name), py::is_method(into), py::doc(doc));
}

/// The canonical text of a value as it is now.
std::string canonical_of(const BoundClass& bound, py::handle self) {
  write_through(self);
  return language::canonical_text(*bound.type, bound.get(self));
}

/// Copies, pickles, comparison and text: a value in Python as elsewhere.
void define_value(const py::object& into, const BoundClass& bound) {
  const auto copy = [&bound](py::handle self) {
    write_through(self);
    return copy_of(bound, bound.get(self));
  };
  define_method(into, "__copy__", copy);
  define_method(into, "__deepcopy__", [copy](py::handle self, const py::dict&) { return copy(self); });
  define_method(into, "__reduce__", [](const py::object& self) -> py::object { return values_attribute("pickled")(self); });
  define_method(into, "__eq__", [&bound](const py::object& self, const py::object& other) -> py::object {
    if (!py::type::of(self).is(py::type::of(other))) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
    return py::bool_(canonical_of(bound, self) == canonical_of(bound, other));
  });
  into.attr("__hash__") = py::none();
  define_method(into, "_repr_html_", [](const py::object& self) -> py::object { return values_attribute("html")(self); });
  const auto yaml = [&bound](py::handle self) {
    write_through(self);
    return placeless_text(*bound.type, bound.get(self));
  };
  define_method(into, "to_yaml", yaml, "The value as YAML, every field of it; of a scenario that is a scenario file.");
}

/// A field that does not exist is an error, though Python objects would take it.
void define_setattr(const py::object& into, const BoundClass& bound) {
  define_method(into, "__setattr__", [&bound](py::handle self, const py::str& name, py::handle value) {
    member_named(bound, name.cast<std::string>());
    if (PyObject_GenericSetAttr(self.ptr(), name.ptr(), value.ptr()) != 0) throw py::error_already_set();
  });
}

std::string text_of(const BoundClass& bound, py::handle self) {
  std::string text;
  for (const Member& member : bound.type->members)
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", member.field.name,
                        py::repr(self.attr(std::string(member.field.name).c_str())).cast<std::string>());
  return fmt::format("{}({})", bound.name, text);
}

/// Files that are named relative to the file that names them get a path that holds from anywhere.
void settle_files(const Type& type, void* value) {
  if (type.kind == Kind::file) {
    InputFile& file = type.file(value);
    if (!file.text.empty()) file.text = std::filesystem::absolute(file.path).lexically_normal().string();
  }
  if (type.kind == Kind::optional && type.engaged(value)) settle_files(type.element(), type.engaged(value));
  for (const Member& member : type.members) settle_files(member.type(), static_cast<char*>(value) + member.offset);
  if (type.kind == Kind::list)
    for (std::size_t i = 0; i < type.size(value); ++i) settle_files(type.element(), type.item(value, i));
  if (type.kind == Kind::map)
    for (const auto& [key, entry] : type.entries(value)) settle_files(type.element(), entry);
}

}  // namespace

std::string placeless_text(const language::Type& type, const void* value) {
  const std::shared_ptr<void> copy = type.make();
  class_of(type).assign(copy.get(), value);
  settle_files(type, copy.get());
  return language::canonical_text(type, copy.get());
}

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
  python_classes()[reinterpret_cast<const PyTypeObject*>(into.ptr())] = &bound;
  define_constructor(into, type);
  const std::shared_ptr<void> defaults = type.make();
  py::list fields;
  py::dict annotations;
  for (const Member& member : type.members) {
    define_property(into, type, member, defaults.get());
    fields.append(py::str(std::string(member.field.name)));
    annotations[fields[fields.size() - 1]] = annotation_of(member.type());
  }
  into.attr("_fields") = py::tuple(fields);
  into.attr("__annotations__") = annotations;
  define_method(into, "__repr__", [&bound](py::handle self) { return text_of(bound, self); });
  define_value(into, bound);
  define_setattr(into, bound);
}

void write_through(py::handle object) {
  PyObject** const inside = _PyObject_GetDictPtr(object.ptr());
  if (!inside || !*inside || PyDict_GET_SIZE(*inside) == 0) return;
  const auto found = python_classes().find(Py_TYPE(object.ptr()));
  if (found == python_classes().end()) return;
  const BoundClass& bound = *found->second;
  for (const auto& [name, value] : py::reinterpret_borrow<py::dict>(*inside)) {
    const Member* member = bound.type->find(name.cast<std::string>());
    if (member) from_python(member->type(), slot_of(object, bound, *member), value);
  }
}

}  // namespace streamtwin::python
