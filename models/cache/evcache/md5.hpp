// MD5 (RFC 1321), as far as ketama needs it: the digest of a short text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace streamtwin::evcache {

using Md5Digest = std::array<std::uint8_t, 16>;

Md5Digest md5(std::string_view text);

}  // namespace streamtwin::evcache
