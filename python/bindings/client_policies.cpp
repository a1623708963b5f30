// Policies of what a client meets first: bitrates, steering, and whom the gateways let in.
#include <algorithm>

#include "models/openconnect/topology.hpp"
#include "python/bindings/policies.hpp"
#include "python/bindings/quantities.hpp"

namespace streamtwin::python {

namespace py = pybind11;

namespace {

struct AbrSituation {
  std::uint64_t viewer;
  Duration buffer;
  BitRate throughput;
  Duration latency;
  std::uint32_t chunk, chunks;
  Duration chunk_duration;
  abr::Level last_level;
  std::vector<BitRate> ladder;
};

class PythonAbr final : public abr::PluggedRule {
 public:
  PythonAbr(Decider decider, const std::string&, const std::string&) : decider_(std::move(decider)) {}

  abr::Decision choose(const abr::Ladder& ladder, Duration chunk_duration, const abr::RuleState& state, const abr::Situation& now,
                       std::uint64_t viewer) const override {
    AbrSituation asked{viewer,    now.buffer, now.throughput, now.latency,
                       now.chunk, now.chunks, chunk_duration, static_cast<abr::Level>(state.last_level),
                       {}};
    for (abr::Level level = 0; level < ladder.size(); ++level) asked.ladder.push_back(ladder.rate(level));
    const py::object answer = decider_.ask(std::move(asked));
    const std::string expected = fmt::format("a level from 0 to {}, or such a level and a wait in seconds", ladder.top());
    const bool both = py::isinstance<py::tuple>(answer) && py::len(answer) == 2;
    const py::object level = both ? py::object(answer[py::int_(0)]) : answer;
    abr::Decision decision;
    decision.level = static_cast<abr::Level>(decider_.whole_number(level, 0, ladder.top(), answer, expected));
    if (both) decision.wait = Duration{decider_.number(answer[py::int_(1)], 0, 86400, answer, expected)};
    return decision;
  }

 private:
  Decider decider_;
};

struct SteeringSituation {
  Instant now;
  std::string group;
  openconnect::ContentId title;
  std::size_t length_max;
  std::vector<std::string> appliances, sites;
  std::vector<Fraction> utilisation;
  std::vector<BitRate> network;
  Random random;
};

class PythonSteering final : public openconnect::PluggedSteering {
 public:
  PythonSteering(Decider decider, const std::string&, const std::string&) : decider_(std::move(decider)) {}

  std::vector<std::uint32_t> rank(const openconnect::SteeringQuestion& question, const openconnect::Topology& topology,
                                  Random& random) override {
    SteeringSituation asked{question.now, question.group.name, question.title, question.length_max, {}, {}, {}, {}, random};
    for (const openconnect::SteeringCandidate& candidate : question.candidates) {
      asked.appliances.push_back(topology.appliances[candidate.oca].name);
      asked.sites.push_back(topology.sites[candidate.site].name);
      asked.utilisation.push_back(candidate.utilisation);
      asked.network.push_back(topology.appliances[candidate.oca].network);
    }
    return positions(decider_.ask(std::move(asked), &random), question);
  }

 private:
  std::vector<std::uint32_t> positions(const py::object& answer, const openconnect::SteeringQuestion& question) const {
    const auto last = static_cast<long>(question.candidates.size()) - 1;
    const std::string expected =
        fmt::format("a list of at most {} different positions in `appliances`, from 0 to {}, the best first", question.length_max, last);
    if (!py::isinstance<py::sequence>(answer) || py::isinstance<py::str>(answer)) decider_.refuse_type(answer, expected);
    std::vector<std::uint32_t> chosen;
    for (const py::handle place : answer) {
      const auto position =
          static_cast<std::uint32_t>(decider_.whole_number(py::reinterpret_borrow<py::object>(place), 0, last, answer, expected));
      if (std::find(chosen.begin(), chosen.end(), position) != chosen.end()) decider_.refuse_value(answer, expected);
      chosen.push_back(position);
    }
    if (chosen.size() > question.length_max) decider_.refuse_value(answer, expected);
    return chosen;
  }

  Decider decider_;
};

struct SheddingSituation {
  Instant now;
  std::string gateway, origin;
  int priority;
  double cpu, in_flight, origin_in_flight, origin_errors;
};

class PythonShedding final : public zuul::PluggedShedding {
 public:
  PythonShedding(Decider decider, const std::string&, const std::string& instance) : decider_(std::move(decider)), instance_(instance) {}

