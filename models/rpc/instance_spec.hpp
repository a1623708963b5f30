// What an instance of a service has to work with, what a request costs it, and whom it lets in, as a scenario describes it.
#pragma once

#include <array>

#include "models/rpc/admission_spec.hpp"
#include "models/rpc/execution_spec.hpp"
#include "models/rpc/shedding.hpp"
#include "sim-core/description.hpp"
#include "sim-core/math.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

enum class CostShape : unsigned char { lognormal, exponential };

/// A cost drawn from a distribution with a body and a tail.
struct Cost {
  Duration median = 2ms;
  double sigma = 0.5;
  CostShape shape = CostShape::lognormal;

  Duration mean() const { return shape == CostShape::exponential ? median / ln2 : median * math::exp(sigma * sigma / 2); }
  Duration draw(Random& random) const {
    if (shape == CostShape::exponential) return random.exponential(mean());
    return sigma == 0 ? median : random.lognormal(median, sigma);
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.median, {.name = "median", .doc = "Median processor time of one request", .source = assumption, .min = 1e-7, .max = 600});
    visit(self.sigma, {.name = "sigma",
                       .doc = "Standard deviation of the logarithm of a lognormal time (0: always the median)",
                       .source = assumption,
                       .min = 0,
                       .max = 3});
    visit(self.shape, {.name = "shape", .doc = "Distribution of the processor time", .source = assumption});
  }

  static constexpr double ln2 = 0.69314718055994530942;
};

struct InstanceSpec {
  int cores = 4;
  int queue_limit = 200;
  Cost cost;
  ExecutionSpec execution;
  GarbageCollectionSpec garbage_collection;
  WarmUpSpec warm_up;
  AdmissionSpec admission;
  SheddingProperties shedding;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cores, {.name = "cores",
                       .doc = "Cores of one instance: an event loop works on as many requests at a time, threads share them",
                       .source = assumption,
                       .min = 1,
                       .max = 1024});
    visit(self.queue_limit, {.name = "queue_limit",
                             .doc = "Requests that may wait at one instance; one more is rejected",
                             .source = assumption,
                             .min = 0,
                             .max = 1e6});
    visit(self.cost, {.name = "cost", .doc = "Processor time of one request"});
    visit(self.execution, {.name = "execution", .doc = "How an instance works on its requests"});
    visit(self.garbage_collection, {.name = "garbage_collection", .doc = "Pauses in which an instance does nothing"});
    visit(self.warm_up, {.name = "warm_up", .doc = "What requests cost on an instance that was launched during the run"});
    visit(self.admission, {.name = "admission", .doc = "How many requests one instance lets in"});
    visit(
        self.shedding,
        {.name = "shedding",
         .doc =
             "Which requests an instance turns away by their priority, by the share of its cores (of its threads, if that is more) in use lately, over about a second"});
  }
};

}  // namespace streamtwin::rpc

namespace streamtwin {
template <>
inline constexpr auto enum_names<rpc::CostShape> = std::to_array<EnumName<rpc::CostShape>>({
    {rpc::CostShape::lognormal, "lognormal", "a body and a tail, as sigma says"},
    {rpc::CostShape::exponential, "exponential", "as queueing theory likes it; sigma says nothing"},
});
}  // namespace streamtwin
