// Where Zuul sends a request: a table of path prefixes, looked up once for each kind of request. For a path without a
// route there is no origin, and the endpoint answers 404 by itself (SUCCESS_LOCAL_NO_ROUTE).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim-core/description.hpp"

namespace streamtwin::zuul {

struct RouteProperties {
  std::string path;
  std::string service;

  void check(Checker& checker) const {
    checker.require(path.starts_with('/'), "path", "a path begins with `/`; `/` alone is the route of whatever has no other");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.path,
          {.name = "path", .doc = "Requests to this path and to what lies below it: `/plays` is also `/plays/7`", .required = true});
    visit(self.service,
          {.name = "service", .doc = "The origin that they go to: a service that the gateway calls", .required = true, .names = "service"});
  }
};

/// Cost: O(routes) per look-up.
class RoutingTable {
 public:
  explicit RoutingTable(std::vector<RouteProperties> routes) : routes_(std::move(routes)) {}

  /// The route with the longest path that the request's is or lies below, the first of equals; nothing: 404.
  const RouteProperties* match(std::string_view path) const {
    const RouteProperties* found = nullptr;
    for (const RouteProperties& route : routes_)
      if (covers(trimmed(route.path), path) && (found == nullptr || trimmed(route.path).size() > trimmed(found->path).size()))
        found = &route;
    return found;
  }
  bool empty() const { return routes_.empty(); }

 private:
  static std::string_view trimmed(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
  }
  /// Whole segments: `/play` does not cover `/player`.
  static bool covers(std::string_view prefix, std::string_view path) {
    return path.starts_with(prefix) && (path.size() == prefix.size() ? !path.empty() : path[prefix.size()] == '/');
  }

  std::vector<RouteProperties> routes_;
};

}  // namespace streamtwin::zuul
