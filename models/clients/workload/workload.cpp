#include "models/clients/workload/workload.hpp"

#include <algorithm>

#include "models/clients/back_off.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::workload {

using rpc::Envelope;
using rpc::Reply;
using rpc::Status;

namespace {

/// Requests of different workloads, and plays, have different numbers.
constexpr std::uint64_t requests_max = std::uint64_t{1} << 40;

enum class Ending : unsigned { answered = 16, failed };

std::vector<Fraction> shares_of(const WorkloadSpec& spec, const places::Geography& geography) {
  std::vector<Fraction> shares;
  double total = 0;
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto weight = spec.regions.find(geography.region_name(static_cast<RegionIndex>(r)));
    const double share = spec.regions.empty() ? 1 : weight == spec.regions.end() ? 0 : weight->second;
    shares.emplace_back(share);
    total += share;
  }
  for (Fraction& share : shares) share = share / total;
  return shares;
}

}  // namespace

Workload::Workload(const std::string& name, std::size_t number, const WorkloadSpec& spec, const Catalogue& catalogue, services::Mesh& mesh,
                   Door& door, std::unique_ptr<Arrivals> arrivals, Seed seed)
    : name_(name),
      label_("load/" + name),
      spec_(spec),
      catalogue_(catalogue),
      first_id_((number + 1) * requests_max),
      resolvers_(hash_text("resolvers of " + label_)),
      seed_(seed),
      shares_(shares_of(spec, mesh.geography)),
      door_(door),
      arrivals_(std::move(arrivals)),
      mesh_(mesh),
      recorder_(mesh.recorder),
      measures_(recorder_, name),
      audit_(recorder_.audit().kind("request of " + name)) {
  if (spec_.popularity) popularity_ = popularity_of(*spec_.popularity, static_cast<std::size_t>(spec_.subjects));
  if (!spec_.replay) return;
  log_ = read_request_log(spec_.arrival_times.path, *spec_.replay);
  for (const auto& [service, seconds] : log_->work) {
    mesh.service(service).known_work.push_back(&replayed_work_.emplace_back(*this, seconds));
  }
}

void Workload::start() {
  for (std::size_t region = 0; region < shares_.size(); ++region) {
    door_.expect(static_cast<RegionIndex>(region), rate_at(now()) * shares_[region].value());
  }
  draws_ = Simulation::current().stream(label_, "arrivals");
  look_ahead();
  scope_.spawn_service("arrival of requests", arrive());
}

void Workload::look_ahead() {
  next_ = arrivals_->next(*draws_);
  if (log_ && next_ != never) next_line_ = static_cast<std::uint32_t>(arrivals_->line());
}

Task<> Workload::arrive() {
  const unsigned me = arriving_;
  while (next_ != never) {
    co_await until(next_);
    if (me != arriving_) co_return;
    if (log_) lines_.push_back(next_line_);
    scope_.spawn("request", live(come_++));
    look_ahead();
  }
}

// Those that have come are passed over. One that comes next at the time that is waited for keeps its place among what happens then.
void Workload::follow(std::unique_ptr<Arrivals> arrivals) {
  const Instant awaited = next_;
  arrivals_ = std::move(arrivals);
  draws_ = Simulation::current().stream(label_, "arrivals");
  do look_ahead();
  while (next_ <= now());
  if (next_ == awaited) return;
  ++arriving_;
  scope_.spawn_service("arrival of requests", arrive());
}

RegionIndex Workload::draw_home(Random& random) const {
  double left = random.uniform();
  for (std::size_t region = 0; region + 1 < shares_.size(); ++region) {
    if (left < shares_[region].value()) return static_cast<RegionIndex>(region);
    left -= shares_[region].value();
  }
  const auto last = std::find_if(shares_.rbegin(), shares_.rend(), [](Fraction share) { return share.value() > 0; });
  return static_cast<RegionIndex>(shares_.rend() - last - 1);
}

std::uint64_t Workload::subjects() const {
  if (log_) return log_->shares.size();
  return popularity_ ? popularity_->titles() : static_cast<std::uint64_t>(spec_.subjects);
}

Rate Workload::part_of(Rate requests, std::uint64_t subject) const {
  if (log_) return requests * log_->shares[subject];
  return popularity_ ? requests * popularity_->share(subject).value() : requests / static_cast<double>(spec_.subjects);
}

std::optional<Duration> Workload::ReplayedWork::of(std::uint64_t request) const {
  const std::uint64_t count = request - workload_.first_id_;
  if (request < workload_.first_id_ || count >= workload_.lines_.size()) return std::nullopt;
  const float seconds = seconds_[workload_.lines_[count]];
  return seconds < 0 ? std::nullopt : std::optional(Duration{seconds});
}

std::uint32_t Workload::draw_subject(std::uint64_t count, Random& random) const {
  if (log_) return log_->keys[lines_[count]];
  if (popularity_) return static_cast<std::uint32_t>(popularity_->draw(random));
  return static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(spec_.subjects)));
}

