// What an instance of a service has to work with, what a request costs it, and whom it lets in, as a scenario describes it.
#pragma once

#include <array>
#include <vector>

#include "models/rpc/admission_spec.hpp"
#include "models/rpc/execution_spec.hpp"
#include "models/rpc/shedding.hpp"
#include "sim-core/description.hpp"
#include "sim-core/math.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

enum class CostShape : unsigned char { lognormal, exponential, histogram };

/// What was measured up to a cost, from the bucket before on.
struct CostBucket {
  Duration up_to{0};
  double count = 0;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.up_to, {.name = "up_to", .doc = "Upper edge of the bucket, in rising order", .min = 1e-7, .max = 3600, .required = true});
    visit(self.count, {.name = "count", .doc = "How many requests cost so much", .min = 0, .max = 1e15, .required = true});
  }
};

/// A cost drawn from a distribution with a body and a tail.
struct Cost {
  Duration median = 2ms;
  double sigma = 0.5;
  CostShape shape = CostShape::lognormal;
  std::vector<CostBucket> buckets;

  Duration mean() const {
    if (shape == CostShape::histogram) return mean_of_buckets();
    return shape == CostShape::exponential ? median / ln2 : median * math::exp(sigma * sigma / 2);
  }
  Duration draw(Random& random) const {
    if (shape == CostShape::exponential) return random.exponential(mean());
    if (shape == CostShape::histogram) return at_share(random.uniform());
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
    visit(self.buckets, {.name = "buckets", .doc = "Of a histogram: what was measured, bucket by bucket from 0 on"});
  }

  void check(Checker& checker) const {
    double all = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      all += buckets[i].count;
      checker.require(i == 0 || buckets[i].up_to > buckets[i - 1].up_to, "buckets", "each bucket reaches further than the one before it");
    }
    checker.require(shape != CostShape::histogram || all > 0, "buckets", "a histogram needs buckets in which something was measured");
    checker.require(shape == CostShape::histogram || buckets.empty(), "buckets", "only a `shape: histogram` reads buckets");
  }

  static constexpr double ln2 = 0.69314718055994530942;

 private:
  double all_counted() const {
    double all = 0;
    for (const CostBucket& bucket : buckets) all += bucket.count;
    return all;
  }
  Duration mean_of_buckets() const {
    Duration low{0}, sum{0};
    for (const CostBucket& bucket : buckets) {
      sum += (low + bucket.up_to) * (bucket.count / 2);
      low = bucket.up_to;
    }
    return sum / all_counted();
  }
  /// Linear within a bucket, as Prometheus' histogram_quantile is.
  Duration at_share(double share) const {
    double left = share * all_counted();
    Duration low{0};
    for (const CostBucket& bucket : buckets) {
      if (left < bucket.count) return low + (bucket.up_to - low) * (left / bucket.count);
      left -= bucket.count;
      low = bucket.up_to;
    }
    return low;
  }
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
    {rpc::CostShape::histogram, "histogram", "as was measured, in `buckets`; median and sigma say nothing"},
});
}  // namespace streamtwin
