#include "models/pipeline/served.hpp"

#include "models/rpc/http_request.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

ServedResults::ServedResults(const ServesSpec& spec, rpc::Service& service, std::vector<const StreamJob*> jobs,
                             const places::Geography& geography, JobMeasures& measures)
    : spec_(spec), inner_(service.handler()), jobs_(std::move(jobs)), geography_(geography), measures_(measures) {}

Task<> ServedResults::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  if (inner_ != nullptr) {
    Task<> inner = inner_->handle(self, request, reply);
    if (inner) co_await std::move(inner);
  }
  if (reply.status != rpc::Status::ok) co_return;
  const StreamJob& job = *jobs_[geography_.region_of(self.zone)];
  const Built built = built_of(spec_, now() - job.newest(request.body.as<rpc::HttpRequest>().member));
  ++measures_.answers;
  if (built.precomputed) ++measures_.precomputed;
  measures_.age.record(built.age);
}

}  // namespace streamtwin::pipeline
