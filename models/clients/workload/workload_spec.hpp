// A workload as a scenario describes it: requests that come to a service from outside, as often as the scenario says
// and whether or not the earlier ones are answered (an open loop, as users are; a closed one would slow down with the
// system under test: Schroeder, Wierman and Harchol-Balter, "Open versus closed: a cautionary tale", NSDI 2006).
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/clients/back_off.hpp"
#include "models/clients/demand.hpp"
#include "models/clients/workload/bursts.hpp"
#include "models/clients/workload/course.hpp"
#include "models/clients/workload/popularity.hpp"
#include "models/rpc/http_request.hpp"
#include "models/rpc/status.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::workload {

enum class Spacing { poisson, even };
enum class Entry { service, edge };

/// Requests that are items of work: they wait in a queue of the region until an instance of the target takes them.
struct QueueSpec {
  int at_once = 4;
  bool listener = true;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at_once,
          {.name = "at_once", .doc = "How many items an instance works on at a time", .source = assumption, .min = 1, .max = 10000});
    visit(self.listener,
          {.name = "listener",
           .doc = "Whether instances listen for their own status in Eureka, and take no item while that is OUT_OF_SERVICE; without, work "
                  "goes on there when requests have stopped",
           .source = "Netflix/eureka DiscoveryClient.onRemoteStatusChanged, EurekaEventListener: consumers register it themselves"});
  }
};

struct WorkloadSpec {
  std::string target;
  std::string operation;
  Entry entry = Entry::service;
  std::optional<QueueSpec> queue;
  rpc::Method method = rpc::Method::get;
  std::string path;
  Fraction credentials{1};
  std::map<std::string, double> regions;
  std::optional<Rate> rate;
  std::vector<RatePoint> course;
  clients::RateCurve::Between between = clients::RateCurve::Between::steps;
  std::optional<CourseFile> course_from;
  InputFile arrival_times;
  std::optional<ReplaySpec> replay;
  std::optional<BurstSpec> bursts;
  FileTimes file_times;
  Spacing spacing = Spacing::poisson;
  Duration timeout = 10s;
  clients::RetryPolicy retry;
  std::optional<int> priority;
  Duration round_trip{0};
  long subjects = 10'000;
  std::optional<PopularitySpec> popularity;

