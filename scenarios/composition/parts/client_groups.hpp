// The client group whose members alone a step means.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {

/// That there is one of that name, where the step names any.
void check_client_group(const StepCheck& on);
/// Nothing where it names none.
std::optional<std::uint16_t> client_group_of(Twin::Parts& parts, const FaultSpec& step);

}  // namespace streamtwin
