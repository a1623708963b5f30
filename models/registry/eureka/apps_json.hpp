// The JSON of GET /eureka/apps, as servers of Eureka 1 write it and its clients read it: what a registry lists.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/registry/eureka/instance.hpp"

namespace streamtwin::eureka {

/// An instance by its names.
struct ListedInstance {
  std::string app;   ///< as it is written: in capitals
  std::string id;    ///< once in an application
  std::string zone;  ///< "availability-zone" of Amazon's metadata; empty without
  InstanceStatus status = InstanceStatus::up;
  InstanceStatus overridden = InstanceStatus::unknown;
  Duration lease_duration = 90s;
  Duration renewal_interval = 30s;
  Instant registered{}, renewed{};  ///< of the last snapshot's renewals; since 1970
};

/// What the file lists, application by application. `name` begins messages. Throws std::invalid_argument, which says where: no JSON, no
/// applications, a status that Eureka does not know, an id twice in an application, times that are no numbers.
std::vector<ListedInstance> apps_of_json(const std::string& name, std::string_view text);

/// The same file, which clients of Eureka 1.10 read. `all`: sorted by application.
std::string json_of_apps(const std::vector<ListedInstance>& all);

}  // namespace streamtwin::eureka
