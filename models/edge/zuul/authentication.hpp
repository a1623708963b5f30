// The first inbound filter: a request without valid credentials is answered 401 at the edge. It sets the answer and stops
// filter processing, so that neither the filters after it nor an origin see the request; filters that override the stop
// still run. It is synchronous, and so the guard of asynchronous filters does not count it.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "models/edge/zuul/filters.hpp"

namespace streamtwin::zuul {

inline constexpr int unauthorised_status = 401;

struct AuthenticationProperties {
  bool enabled = false;
  std::vector<std::string> exempt;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled, {.name = "enabled", .doc = "Answer 401 to requests without valid credentials", .source = assumption});
    visit(self.exempt, {.name = "exempt",
                        .doc = "Services that anybody may ask: who signs up has no credentials yet",
                        .source = assumption,
                        .names = "service"});
  }
};

class AuthenticationFilter {
 public:
  /// `origins`: the services that the gateway calls; a request names its own by position.
  AuthenticationFilter(const AuthenticationProperties& properties, std::span<const std::string> origins) : enabled_(properties.enabled) {
    for (const std::string& origin : origins)
      exempt_.push_back(std::find(properties.exempt.begin(), properties.exempt.end(), origin) != properties.exempt.end());
  }

  /// Whether the request goes on; if not, the context says with which status it is answered. What has no route needs
  /// credentials, too: whether there is one is no stranger's business.
  bool apply(bool valid_credentials, std::size_t origin, FilterContext& context) const {
    if (!enabled_ || valid_credentials || (origin < exempt_.size() && exempt_[origin])) return true;
    context.static_response = unauthorised_status;
    context.stop_processing = true;
    return false;
  }

 private:
  bool enabled_;
  std::vector<char> exempt_;  ///< by origin
};

}  // namespace streamtwin::zuul
