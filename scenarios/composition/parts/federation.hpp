// A federation of stacks of Titus, where a scenario has one.
#pragma once

#include <memory>
#include <string>

#include "models/titus/federation/federation.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

/// As `target` of a step names it: federation/service.
inline constexpr std::string_view federation_name = "federation";

class FederationPart final : public TwinPart {
 public:
  explicit FederationPart(Twin::Parts& parts);
  void start() override { federation_->start(); }
  titus::Federation& federation() { return *federation_; }

 private:
  std::unique_ptr<titus::Federation> federation_;
};

}  // namespace streamtwin
