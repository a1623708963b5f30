// A feature flag: for which members code of a service is open, as each of its instances has heard it. The same members have it at a
// share and at every larger one, so that who has a feature keeps it while it is opened step by step.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/configuration/flag_spec.hpp"
#include "models/rpc/code_path.hpp"
#include "models/rpc/http_request.hpp"

namespace streamtwin::configuration {

/// Whom it is open for.
struct Audience {
  Fraction members{0};
  std::optional<std::uint16_t> group;   ///< only those of this client group
  std::optional<std::uint32_t> member;  ///< this one, whatever the others say

  /// `place`: of the member among all, in [0, 1).
  bool includes(const rpc::HttpRequest& request, double place) const {
    if (member && request.member == *member) return true;
    return (!group || request.group == *group) && place < members.value();
  }
};

class Flag final : public rpc::CodePath {
 public:
  /// Closed for everybody. `salt`: which members come first.
  Flag(const FlagSpec& spec, std::uint64_t salt);

  void set(const Audience& audience, Instant now);

  bool takes(const rpc::Envelope& request, const rpc::Instance& instance, Instant began) const override;
  /// The same of an instance with this identity.
  bool open_for(const rpc::HttpRequest& request, std::uint64_t instance, Instant when) const;
  /// When an instance hears of the change with this number, from 0.
  Instant heard(std::size_t change, std::uint64_t instance) const;

 private:
  struct Change {
    Instant time;
    Audience audience;
  };
  const Duration within_;
  const std::uint64_t salt_;
  std::vector<Change> changes_;
};

}  // namespace streamtwin::configuration
