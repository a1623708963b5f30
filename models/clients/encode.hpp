// The encode that members watch: its ladder and the sizes of its chunks.
#pragma once

#include "models/clients/abr/movie.hpp"
#include "models/clients/member_spec.hpp"

namespace streamtwin::clients {

/// True sizes where the scenario names a file; else its ladder, or that of 2015, with sizes that vary about the rates.
/// Throws std::invalid_argument for a file that cannot be used or whose chunks are not as long as `chunk`.
abr::Movie encode_of(const MemberSpec& spec, Random& random);

}  // namespace streamtwin::clients
