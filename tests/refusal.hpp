// What is said when something is refused.
#pragma once

#include <string>

namespace streamtwin {

/// The message of the `Error` that an action throws.
template <class Error>
std::string refusal_of(auto&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "(nothing was refused)";
}

}  // namespace streamtwin
