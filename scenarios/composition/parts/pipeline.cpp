#include "scenarios/composition/parts/pipeline.hpp"

namespace streamtwin {

extern const PartKind pipeline_part;
const PartKind pipeline_part{.build = build_part<PipelinePart>};

}  // namespace streamtwin
