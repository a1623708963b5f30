// The workloads of a run: each an arrival process, and for each arrival a client that sends its request, waits for so
// long, and tries again as its policy says. An open loop: nobody waits for the answer to an earlier request before the
// next one is sent.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/clients/workload/arrivals.hpp"
#include "models/clients/workload/doors.hpp"
#include "models/clients/workload/queue_door.hpp"
#include "models/clients/workload/measures.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::workload {

/// What the keys of requests may be, when the platform delivers something.
struct Catalogue {
  std::uint32_t titles = 0;  ///< 0: a request's title is its subject
  std::uint16_t groups = 1;  ///< client groups
};

class Workload {
 public:
  /// `number` counts the workloads of the run. The spec must outlive it.
  Workload(const std::string& name, std::size_t number, const WorkloadSpec& spec, const Catalogue& catalogue, services::Mesh& mesh,
           Door& door, std::unique_ptr<Arrivals> arrivals, Seed seed);

  void start();

  const std::string& name() const { return name_; }
  const WorkloadSpec& spec() const { return spec_; }
  const WorkloadMeasures& measures() const { return measures_; }
  Rate rate_at(Instant time) const { return arrivals_->rate_at(time); }
  /// Goes on with other arrivals, which have been the same up to now: as if it had had these from the beginning.
  void follow(std::unique_ptr<Arrivals> arrivals);
  /// Share of its clients that are at home in a region.
  Fraction share_of(RegionIndex region) const { return shares_[region]; }
  /// How many keys its requests are about, and what of a rate of them is about one.
  std::uint64_t subjects() const;
  Rate part_of(Rate requests, std::uint64_t subject) const;

 private:
  /// What the requests of a log cost a service.
  class ReplayedWork final : public rpc::KnownWork {
   public:
    ReplayedWork(const Workload& of, const std::vector<float>& seconds) : workload_(of), seconds_(seconds) {}
    std::optional<Duration> of(std::uint64_t request) const override;

   private:
    const Workload& workload_;
    const std::vector<float>& seconds_;
  };

  void look_ahead();
  std::uint32_t draw_subject(std::uint64_t count, Random& random) const;
  Task<> arrive();
  Task<> live(std::uint64_t count);
  void count_ended(std::uint64_t id, Duration took, bool answered);
  void count_failed(RegionIndex region, const std::optional<rpc::Reply>& last, Duration took);
  rpc::Envelope draw_request(std::uint64_t count, Random& random) const;
  RegionIndex draw_home(Random& random) const;

  const std::string name_;
  const std::string label_;  ///< "load/<name>": in traces, and of its random numbers
  const WorkloadSpec& spec_;
  const Catalogue catalogue_;
  const std::uint64_t first_id_;
  const std::uint64_t resolvers_;  ///< the population that its clients are in DNS
  const Seed seed_;
  std::vector<Fraction> shares_;  ///< by region
  Door& door_;
  std::unique_ptr<Arrivals> arrivals_;
  std::optional<Random> draws_;  ///< of the arrivals
  Instant next_ = never;
  std::uint32_t next_line_ = 0;
  std::optional<clients::TitlePopularity> popularity_;
  std::optional<RequestLog> log_;     ///< that is replayed
  std::vector<std::uint32_t> lines_;  ///< of that, by how many have come
  std::deque<ReplayedWork> replayed_work_;
  std::uint64_t come_ = 0;  ///< how many have come
  unsigned arriving_ = 0;   ///< the process that lets them come: one that another has taken the place of ends
  services::Mesh& mesh_;
  Recorder& recorder_;
  WorkloadMeasures measures_;
  AuditKind audit_;
  Scope scope_;
};

/// All of them, and the doors that they come in by.
class Workloads {
 public:
  struct Plan {
    Catalogue catalogue;
    Instant zero;      ///< the end of the warm-up
    double scale = 1;  ///< of all arrivals
    Seed seed{0};
    elb::ClassicProperties balancer;  ///< in front of a service without the edge
    /// Makes the way to services that answer otherwise than the mesh does; none, or null for those of the mesh.
    std::function<std::unique_ptr<Door>(const WorkloadSpec&)> other_door;
    EdgeWithNames edge;  ///< where there is one
  };
  /// `steps` of a workload by name: what the method does to its load.
  Workloads(services::Mesh& mesh, const std::map<std::string, WorkloadSpec>& specs,
            const std::map<std::string, std::vector<LoadStep>>& steps, const Plan& plan);

  void start();
  const std::deque<Workload>& all() const { return workloads_; }
  /// Of workloads that come straight to a service.
  std::deque<ServiceDoor>& service_doors() { return service_doors_; }
  /// An instance has heard of its own status in Eureka.
  void status_changed(InstanceId instance, bool up);
  /// The method has other steps from now on.
  void follow(const std::map<std::string, std::vector<LoadStep>>& steps);

 private:
  std::unique_ptr<Arrivals> arrivals_of(const WorkloadSpec& spec, const std::vector<LoadStep>& steps) const;

  const Instant zero_;
  const double scale_;
  std::deque<EdgeDoor> edge_doors_;
  std::deque<ServiceDoor> service_doors_;
  std::deque<QueueDoor> queue_doors_;
  std::deque<std::unique_ptr<Door>> other_doors_;
  std::deque<Workload> workloads_;
};

}  // namespace streamtwin::workload
