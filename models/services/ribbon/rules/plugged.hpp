// A rule that no scenario can name: a program that runs a scenario plugs it in.
#pragma once

#include <memory>
#include <optional>

#include "models/services/ribbon/servers.hpp"

namespace streamtwin::ribbon {

class PluggedRule {
 public:
  virtual ~PluggedRule() = default;
  /// One of the list; nothing: no server. The list is not empty.
  virtual std::optional<ServerIndex> choose(const Servers& servers, Random& random) = 0;
  /// Another, which has chosen nothing yet: each zone's balancer has its own.
  virtual std::unique_ptr<PluggedRule> another() const = 0;
};

class PluggedChoice {
 public:
  explicit PluggedChoice(std::unique_ptr<PluggedRule> rule) : rule_(std::move(rule)) {}

  std::optional<ServerIndex> choose(const Servers& servers, Random& random) {
    return servers.list.empty() ? std::nullopt : rule_->choose(servers, random);
  }
  PluggedChoice another() const { return PluggedChoice(rule_->another()); }

 private:
  std::unique_ptr<PluggedRule> rule_;
};

}  // namespace streamtwin::ribbon
