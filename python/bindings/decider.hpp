// What all policies in Python have in common: who is called for whom, what that costs, and what is said of answers that make no sense.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/plug.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::python {

/// A policy as a program has given it to a run: something that can be called, a class of such, or one of either by name.
class GivenPolicy {
 public:
  /// Throws TypeError for what cannot be called. `named`: whether there may be one for each name.
  GivenPolicy(std::string kind, const pybind11::object& policy, bool named);

  const std::string& kind() const { return kind_; }
  std::string name() const;
  std::vector<std::string> meant_for() const;
  /// What decides for one of that name, of a class a new object; null: nothing does.
  pybind11::object callable_for(std::string_view of) const;
  PlugUse use;
  std::exception_ptr failure;  ///< by which a call has ended, whatever those who asked have made of it

 private:
  std::string kind_;
  pybind11::object for_all_;
  std::map<std::string, pybind11::object> by_name_;
};

/// "mine.MyRule" of an instance or a class, "mine.rule" of a function.
std::string name_of_callable(const pybind11::object& callable);

/// What is called for one of those that decide.
class Decider {
 public:
  Decider(std::shared_ptr<GivenPolicy> given, pybind11::object callable) : given_(std::move(given)), callable_(std::move(callable)) {}
  Decider another(std::string_view of) const { return {given_, given_->callable_for(of)}; }

  /// Calls it with a situation, whose random numbers are those of the run from where they are.
  template <class Situation>
  pybind11::object ask(Situation&& situation, Random* random = nullptr) const {
    using Plain = std::remove_cvref_t<Situation>;
    const Watch watch(given_->use);
    const pybind11::object asked = pybind11::cast(std::forward<Situation>(situation));
    const pybind11::object answer = call(asked);
    if constexpr (requires(Plain & plain) { plain.random; }) {
      if (random != nullptr) *random = asked.cast<Plain&>().random;
    }
    return answer;
  }

  // Of an answer, or of a part of it, what it is to be, or an exception that says who answered what.
  long whole_number(const pybind11::object& part, long least, long most, const pybind11::object& answer, std::string_view expected) const;
  std::optional<long> whole_number_or_none(const pybind11::object& answer, long least, long most, std::string_view expected) const;
  double number(const pybind11::object& part, double least, double most, const pybind11::object& answer, std::string_view expected) const;
  bool truth(const pybind11::object& answer, std::string_view expected) const;
  [[noreturn]] void refuse_type(const pybind11::object& answer, std::string_view expected) const;
  [[noreturn]] void refuse_value(const pybind11::object& answer, std::string_view expected) const;

 private:
  class Watch {
   public:
    explicit Watch(PlugUse& use) : use_(use), began_(std::chrono::steady_clock::now()) {}
    ~Watch() {
      ++use_.calls;
      use_.took += std::chrono::steady_clock::now() - began_;
    }

   private:
    PlugUse& use_;
    std::chrono::steady_clock::time_point began_;
  };
  pybind11::object call(const pybind11::object& asked) const;
  template <class Error>
  [[noreturn]] void fail(const Error& error) const;
  std::string said(const pybind11::object& answer, std::string_view expected) const;

  std::shared_ptr<GivenPolicy> given_;
  pybind11::object callable_;
};

/// `Decision` by an `Adapter`, which is made of a Decider, of what it decides about, and of whose decision it is.
template <class Decision, class Adapter>
class PythonPlug final : public Plug<Decision> {
 public:
  explicit PythonPlug(std::shared_ptr<GivenPolicy> given) : given_(std::move(given)) {}

  std::string name() const override { return given_->name(); }
  PlugUse use() const override { return given_->use; }
  std::vector<std::string> meant_for() const override { return given_->meant_for(); }
  std::unique_ptr<Decision> make(std::string_view of, std::string_view by) const override {
    pybind11::object callable = given_->callable_for(of);
    if (!callable) return nullptr;
    return std::make_unique<Adapter>(Decider(given_, std::move(callable)), std::string(of), std::string(by));
  }

 private:
  std::shared_ptr<GivenPolicy> given_;
};

}  // namespace streamtwin::python
