// The encode that members watch: its ladder and the sizes of its chunks.
#pragma once

#include <string>
#include <vector>

#include "models/clients/abr/movie.hpp"
#include "models/clients/member_spec.hpp"

namespace streamtwin::clients {

/// True sizes where the scenario names a file that has them; else the ladder of that or of the scenario, or that of 2015,
/// with sizes that vary about the rates. `remarks` takes what of the file was guessed or left out. Throws
/// std::invalid_argument for a file that cannot be used or whose chunks are not as long as `chunk`.
abr::Movie encode_of(const MemberSpec& spec, Random& random, std::vector<std::string>* remarks = nullptr);

}  // namespace streamtwin::clients
