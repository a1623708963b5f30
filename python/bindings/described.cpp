#include "python/bindings/described.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <unordered_map>

#include "python/bindings/described_values.hpp"
#include "scenarios/language/canonical.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::python {

namespace {

using language::Member;
using language::Type;
using values::class_of;
using values::copy_of;
using values::from_python;
using values::is_number;
using values::kind_of;
using values::normalised;
using values::number_of;
using values::python_classes;
using values::refusal;
using values::to_python;
using Kind = Type::Kind;

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

/// Under which name programs may know a field from before; empty for none.
std::string earlier_name(const Field& field) {
  static constexpr std::pair<std::string_view, std::string_view> earlier[] = {
      {"available_min", "available_least"}, {"blackout_max", "blackout_most"}, {"depth_max", "depth_most"},
      {"draws_max", "draws_most"},          {"error_max", "error_most"},       {"fallbacks_max", "fallbacks_most"},
      {"lists_max", "lists_most"},          {"load_max", "load_most"},         {"utilisation_max", "utilisation_most"}};
  for (const auto& [name, before] : earlier) {
    if (field.name == name) return std::string(before);
  }
  return "";
}

const Member& member_named(const BoundClass& bound, const std::string& name) {
  if (const Member* member = bound.type->find(name)) return *member;
  for (const Member& member : bound.type->members) {
    if (earlier_name(member.field) == name) return member;
  }
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
  if (const std::string earlier = earlier_name(member.field); !earlier.empty())
    into.attr(earlier.c_str()) = property(get, set, py::none(), fmt::format("The earlier name of `{}`.", member.field.name));
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
  define_method(into, "__reduce__", [](const py::object& self) -> py::object { return values::attribute("pickled")(self); });
  define_method(into, "__eq__", [&bound](const py::object& self, const py::object& other) -> py::object {
    if (!py::type::of(self).is(py::type::of(other))) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
    return py::bool_(canonical_of(bound, self) == canonical_of(bound, other));
  });
  into.attr("__hash__") = py::none();
  define_method(into, "_repr_html_", [](const py::object& self) -> py::object { return values::attribute("html")(self); });
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

std::string earlier_name(const std::string& name) {
  static constexpr std::string_view once_configs[] = {
      "AbrSpec",  "ApplianceClassSpec", "ApplianceSpec",     "CacheControlSpec", "DeviceMixSpec", "DeviceSpec",  "DiurnalSpec",
      "FillSpec", "GeoDnsSpec",         "OriginSpec",        "PlacementSpec",    "PlayerSpec",    "ProbingSpec", "RoutingSpec",
      "RuleSpec", "ServerSwitchSpec",   "SessionLengthSpec", "SteeringSpec",     "TopologySpec"};
  if (name == "StoreSpec") return "QuorumSpec";
  if (std::find(std::begin(once_configs), std::end(once_configs), name) == std::end(once_configs)) return "";
  return name.substr(0, name.size() - std::string_view{"Spec"}.size()) + "Config";
}

bool note_class(BoundClass bound) { return values::classes().try_emplace(bound.type, bound).second; }

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
    annotations[fields[fields.size() - 1]] = values::annotation_of(member.type());
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
