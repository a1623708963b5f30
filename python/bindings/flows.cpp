#include <cmath>
#include <map>

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "sim-core/flows/flow_network.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace flows;

namespace {

/// The allocator with links and flows as plain numbers, each checked.
class Network {
 public:
  explicit Network(double tolerance) : network_(tolerance) {}

  std::uint32_t add_link(BitRate capacity) { return network_.add_link(capacity_of_link(capacity)).index; }
  std::uint64_t start(const std::vector<std::uint32_t>& links, BitRate cap, Bytes size, Instant now) {
    std::vector<LinkId> path;
    for (const std::uint32_t index : links) path.push_back(link(index));
    if (path.empty() || path.size() > 4) throw py::value_error("a flow crosses one to four links");
    if (!(size > Bytes{0}) || !std::isfinite(size.value())) throw py::value_error("a flow needs a positive size");
    check_cap(cap);
    complete(now);
    flows_[next_] = network_.start(network_.path(path), cap, size, now, next_);
    return next_++;
  }
  void set_cap(std::uint64_t id, BitRate cap, Instant now) {
    check_cap(cap);
    network_.set_cap(flow(id, now), cap, now);
  }
  void set_capacity(std::uint32_t index, BitRate capacity, Instant now) {
    complete(now);
    network_.set_capacity(link(index), capacity_of_link(capacity), now);
  }
  Bytes abort(std::uint64_t id, Instant now) {
    const FlowId gone = flow(id, now);
    flows_.erase(id);
    return network_.abort(gone, now);
  }
  /// (flow, time) of everything that has finished by now and was not returned before.
  std::vector<std::pair<std::uint64_t, double>> advance(Instant now) {
    complete(now);
    return std::exchange(finished_, {});
  }
  std::optional<double> next_completion() {
    const Instant next = network_.next_completion();
    return next == never ? std::nullopt : std::optional(in_seconds(next));
  }
  BitRate rate(std::uint64_t id) { return network_.rate(flow(id)); }
  Bytes delivered(std::uint64_t id, Instant now) { return network_.delivered(flow(id, now), now); }
  BitRate carried(std::uint32_t index) { return network_.carried(link(index)); }
  bool saturated(std::uint32_t index) { return network_.saturated(link(index)); }
  std::size_t size() const { return network_.size(); }

 private:
  static BitRate capacity_of_link(BitRate capacity) {
    if (!(capacity >= BitRate{0}) || !std::isfinite(capacity.value()))
      throw py::value_error("a link's capacity is finite and not below zero");
    return capacity;
  }
  static void check_cap(BitRate cap) {
    if (!(cap >= BitRate{0}) || !std::isfinite(cap.value())) throw py::value_error("a flow's cap is finite and not below zero");
  }
  LinkId link(std::uint32_t index) const {
    if (index >= network_.links()) throw py::index_error(fmt::format("no link {}", index));
    return LinkId{index};
  }
  FlowId flow(std::uint64_t id) const {
    const auto known = flows_.find(id);
    if (known == flows_.end()) throw py::key_error(fmt::format("flow {} is not in flight", id));
    return known->second;
  }
  FlowId flow(std::uint64_t id, Instant now) {
    complete(now);
    return flow(id);
  }
  void complete(Instant now) {
    if (now < now_) throw py::value_error("time must not go backwards");
    now_ = now;
    network_.complete_until(now, [this](const Completion& done) {
      flows_.erase(done.tag);
      finished_.emplace_back(done.tag, in_seconds(done.when));
    });
  }

  FlowNetwork network_;
  Instant now_{};
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, FlowId> flows_;
  std::vector<std::pair<std::uint64_t, double>> finished_;
};

}  // namespace

void bind_flows(py::module_& algorithms) {
  auto module = algorithms.def_submodule("flows", "Max-min fair sharing of links by flows with caps.");
  py::class_<Network>(module, "FlowNetwork",
                      "Flows over links, each capped by its access rate, sharing what they cross max-min fair, as "
                      "SimGrid's solver has it. Links and flows are numbers; times must not go backwards.")
      .def(py::init<double>(), "tolerance"_a = 1e-8)
      .def("add_link", &Network::add_link, "capacity"_a, "A link of this many bits per second.")
      .def("start", &Network::start, "links"_a, "cap"_a, "size"_a, "now"_a, "A flow of `size` bytes over one to four links.")
      .def("set_cap", &Network::set_cap, "flow"_a, "cap"_a, "now"_a)
      .def("set_capacity", &Network::set_capacity, "link"_a, "capacity"_a, "now"_a)
      .def("abort", &Network::abort, "flow"_a, "now"_a, "Ends a flow early; the bytes it had delivered.")
      .def("advance", &Network::advance, "now"_a, "(flow, time) of all that have finished by now, in order.")
      .def("next_completion", &Network::next_completion, "When the next flow finishes if nothing changes, or None.")
      .def("rate", &Network::rate, "flow"_a, "bps")
      .def("delivered", &Network::delivered, "flow"_a, "now"_a, "B")
      .def("carried", &Network::carried, "link"_a, "bps")
      .def("saturated", &Network::saturated, "link"_a)
      .def("__len__", &Network::size);
}

}  // namespace streamtwin::python