Envelope Workload::draw_request(std::uint64_t count, Random& random) const {
  Envelope request;
  request.id = first_id_ + count;
  rpc::HttpRequest asked;
  asked.method = spec_.method;
  if (spec_.credentials.value() < 1) asked.credentials = random.chance(spec_.credentials.value());
  asked.member = draw_subject(count, random);
  asked.title = catalogue_.titles > 0 ? static_cast<std::uint32_t>(random.below(catalogue_.titles)) : asked.member;
  asked.group = static_cast<std::uint16_t>(random.below(catalogue_.groups));
  request.body = asked;
  if (spec_.priority) request.priority = static_cast<std::uint8_t>(*spec_.priority);
  return request;
}

// One client, from its arrival to the answer or until it gives up.
Task<> Workload::live(std::uint64_t count) {
  ++measures_.offered;
  Audited token(audit_, WhenDropped::is_abandoned);
  Random random(seed_.value, hash_text(label_), count);
  const RegionIndex home = draw_home(random);
  Envelope request = draw_request(count, random);
  const Instant arrived = now();
  const Span root = recorder_.trace(request.id, "request", label_, arrived);
  bool answered = false;
  clients::Heeded heeded;
  for (int failed = 0; !answered;) {
    ++measures_.attempts;
    request.span = root.child("try", label_, now());
    request.deadline = now() + spec_.timeout;
    const Way way = door_.way_of({resolvers_, count}, home, spec_.round_trip / 2);
    const std::optional<Reply> reply = co_await within(spec_.timeout, door_.ask(way, request, random));
    answered = reply && rpc::answered(reply->status);
    request.span.end(now(), answered ? SpanStatus::ok : SpanStatus::failed);
    if (answered) {
      ++mesh_.regions[way.to.region].answered;
      if (reply->stale) ++measures_.stale;
      break;
    }
    if (!reply) ++measures_.timeouts;
    const std::optional<Duration> wait = heeded.wait_before_retry(spec_.retry, ++failed, reply, random);
    if (!wait) {
      count_failed(way.to.region, reply, now() - arrived);
      break;
    }
    co_await delay(*wait);
    ++measures_.retries;
  }
  root.end(now(), answered ? SpanStatus::ok : SpanStatus::failed);
  if (answered) {
    token.finish();
  } else {
    token.fail();
  }
  count_ended(request.id, now() - arrived, answered);
}

void Workload::count_failed(RegionIndex region, const std::optional<Reply>& last, Duration took) {
  const Status why = last ? last->status : Status::timed_out;
  measures_.failures.count(why, took);
  mesh_.regions[region].count_failed(why, took);
}

void Workload::count_ended(std::uint64_t id, Duration took, bool answered) {
  ++(answered ? measures_.answered : measures_.failed);
  if (answered) measures_.latency.record(took);
  recorder_.outcome(id, static_cast<unsigned>(answered ? Ending::answered : Ending::failed), now());
  recorder_.request_ended(id, took, answered);
}

Workloads::Workloads(services::Mesh& mesh, const std::map<std::string, WorkloadSpec>& specs,
                     const std::map<std::string, std::vector<LoadStep>>& steps, const Plan& plan)
    : zero_(plan.zero), scale_(plan.scale) {
  for (const auto& [name, spec] : specs) {
    services::Service& target = mesh.service(spec.target);
    Door* door = nullptr;
    std::unique_ptr<Door> other = plan.other_door ? plan.other_door(spec) : nullptr;
    if (other != nullptr) {
      door = other_doors_.emplace_back(std::move(other)).get();
    } else if (spec.entry == Entry::edge) {
      door = &edge_doors_.emplace_back(plan.edge, mesh.geography, plan.edge.edge->origin_of(spec.path, spec.target));
    } else if (spec.queue) {
      door = &queue_doors_.emplace_back(mesh, target, *spec.queue);
    } else {
      door = &service_doors_.emplace_back(mesh, target, plan.balancer);
    }
    const auto changes = steps.find(name);
    auto arrivals = arrivals_of(spec, changes == steps.end() ? std::vector<LoadStep>{} : changes->second);
    workloads_.emplace_back(name, workloads_.size(), spec, plan.catalogue, mesh, *door, std::move(arrivals), plan.seed);
  }
}

std::unique_ptr<Arrivals> Workloads::arrivals_of(const WorkloadSpec& spec, const std::vector<LoadStep>& steps) const {
  return std::make_unique<Arrivals>(spec, zero_, steps, scale_);
}

void Workloads::follow(const std::map<std::string, std::vector<LoadStep>>& steps) {
  for (Workload& workload : workloads_) {
    const auto changes = steps.find(workload.name());
    if (changes != steps.end()) workload.follow(arrivals_of(workload.spec(), changes->second));
  }
}

void Workloads::status_changed(InstanceId instance, bool up) {
  for (QueueDoor& door : queue_doors_) door.status_changed(instance, up);
}

void Workloads::start() {
  for (ServiceDoor& door : service_doors_) door.start();
  for (Workload& workload : workloads_) workload.start();
}

}  // namespace streamtwin::workload
