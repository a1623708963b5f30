// The store that a scenario describes, of its kind.
#pragma once

#include <memory>

#include "models/rpc/network.hpp"
#include "models/stores/store.hpp"
#include "models/stores/store_spec.hpp"

namespace streamtwin::stores {

/// `service`: whose instances are its nodes.
std::unique_ptr<Store> make_store(rpc::Network& network, const StoreSpec& spec, const rpc::Service& service, Recorder& recorder);

}  // namespace streamtwin::stores
