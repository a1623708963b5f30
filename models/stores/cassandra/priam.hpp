// How Netflix/Priam assigns tokens (utils/TokenManager): one to a node, evenly over the ring, and those of a region moved by a number
// made of its name, so that no two regions want the same.
#pragma once

#include <span>
#include <string_view>

#include "models/stores/cassandra/murmur3.hpp"

namespace streamtwin::priam {

using cassandra::Token;

/// The absolute value of Java's hash of the name.
int region_offset(std::string_view region);
/// Throws for a size of 0, a negative position, or a negative offset. Beyond the last position it goes round.
Token initial_token(int size, int position, int offset);
Token create_token(int slot, int nodes, std::string_view region);
/// The nearer of the two neighbours, the greater one of equals. Throws without any.
Token find_closest_token(Token wanted, std::span<const Token> tokens);

}  // namespace streamtwin::priam
