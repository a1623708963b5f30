// What strikes the calls between services: bound by services where their proxies do it, by the cloud where its network does.
#pragma once

#include <string>

#include "models/rpc/call_faults.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/targets.hpp"

namespace streamtwin {

chaos::Effect on_calls(Twin::Parts& parts, const FaultSpec& step, CallGroups groups, const rpc::CallTrouble& trouble, std::string text);

}  // namespace streamtwin
