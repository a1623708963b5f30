#include "models/cache/evcache/client.hpp"

#include <algorithm>

namespace streamtwin::evcache {

bool Client::asks(GroupIndex group, NodeIndex node) const {
  return std::find(down_.begin(), down_.end(), std::pair{group, node}) == down_.end();
}

}  // namespace streamtwin::evcache