  bool admits(int priority, const zuul::GatewayLoad& load, std::string_view origin, Instant now) override {
    const py::object answer = decider_.ask(SheddingSituation{now, instance_, std::string(origin), priority, load.cpu, load.in_flight,
                                                             load.origin_in_flight, load.origin_errors});
    return decider_.truth(answer, "True, for a request that is let in, or False");
  }

 private:
  Decider decider_;
  std::string instance_;
};

}  // namespace

std::shared_ptr<const Plug<abr::PluggedRule>> plug_abr(std::shared_ptr<GivenPolicy> given) {
  return std::make_shared<PythonPlug<abr::PluggedRule, PythonAbr>>(std::move(given));
}
std::shared_ptr<const Plug<openconnect::PluggedSteering>> plug_steering(std::shared_ptr<GivenPolicy> given) {
  return std::make_shared<PythonPlug<openconnect::PluggedSteering, PythonSteering>>(std::move(given));
}
std::shared_ptr<const Plug<zuul::PluggedShedding>> plug_shedding(std::shared_ptr<GivenPolicy> given) {
  return std::make_shared<PythonPlug<zuul::PluggedShedding, PythonShedding>>(std::move(given));
}

void bind_client_situations(py::module_& module) {
  py::class_<AbrSituation>(module, "AbrSituation", "What a bitrate rule is asked with, when a chunk is to be chosen.")
      .def_readonly("viewer", &AbrSituation::viewer, "Tells viewers apart.")
      .def_readonly("buffer", &AbrSituation::buffer, "What is left to play (s).")
      .def_readonly("throughput", &AbrSituation::throughput, "Expected of the next download (bps).")
      .def_readonly("latency", &AbrSituation::latency, "Expected until its first byte (s).")
      .def_readonly("chunk", &AbrSituation::chunk, "The chunk to choose for.")
      .def_readonly("chunks", &AbrSituation::chunks, "Chunks of the title.")
      .def_readonly("chunk_duration", &AbrSituation::chunk_duration, "s")
      .def_property_readonly(
          "last_level", [](const AbrSituation& s) { return static_cast<int>(s.last_level); }, "Chosen last, 0 in the beginning.")
      .def_readonly("ladder", &AbrSituation::ladder, "The bitrates of the levels, rising (bps).");
  py::class_<SteeringSituation>(
      module, "SteeringSituation",
      "What steering is asked with, for one client and one title: the appliances that hold the title, hear the client's prefix, are\n"
      "healthy and have reported lately, sites in the order of routing, the best first. Lists of one length; there is one at least.")
      .def_readonly("now", &SteeringSituation::now, "Since the beginning of the run (s).")
      .def_readonly("group", &SteeringSituation::group, "Whose client it is: an ISP in a metro, \"isp-2.ams\".")
      .def_readonly("title", &SteeringSituation::title, "Its rank by popularity, from 0.")
      .def_readonly("length_max", &SteeringSituation::length_max, "Places of the list, `open_connect.steering.list_length`.")
      .def_readonly("appliances", &SteeringSituation::appliances, "Their names.")
      .def_readonly("sites", &SteeringSituation::sites, "Where each stands.")
      .def_readonly("utilisation", &SteeringSituation::utilisation,
                    "As each last reported, of the busiest of network and disk; 1 is all it can carry, and more may be wanted of it.")
      .def_readonly("network", &SteeringSituation::network, "What each can carry (bps).")
      .def_readonly("random", &SteeringSituation::random, "Of this run's steering: the same numbers in each run with its seed.");
  py::class_<SheddingSituation>(module, "SheddingSituation", "What shedding is asked with, when a request has come to a gateway.")
      .def_readonly("now", &SheddingSituation::now, "Since the beginning of the run (s).")
      .def_readonly("gateway", &SheddingSituation::gateway, "The instance, \"zuul/eu-west-1a/0\".")
      .def_readonly("origin", &SheddingSituation::origin, "The service that the request is for, \"\" where no route leads.")
      .def_readonly("priority", &SheddingSituation::priority, "From 0, the most important, to 100.")
      .def_readonly("cpu", &SheddingSituation::cpu, "Share of the gateway's cores that worked lately, over about a second.")
      .def_readonly("in_flight", &SheddingSituation::in_flight, "Requests inside the gateway.")
      .def_readonly("origin_in_flight", &SheddingSituation::origin_in_flight,
                    "Attempts in flight to the origin, over `edge.origin.max_concurrent_requests`.")
      .def_readonly("origin_errors", &SheddingSituation::origin_errors,
                    "Share of the latest attempts, of about a second, that the origin did not answer.");
}

}  // namespace streamtwin::python
