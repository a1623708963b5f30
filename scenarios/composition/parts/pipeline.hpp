// Events on their way to whoever analyses them.
#pragma once

#include "models/pipeline/keystone.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class PipelinePart final : public TwinPart {
 public:
  explicit PipelinePart(Twin::Parts& parts) : keystone(parts.recorder) {}

  pipeline::Keystone keystone;
};

}  // namespace streamtwin
