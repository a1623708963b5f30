// The edge of the platform: load balancers, gateways, and the names by which clients find a region.
#pragma once

#include "models/edge/dns/name_service.hpp"
#include "models/edge/edge.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class EdgePart final : public TwinPart {
 public:
  explicit EdgePart(Twin::Parts& parts);
  void start() override;

  edge::Edge edge;
  dns::NameService names;
};

}  // namespace streamtwin
