// What a part tells that carries instances of services in a region, on machines of EC2 or in containers: scaling asks for it without
// knowing which part that is.
#pragma once

#include <memory>

#include "models/cloud/auto_scaling/carrier.hpp"
#include "models/places/ids.hpp"
#include "models/services/service.hpp"

namespace streamtwin {

class Carriers {
 public:
  virtual ~Carriers() = default;
  /// Of a service that scales; null for one that somebody else carries there.
  virtual std::unique_ptr<auto_scaling::Carrier> carrier_of(services::Service& service, RegionIndex region) = 0;
};

}  // namespace streamtwin
