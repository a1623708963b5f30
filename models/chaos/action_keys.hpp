// Which keys of a step of the method its action reads besides `at` and `action`. A key that nothing reads would be a
// fault that does not happen.
#pragma once

#include <string_view>
#include <vector>

#include "models/chaos/fault_spec.hpp"

namespace streamtwin::chaos {

struct ActionKeys {
  Action action;
  std::vector<std::string_view> needs;
  std::vector<std::string_view> reads;  ///< if they are written
};

const ActionKeys& keys_of(Action action);
std::string_view name_of(Action action);

/// The keys that a step has besides `at` and `action`. An empty text is no value.
std::vector<std::string_view> written_keys(const FaultSpec& step);

}  // namespace streamtwin::chaos
