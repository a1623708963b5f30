#include "models/cache/evcache/ketama.hpp"
#include "models/cache/evcache/replicas.hpp"
#include "models/cache/evcache/shard.hpp"
#include "models/cache/evcache/slabs.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace evcache;

namespace {

/// A reader with the properties it needs to outlive.
class Reader {
 public:
  Reader(CacheProperties properties, std::uint8_t own_zone) : properties_(std::move(properties)), order_(properties_, own_zone) {}
  Reader(const Reader&) = delete;
  void update(const std::vector<Group>& groups) { order_.update(groups); }
  std::optional<GroupIndex> first() { return order_.first(); }
  std::optional<GroupIndex> fallback(GroupIndex tried, int already) { return order_.fallback(tried, already); }

 private:
  const CacheProperties properties_;
  ReadOrder order_;
};

void bind_ring(py::module_& module) {
  py::class_<KetamaRing>(module, "KetamaRing", "The ring by which a client finds the node of a key in one server group.")
      .def(py::init([](const std::vector<std::pair<std::string, std::string>>& nodes, int bucket_size) {
             if (nodes.empty()) throw py::value_error("nodes: a ring needs at least one");
             if (bucket_size < 4) throw py::value_error("bucket_size: at least 4 points per node");
             std::vector<NodeName> names;
             for (const auto& [host, address] : nodes) names.push_back({host, address});
             return KetamaRing::of_group(names, bucket_size);
           }),
           "nodes"_a, "bucket_size"_a = 160, "Nodes are pairs of host and address, as EVCache names them.")
      .def("node_of", &KetamaRing::node_of, "key"_a, "The position of the key's node in the list of nodes.")
      .def("__len__", &KetamaRing::points, "Points on the ring.");
  module.def(
      "ketama_hash", [](const std::string& key) { return hash_of(HashAlgorithm::ketama, key); }, "key"_a,
      "The first four bytes of the key's MD5 digest, little-endian.");
}

void bind_shard(py::module_& module) {
  py::class_<Hit>(module, "Hit", "What a hit tells.")
      .def_readonly("version", &Hit::version, "Of the value that was stored.")
      .def_readonly("expiry", &Hit::expiry, "s");
  py::class_<Shard>(module, "Shard",
                    "One memcached node: entries that expire, in its slab classes or in a finite memory that a policy of `eviction` keeps.")
      .def(py::init([](Bytes capacity, Eviction eviction) { return Shard(capacity, eviction); }), "capacity"_a,
           "eviction"_a = Eviction::memcached)
      .def("get", &Shard::get, "key"_a, "now"_a, "A Hit, or None.")
      .def("set", &Shard::set, "key"_a, "size"_a, "version"_a, "time_to_live"_a, "now"_a,
           "`size` is of key and value. False when there is no room for it; a time to live of 0 never expires.")
      .def("add", &Shard::add, "key"_a, "size"_a, "version"_a, "time_to_live"_a, "now"_a, "Only if nothing live is stored.")
      .def("touch", &Shard::touch, "key"_a, "time_to_live"_a, "now"_a)
      .def("erase", &Shard::erase, "key"_a)
      .def("clear", &Shard::clear)
      .def("__len__", &Shard::entries)
      .def_property_readonly("used", &Shard::used, "B")
      .def_property_readonly("capacity", &Shard::capacity, "B")
      .def_property_readonly("evictions", &Shard::evictions);
}

}  // namespace

void bind_evcache(py::module_& algorithms) {
  auto module = algorithms.def_submodule("evcache", "EVCache: rings, shards, the order of reading replicas, latches.");
  bind_described<CacheProperties>(module);
  bind_ring(module);
  bind_shard(module);
  py::class_<Group>(module, "Group", "A replica as a reader sees it.")
      .def(py::init([](std::uint8_t zone, int active_nodes, int inactive_nodes, bool write_only) {
             return Group{zone, active_nodes, inactive_nodes, write_only};
           }),
           "zone"_a, "active_nodes"_a = 1, "inactive_nodes"_a = 0, "write_only"_a = false)
      .def_property_readonly("readable", &Group::readable, "False while more of its nodes are down than up.");
  py::class_<Reader>(module, "ReadOrder", "One client's order of reading: the local replica first, then another.")
      .def(py::init<CacheProperties, std::uint8_t>(), "properties"_a = CacheProperties{}, "own_zone"_a = std::uint8_t{0})
      .def("update", &Reader::update, "groups"_a, "The replicas as they are now.")
      .def("first", &Reader::first, "A position in the list of groups, or None.")
      .def("fallback", &Reader::fallback, "tried"_a, "already"_a = 0, "The next one to read after a failure, or None.");
  module.def(
      "chunk_sizes", [] { return std::vector<std::uint64_t>(chunk_sizes.begin(), chunk_sizes.end()); },
      "Of memcached's slab classes, the sizes of their chunks, B.");
  module.def(
      "chunk_of", [](std::uint64_t key, std::uint64_t value) { return chunk_sizes[slab_class_of(item_bytes(key, value))]; }, "key"_a,
      "value"_a,
      "The chunk, B, that memcached puts an item into whose key and value have so many bytes; what is larger than any takes several.");
  module.def("latch_count", &latch_count, "policy"_a, "replicas"_a, "How many writes a caller waits for.");
}

}  // namespace streamtwin::python
