#include "python/bindings/decider.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamtwin::python {

namespace py = pybind11;

namespace {

bool is_class(const py::object& object) { return PyType_Check(object.ptr()) != 0; }

/// As an error shows it, on one line of its own.
std::string shown(const py::object& answer) {
  constexpr std::size_t longest = 80;
  std::string text = py::repr(answer).cast<std::string>();
  if (text.size() > longest) text = text.substr(0, longest) + "...";
  return fmt::format("{} ({})", text, py::str(py::type::of(answer).attr("__name__")).cast<std::string>());
}

bool is_bool(const py::object& answer) {
  py::detail::make_caster<bool> caster;
  return caster.load(answer, false);  // numpy's, too
}

}  // namespace

std::string name_of_callable(const py::object& callable) {
  const py::object named = py::hasattr(callable, "__qualname__") ? callable : py::type::of(callable);
  return py::str("{}.{}").format(named.attr("__module__"), named.attr("__qualname__")).cast<std::string>();
}

GivenPolicy::GivenPolicy(std::string kind, const py::object& policy, bool named) : kind_(std::move(kind)) {
  const auto check_callable = [this](const py::object& one, const std::string& where) {
    if (PyCallable_Check(one.ptr()) == 0)
      throw py::type_error(
          fmt::format("policies.{}{}: {} cannot be called; a policy is a function, an object with `__call__`, or a class of "
                      "such objects",
                      kind_, where, shown(one)));
  };
  if (!py::isinstance<py::dict>(policy)) {
    check_callable(policy, "");
    for_all_ = policy;
    return;
  }
  if (!named) throw py::type_error(fmt::format("policies.{}: decides for all alike; give one policy, not a dict of them", kind_));
  for (const auto& [name, one] : policy.cast<py::dict>()) {
    if (!py::isinstance<py::str>(name)) throw py::type_error(fmt::format("policies.{}: the keys of the dict are names", kind_));
    const auto key = name.cast<std::string>();
    by_name_[key] = py::reinterpret_borrow<py::object>(one);
    check_callable(by_name_[key], "." + key);
  }
  if (by_name_.empty()) throw py::value_error(fmt::format("policies.{}: the dict is empty", kind_));
}

std::string GivenPolicy::name() const {
  if (for_all_) return name_of_callable(for_all_);
  std::string names;
  for (const auto& [name, one] : by_name_) names += fmt::format("{}{}: {}", names.empty() ? "" : ", ", name, name_of_callable(one));
  return names;
}

std::vector<std::string> GivenPolicy::meant_for() const {
  std::vector<std::string> names;
  for (const auto& [name, one] : by_name_) names.push_back(name);
  return names;
}

py::object GivenPolicy::callable_for(std::string_view of) const {
  py::object policy = for_all_;
  if (const auto found = by_name_.find(std::string(of)); found != by_name_.end()) policy = found->second;
  if (!policy || !is_class(policy)) return policy;
  py::object made = policy();
  if (PyCallable_Check(made.ptr()) == 0)
    throw py::type_error(fmt::format("policies.{}: objects of the class {} cannot be called; it needs a method `__call__(self, now)`",
                                     kind_, name_of_callable(policy)));
  return made;
}

std::string Decider::said(const py::object& answer, std::string_view expected) const {
  return fmt::format("policies.{}: {} returned {}; expected {}", given_->kind(), name_of_callable(callable_), shown(answer), expected);
}

py::object Decider::call(const py::object& asked) const {
  try {
    return callable_(asked);
  } catch (...) {
    given_->failure = std::current_exception();
    throw;
  }
}

template <class Error>
void Decider::fail(const Error& error) const {
  given_->failure = std::make_exception_ptr(error);
  throw error;
}

void Decider::refuse_type(const py::object& answer, std::string_view expected) const { fail(py::type_error(said(answer, expected))); }
void Decider::refuse_value(const py::object& answer, std::string_view expected) const { fail(py::value_error(said(answer, expected))); }

long Decider::whole_number(const py::object& part, long least, long most, const py::object& answer, std::string_view expected) const {
  if (is_bool(part) || PyIndex_Check(part.ptr()) == 0) refuse_type(answer, expected);
  const py::object index = py::reinterpret_steal<py::object>(PyNumber_Index(part.ptr()));
  if (!index) throw py::error_already_set();
  int overflow = 0;
  const long number = PyLong_AsLongAndOverflow(index.ptr(), &overflow);
  if (overflow != 0 || number < least || number > most) refuse_value(answer, expected);
  return number;
}

std::optional<long> Decider::whole_number_or_none(const py::object& answer, long least, long most, std::string_view expected) const {
  if (answer.is_none()) return std::nullopt;
  return whole_number(answer, least, most, answer, expected);
}

double Decider::number(const py::object& part, double least, double most, const py::object& answer, std::string_view expected) const {
  if (is_bool(part) || PyNumber_Check(part.ptr()) == 0) refuse_type(answer, expected);
  const double number = PyFloat_AsDouble(part.ptr());
  if (number == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    refuse_type(answer, expected);
  }
  if (!(number >= least && number <= most)) refuse_value(answer, expected);
  return number;
}

bool Decider::truth(const py::object& answer, std::string_view expected) const {
  if (!is_bool(answer)) refuse_type(answer, expected);
  return answer.is(py::bool_(true)) || PyObject_IsTrue(answer.ptr()) == 1;
}

}  // namespace streamtwin::python