  void check(Checker& checker) const {
    const int ways =
        (rate ? 1 : 0) + (course.empty() ? 0 : 1) + (course_from ? 1 : 0) + (arrival_times.text.empty() ? 0 : 1) + (bursts ? 1 : 0);
    checker.require(ways == 1, "",
                    ways == 0 ? "a workload says how often its requests come: `rate`, `course`, `course_from`, `arrival_times` or `bursts`"
                              : "`rate`, `course`, `course_from`, `arrival_times` and `bursts` each say how often requests come; keep one");
    for (std::size_t i = 1; i < course.size(); ++i) {
      checker.require(course[i].at > course[i - 1].at, "course", "the points of a course follow each other in time");
    }
    double weights = 0;
    for (const auto& [region, weight] : regions) weights += weight;
    checker.require(!queue || entry == Entry::service, "queue", "work that is taken from a queue passes no gateway: leave `entry` out");
    checker.require(!replay || !arrival_times.text.empty(), "replay",
                    "only requests of a file can be replayed: name it in `arrival_times`");
    checker.require(!replay || !popularity, "popularity", "the keys are those of the file that is replayed: leave this out");
    checker.require(path.empty() || path.starts_with('/'), "path", "a path begins with `/`");
    checker.require(regions.empty() || weights > 0, "regions", "at least one region needs a weight above zero");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.target, {.name = "target",
                        .doc = "The service that answers; through the edge, one that the gateway calls",
                        .required = true,
                        .names = "service"});
    visit(self.operation, {.name = "operation", .doc = "The operation of the target, where services have operations: those of `misim`"});
    visit(self.entry, {.name = "entry", .doc = "Where the requests come in", .source = assumption});
    visit(self.queue,
          {.name = "queue",
           .doc = "The requests are work that waits in a queue of its region until an instance of the target takes it, in place "
                  "of a load balancer; what is not done within `timeout` is handed out again as `retry` says"});
    visit(self.method, {.name = "method",
                        .doc = "Method of the HTTP requests: after a read time-out or a 500 the gateway repeats only get, head and options",
                        .source = "GET, reading: assumption; what is repeated: Netflix/zuul ProxyEndpoint"});
    visit(self.path,
          {.name = "path",
           .doc = "Path of the requests, such as `/plays`: where the edge has routes, they decide who answers and not the target"});
    visit(
        self.credentials,
        {.name = "credentials", .doc = "Share of the requests with valid credentials, where the edge authenticates", .source = assumption});
    visit(self.regions, {.name = "regions",
                         .doc = "Regions that they come to, by weight; all alike if absent. Through the edge the nearest to them, which "
                                "`edge.geo_dns` names as long as it answers",
                         .source = assumption,
                         .min = 0,
                         .max = 1e9,
                         .names = "region"});
    visit(self.rate, {.name = "rate", .doc = "Arrivals, the same all the time", .min = 0, .max = 1e8});
    visit(self.course, {.name = "course", .doc = "Arrivals over time; the first rate also holds before its point"});
    visit(self.course_from, {.name = "course_from", .doc = "The course as a file of counts or rates says; its last interval ends it"});
    visit(self.between, {.name = "between", .doc = "How the rate goes from point to point of the course", .source = assumption});
    visit(self.arrival_times,
          {.name = "arrival_times",
           .doc = "File with the times of arrival: one in each line, in the first column or the one that the header "
                  "calls `time`, in rising order; or a log of requests: common, ELB, ALB, CloudFront, the World Cup of 1998, "
                  "invocations of Azure Functions, tasks of Google's cluster of 2011"});
    visit(
        self.replay,
        {.name = "replay",
         .doc =
             "Makes the requests of `arrival_times`, a table with a header, those that once came: each about its key, and with its work"});
    visit(self.bursts, {.name = "bursts", .doc = "Requests that come at known times, several at once"});
    visit(self.file_times,
          {.name = "file_times", .doc = "How the times in `arrival_times`, `course_from` and the file of `bursts` are meant"});
    visit(self.spacing, {.name = "spacing",
                         .doc = "How arrivals of a rate or course are spaced",
                         .source = "Poisson, as many independent users are: assumption"});
    visit(self.timeout,
          {.name = "timeout", .doc = "A client waits so long for the answer to one try", .source = assumption, .min = 1e-3, .max = 3600});
    visit(self.retry, {.name = "retry", .doc = "How a client repeats a request that failed"});
    visit(self.priority, {.name = "priority",
                          .doc = "How much the requests matter, from 0, the most important, to 100; as Zuul's scores for load shedding",
                          .min = 0,
                          .max = rpc::priority_lowest});
    visit(self.round_trip, {.name = "round_trip",
                            .doc = "Round trip between a client and the region",
                            .source = "0, a client inside the region: assumption",
                            .min = 0,
                            .max = 60});
    visit(self.subjects, {.name = "subjects",
                          .doc = "Whom the requests are about: so many different keys of the services' data, one as often as another, or "
                                 "as `popularity` says; of a `replay` those of its file",
                          .source = assumption,
                          .min = 1,
                          .max = 1e9});
    visit(self.popularity, {.name = "popularity",
                            .doc = "How often each of the `subjects` is asked for: what of it a cache holds depends on that, and on the "
                                   "load. All alike if absent"});
  }
};

}  // namespace streamtwin::workload

namespace streamtwin {
template <>
inline constexpr auto enum_names<workload::Spacing> = std::to_array<EnumName<workload::Spacing>>({
    {workload::Spacing::poisson, "poisson", "independent of each other, exponential gaps"},
    {workload::Spacing::even, "even", "as far from each other as the rate says"},
});
template <>
inline constexpr auto enum_names<workload::Entry> = std::to_array<EnumName<workload::Entry>>({
    {workload::Entry::service, "service", "straight at the service, through a load balancer of its own"},
    {workload::Entry::edge, "edge", "through the edge: load balancer and gateway"},
});
}  // namespace streamtwin
