// What makes the instances that a step means slow or wrong.
#pragma once

#include <string>

#include "models/rpc/trouble.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

chaos::Effect impair(Twin::Parts& parts, const FaultSpec& step, const rpc::Trouble& trouble, std::string text);

}  // namespace streamtwin
