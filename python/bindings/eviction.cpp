#include "models/eviction/policy.hpp"

#include <algorithm>
#include <map>

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace eviction;

namespace {

std::unique_ptr<Policy> policy_of(Kind kind, Size size, Duration ttl, int clock_bits, bool s3fifo_fills) {
  if (kind == Kind::lru_ttl && !(ttl > Duration{0})) throw py::value_error("lru-ttl needs a ttl above zero");
  return make_policy(kind, size, {.time_to_live = ttl, .clock_bits = clock_bits, .s3fifo_fills = s3fifo_fills});
}

bool put(Policy& policy, Key key, Size size, Instant now) {
  if (size == 0) throw py::value_error("size: an item has at least 1");
  if (policy.find(key) != nowhere) throw py::value_error("the item is held; erase it first");
  return policy.put(key, size, now) != nowhere;
}

bool request(Policy& policy, Key key, Size size, Instant now) {
  if (size == 0) throw py::value_error("size: an item has at least 1");
  if (policy.use(key, now) != nowhere) return true;
  policy.put(key, size, now);
  return false;
}

bool erase(Policy& policy, Key key) {
  const Slot slot = policy.find(key);
  if (slot != nowhere) policy.erase(slot);
  return slot != nowhere;
}

Tally play(Policy& policy, const std::vector<Key>& keys, const std::optional<std::vector<Size>>& sizes,
           const std::optional<std::vector<double>>& times) {
  if ((sizes && sizes->size() != keys.size()) || (times && times->size() != keys.size()))
    throw py::value_error("keys, sizes and times need as many entries as each other");
  if (sizes && std::find(sizes->begin(), sizes->end(), Size{0}) != sizes->end()) throw py::value_error("sizes: an item has at least 1");
  std::vector<Request> requests(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    requests[i] = {keys[i], sizes ? (*sizes)[i] : 1, at(seconds(times ? (*times)[i] : static_cast<double>(i)))};
  return policy.play(requests, Weight::recorded);
}

std::map<std::string, std::vector<Key>> queues(const Policy& policy) {
  std::map<std::string, std::vector<Key>> all;
  for (Part& part : policy.parts()) all[std::string(part.name)] = std::move(part.keys);
  return all;
}

void bind_tally(py::module_& module) {
  const auto ratio = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  py::class_<Tally>(module, "Tally", "What came of the requests of a trace.")
      .def_readonly("requests", &Tally::requests)
      .def_readonly("misses", &Tally::misses)
      .def_property_readonly(
          "miss_ratio", [=](const Tally& self) { return ratio(self.misses, self.requests); }, "Of the requests.")
      .def_property_readonly(
          "byte_miss_ratio", [=](const Tally& self) { return ratio(self.missed_size, self.size); }, "Of what they asked for.");
}

}  // namespace

void bind_eviction(py::module_& algorithms) {
  auto module = algorithms.def_submodule("eviction", "What a cache drops when it is full: ten policies behind one interface.");
  bind_tally(module);
  py::class_<Policy>(module, "Policy", "A cache of finite size with one of the `policies`. Keys are whole numbers of 64 bits.")
      .def(py::init(&policy_of), "policy"_a, "size"_a, "ttl"_a = Duration{0}, "clock_bits"_a = 1, "s3fifo_fills"_a = false,
           "`size` in items or in bytes, as the sizes of what is stored; `ttl` in seconds, of lru-ttl.")
      .def("request", &request, "key"_a, "size"_a = Size{1}, "now"_a = Instant{},
           "Whether it is held; the use counts, and what is not held is stored.")
      .def("play", &play, "keys"_a, "sizes"_a = py::none(), "times"_a = py::none(),
           "Requests one after another. Without sizes each is 1, without times they come once a second.")
      .def(
          "use", [](Policy& self, Key key, Instant now) { return self.use(key, now) != nowhere; }, "key"_a, "now"_a = Instant{},
          "Whether it is held; that counts as a use.")
      .def("put", &put, "key"_a, "size"_a = Size{1}, "now"_a = Instant{}, "Stores an item; False when the policy does not admit it.")
      .def("erase", &erase, "key"_a, "Drops an item; False when it is not held.")
      .def("__contains__", [](const Policy& self, Key key) { return self.find(key) != nowhere; })
      .def("__len__", &Policy::items)
      .def("queues", &queues, "The keys of each of its queues, oldest first; ghosts are remembered, not held.")
      .def_property_readonly("used", &Policy::used)
      .def_property_readonly("size", &Policy::capacity)
      .def_property_readonly("evictions", &Policy::evictions);
  module.def(
      "policies",
      [] {
        std::vector<std::string> names;
        for (const auto& known : enum_names<Kind>) names.emplace_back(known.name);
        return names;
      },
      "The names that a Policy may have.");
}

}  // namespace streamtwin::python
