#include "models/stores/kinds.hpp"

#include "models/stores/cassandra/node.hpp"

namespace streamtwin::stores {

std::unique_ptr<Store> make_store(rpc::Network& network, const StoreSpec& spec, const rpc::Service& service, Recorder& recorder) {
  switch (spec.kind) {
    case StoreKind::cassandra: return std::make_unique<Node>(network, spec, service, recorder);
  }
  return nullptr;
}

}  // namespace streamtwin::stores
