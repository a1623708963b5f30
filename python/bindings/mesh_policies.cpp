// Policies between services: whom a client chooses, and what a limit learns.
#include "python/bindings/policies.hpp"
#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;

namespace {

struct BalancerSituation {
  Instant now;
  std::string client, callee;
  std::vector<std::uint32_t> servers;
  std::vector<int> zones, active;
  std::vector<bool> tripped, alive;
  std::vector<std::uint32_t> responses;
  std::vector<Duration> response_time;
  Random random;
};

class PythonRule final : public ribbon::PluggedRule {
 public:
  PythonRule(Decider decider, std::string callee, std::string client)
      : decider_(std::move(decider)), callee_(std::move(callee)), client_(std::move(client)) {}

  std::optional<ribbon::ServerIndex> choose(const ribbon::Servers& servers, Random& random) override {
    BalancerSituation asked{servers.now, client_, callee_, {}, {}, {}, {}, {}, {}, {}, random};
    for (const ribbon::ServerIndex index : servers.list) {
      ribbon::KnownServer& server = servers.stats[index];
      asked.servers.push_back(server.host);
      asked.zones.push_back(server.zone);
      asked.active.push_back(server.active_requests(servers.now, *servers.properties));
      asked.tripped.push_back(server.tripped(servers.now));
      asked.alive.push_back(server.alive());
      asked.responses.push_back(server.responses());
      asked.response_time.push_back(server.response_time_mean());
    }
    const py::object answer = decider_.ask(std::move(asked), &random);
    const long last = static_cast<long>(servers.list.size()) - 1;
    const auto place =
        decider_.whole_number_or_none(answer, 0, last, fmt::format("a position in `servers`, from 0 to {}, or None for no server", last));
    return place ? std::optional(servers.list[static_cast<std::size_t>(*place)]) : std::nullopt;
  }
  std::unique_ptr<ribbon::PluggedRule> another() const override {
    return std::make_unique<PythonRule>(decider_.another(callee_), callee_, client_);
  }

 private:
  Decider decider_;
  std::string callee_, client_;
};

struct LimiterSituation {
  std::string service, instance;
  int limit;
  Instant began;
  Duration round_trip;
  int in_flight;
  bool dropped;
  Random random;
};

class PythonLearner final : public limits::Learner {
 public:
  PythonLearner(Decider decider, std::string service, std::string instance)
      : decider_(std::move(decider)), service_(std::move(service)), instance_(std::move(instance)) {}

  int learn(int limit, const limits::Sample& sample, Random& random) override {
    constexpr long most = 1'000'000;
    const py::object answer = decider_.ask(
        LimiterSituation{service_, instance_, limit, sample.start, sample.round_trip, sample.in_flight, sample.dropped, random}, &random);
    return static_cast<int>(
        decider_.whole_number(answer, 1, most, answer, fmt::format("the next limit, a whole number from 1 to {}", most)));
  }

 private:
  Decider decider_;
  std::string service_, instance_;
};

}  // namespace

std::shared_ptr<const Plug<ribbon::PluggedRule>> plug_balancer(std::shared_ptr<GivenPolicy> given) {
  return std::make_shared<PythonPlug<ribbon::PluggedRule, PythonRule>>(std::move(given));
}
std::shared_ptr<const Plug<limits::Learner>> plug_limiter(std::shared_ptr<GivenPolicy> given) {
  return std::make_shared<PythonPlug<limits::Learner, PythonLearner>>(std::move(given));
}

void bind_mesh_situations(py::module_& module) {
  py::class_<BalancerSituation>(
      module, "BalancerSituation",
      "What a load balancer's rule is asked with, for each try of each call: the servers that the client knows of its callee, in the order\n"
      "of its list. Lists of one length; there is one server at least. Where the balancer is `zone_aware` and leaves a zone out, these are\n"
      "the servers of one zone, which has a rule of its own.")
      .def_readonly("now", &BalancerSituation::now, "Since the beginning of the run (s).")
      .def_readonly("client", &BalancerSituation::client, "The instance that calls, \"api/eu-west-1a/0\".")
      .def_readonly("callee", &BalancerSituation::callee, "The service that is called.")
      .def_readonly("servers", &BalancerSituation::servers, "A number for each instance, the same as long as it lives.")
      .def_readonly("zones", &BalancerSituation::zones, "The number of each one's zone.")
      .def_readonly("active", &BalancerSituation::active, "Requests that this client has in flight to each.")
      .def_readonly("tripped", &BalancerSituation::tripped, "Whether connections have failed so often that it is to be left out for now.")
      .def_readonly("alive", &BalancerSituation::alive, "As the registry's list has it.")
      .def_readonly("responses", &BalancerSituation::responses,
                    "How often each has answered this client, or failed it, since the beginning.")
      .def_readonly("response_time", &BalancerSituation::response_time,
                    "How long that took, the mean of all of these (s); 0 before the first.")
      .def_readonly("random", &BalancerSituation::random, "Of the calling instance: the same numbers in each run with its seed.");
  py::class_<LimiterSituation>(
      module, "LimiterSituation",
      "What a limit learns from: a request that has ended, or where `admission.window` gathers them, a window of some.")
      .def_readonly("service", &LimiterSituation::service)
      .def_readonly("instance", &LimiterSituation::instance, "Whose limit it is, \"api/eu-west-1a/0\".")
      .def_readonly("limit", &LimiterSituation::limit,
                    "Requests that may be in flight now; at first where the scenario's own limit begins.")
      .def_readonly("began", &LimiterSituation::began, "When the request was let in, since the beginning of the run (s).")
      .def_readonly("round_trip", &LimiterSituation::round_trip, "From then to its answer (s), above 0.")
      .def_readonly("in_flight", &LimiterSituation::in_flight, "Requests in flight when it was let in, itself included.")
      .def_readonly("dropped", &LimiterSituation::dropped, "It was turned away further in, or its time ran out.")
      .def_readonly("random", &LimiterSituation::random, "Of this instance's limit: the same numbers in each run with its seed.");
}

}  // namespace streamtwin::python
