// The digest as text.
#include "sim-core/record/digest.hpp"

#include <fmt/format.h>

namespace streamtwin {

std::string Digest::text() const { return fmt::format("{:016x}{:016x}", high_, low_); }

}  // namespace streamtwin
