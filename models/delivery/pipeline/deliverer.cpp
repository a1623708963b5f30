#include "models/delivery/pipeline/deliverer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::delivery {
namespace {

/// How often Spinnaker looks whether a step is up. spinnaker/orca WaitForUpInstancesTask
constexpr Duration between_polls = 10s;
/// How long everybody waits after a change of who takes traffic: by Eureka's defaults lists are up to 90 s old.
/// Netflix/asgard DeploymentWorkflowImpl
constexpr Duration until_lists_are_read = 90s;

/// From a bad group of this size to one that is there and has a size, or to a new one.
Rollout way_back(const ReleasePipelineSpec& pipeline, int there, int bad) {
  if (there > 0) return Rollout(roll_back(there, bad, pipeline), pipeline.up_timeout, now());
  StrategySpec strategy = pipeline;
  strategy.strategy = Strategy::red_black;
  return Rollout(strategy, bad, now());
}

}  // namespace

Deliverer::Deliverer(std::vector<std::unique_ptr<Cluster>> clusters, bool bakes, DeliveryMeasures& measures, Recorder& recorder)
    : clusters_(std::move(clusters)), bakes_(bakes), measures_(measures), recorder_(recorder) {}

void Deliverer::tell(std::string_view kind, const std::string& text) { recorder_.event(now(), kind, name(), text); }

void Deliverer::take(Order order) {
  orders_.push_back(std::move(order));
  if (busy_) return;
  busy_ = true;
  scope_.spawn_service("deliveries of a service", work());
}

Task<> Deliverer::work() {
  while (!orders_.empty()) {
    Order order = std::move(orders_.front());
    orders_.pop_front();
    if (order.spec != nullptr) {
      co_await deliver(std::move(order));
    } else {
      co_await roll_back(order, clusters_.size());
    }
  }
  busy_ = false;
}

Task<> Deliverer::deliver(Order order) {
  const Instant ordered = now();
  const ReleasePipelineSpec& pipeline = *order.pipeline;
  ++measures_.begun;
  tell("delivery", fmt::format("the build {} is on its way", order.build));
  if (bakes_) co_await delay(pipeline.bake);
  bool good = true;
  if (pipeline.canary) good = co_await pass_canary(order);
  std::size_t done = 0;
  while (good && done < clusters_.size()) {
    co_await delay(pipeline.overhead);
    good = co_await roll_out(*clusters_[done], order);
    if (good) ++done;
  }
  if (good) {
    ++measures_.done;
    measures_.duration.record(now() - ordered);
    tell("delivered", fmt::format("the build {} serves", order.build));
    if (pipeline.watch) good = co_await stays_good(order);
    if (good) co_return;
  } else {
    ++measures_.failed;
  }
  if (done > 0) co_await roll_back(order, done);
}

// A group that does not come up is given up, and the old one serves as before.
Task<bool> Deliverer::roll_out(Cluster& cluster, const Order& order) {
  cluster.begin_delivery();
  Group& old = cluster.current();
  const titus::Increase headroom{order.pipeline->headroom, order.pipeline->headroom_instances};
  const bool grows = headroom.share > Fraction{0} || headroom.instances > 0;
  const int size = old.desired, next_size = grows ? cluster.grown(headroom) : size;
  Group& next = cluster.add(order.build, *order.spec);
  Rollout rollout(*order.pipeline, next_size, now(), cluster.behind_balancers());
  co_await follow(rollout, cluster, {next, next_size}, {old, size});
  if (rollout.phase() == Rollout::Phase::failed) {
    tell("delivery failed", fmt::format("{} did not come up in time", next.group.name));
    cluster.want(old, std::max(size, old.desired), Fraction{0});
    cluster.unpin(old);
    scope_.spawn_service("end of a server group", dispose(cluster, next.group, Duration{0}, {}));
    co_return false;
  }
  cluster.succeed(next);
  scope_.spawn_service("end of a pin", unpin(cluster, next.group));
  shrink(cluster, order.pipeline->keep_groups);
  scope_.spawn_service("end of a server group", dispose(cluster, old.group, order.pipeline->keep, {}));
  co_return true;
}

Task<> Deliverer::follow(Rollout& rollout, Cluster& cluster, Side next, Side old) {
  const auto want = [&cluster](const Side& side, int size, Fraction disabled) {
    const int wanted = std::min(size, side.whole);
    cluster.want(side.group, wanted, disabled, wanted < side.whole ? Pin::both : Pin::min);
  };
  for (;;) {
    do {
      const Sizes sizes = rollout.wanted();
      want(next, sizes.next, sizes.next_disabled);
      want(old, sizes.old, sizes.old_disabled);
    } while (rollout.advance(cluster.is_out(old.group) ? cluster.up(next.group) : 0, cluster.up(old.group), now()));
    if (rollout.ended()) co_return;
    co_await delay(between_polls);
  }
}

// In the first region alone. Its groups are ended whatever comes of it.
Task<bool> Deliverer::pass_canary(const Order& order) {
  const CanarySpec& spec = *order.pipeline->canary;
  Cluster& cluster = *clusters_.front();
  const rpc::ServerGroup& serving = cluster.current().group;
  Group& baseline = cluster.add(serving.build, serving.spec);
  Group& canary = cluster.add(order.build, *order.spec);
  cluster.want(baseline, spec.instances, Fraction{0}, Pin::both);
  cluster.want(canary, spec.instances, Fraction{0}, Pin::both);
  bool passed = co_await come_up(cluster, baseline, canary, order.pipeline->up_timeout);
  if (passed) {
    Canary analysis(spec, baseline.group, canary.group,
                    Simulation::current().stream(name(), fmt::format("noise of canary {}", canaries_++)));
    passed = co_await judge(analysis, spec);
  } else {
    tell("canary", fmt::format("{} did not come up in time", canary.group.name));
  }
  ++measures_.canaries;
  if (!passed) ++measures_.canaries_failed;
  for (const Group* group : {&baseline, &canary}) {
    scope_.spawn_service("end of a canary", dispose(cluster, group->group, Duration{0}, {}));
  }
  co_return passed;
}

Task<bool> Deliverer::come_up(Cluster& cluster, const Group& baseline, const Group& canary, Duration timeout) {
  const Instant until = now() + timeout;
  while (cluster.up(canary) < canary.desired || cluster.up(baseline) < baseline.desired) {
    if (now() >= until) co_return false;
    co_await delay(between_polls);
    cluster.poll();
  }
  co_return true;
}

// A look below `marginal_at` is the last one; at the end `pass_at` is asked for.
Task<bool> Deliverer::judge(Canary& canary, const CanarySpec& spec) {
  const auto looks = static_cast<int>(spec.lifetime / spec.between_looks());
  const auto samples = static_cast<int>(spec.between_looks() / spec.step);
  kayenta::Verdict verdict = kayenta::Verdict::fail;
  for (int look = 0; look < looks; ++look) {
    for (int sample = 0; sample < samples; ++sample) {
      co_await delay(spec.step);
      canary.take_samples();
    }
    const Canary::Look seen = canary.look();
    verdict = seen.score.verdict;
    tell("canary", fmt::format("score {:g}, {}{}", seen.score.score, enum_names<kayenta::Verdict>[static_cast<std::size_t>(verdict)].name,
                               seen.failed.empty() ? "" : ": " + seen.failed));
    if (verdict == kayenta::Verdict::fail) break;
  }
  co_return verdict == kayenta::Verdict::pass;
}

// Looks away when the next order has come.
Task<bool> Deliverer::stays_good(const Order& order) {
  const WatchSpec& spec = *order.pipeline->watch;
  std::vector<rpc::ServerGroup::Done> before;
  for (const auto& cluster : clusters_) before.push_back(cluster->current().group.done);
  for (const Instant until = now() + spec.lasts; now() < until && orders_.empty();) {
    co_await delay(spec.interval);
    for (std::size_t i = 0; i < clusters_.size(); ++i) {
      const rpc::ServerGroup::Done& done = clusters_[i]->current().group.done;
      const auto requests = static_cast<double>(done.requests - before[i].requests);
      const double errors = static_cast<double>(done.failures - before[i].failures) / requests;
      const Duration latency = (done.latency - before[i].latency) / requests;
      before[i] = done;
      const bool slow = spec.latency && latency > *spec.latency;
      if (requests == 0 || (errors <= spec.errors.value() && !slow)) continue;
      tell("delivery watched", fmt::format("{:.2g} % of the requests fail, a mean latency of {:.3g} s", errors * 100, in_seconds(latency)));
      co_return false;
    }
  }
  co_return true;
}

Task<> Deliverer::roll_back(const Order& order, std::size_t regions) {
  const Instant decided = now();
  bool done = false;
  for (std::size_t region = 0; region < regions; ++region) {
    if (clusters_[region]->before() == nullptr) continue;
    co_await roll_back(*clusters_[region], order, decided);
    done = true;
  }
  if (!done) {
    tell("roll-back", "there is no build before this one");
    co_return;
  }
  ++measures_.rolled_back;
  measures_.back.record(now() - decided);
  tell("rolled back", fmt::format("the build before serves again, after {:.0f} s", in_seconds(now() - decided)));
}

Task<> Deliverer::roll_back(Cluster& cluster, const Order& order, Instant decided) {
  Group& bad = cluster.current();
  co_await delay(order.pipeline->overhead);
  cluster.begin_delivery();
  const bool there = order.roll_back == RollBack::eureka && cluster.previous() != nullptr;
  Group& again = there ? *cluster.previous() : cluster.add(cluster.before()->build, cluster.before()->spec);
  restored_ = &again;
  const int whole = there ? cluster.largest(again, bad) : bad.desired, bad_whole = bad.desired;
  Rollout rollout = way_back(*order.pipeline, there ? whole : 0, bad_whole);
  Task<> way =
      there ? follow(rollout, cluster, {bad, bad_whole}, {again, whole}) : follow(rollout, cluster, {again, whole}, {bad, bad_whole});
  co_await std::move(way);
  restored_ = nullptr;
  if (rollout.phase() == Rollout::Phase::failed) {
    tell("roll-back failed", fmt::format("{} did not come up in time", again.group.name));
    cluster.unpin(bad);
    if (!there) scope_.spawn_service("end of a server group", dispose(cluster, again.group, Duration{0}, {}));
    co_return;
  }
  cluster.go_back(again);
  scope_.spawn_service("end of a pin", unpin(cluster, again.group));
  scope_.spawn_service("end of a server group", dispose(cluster, bad.group, until_lists_are_read, decided));
}

// Unless it serves again by then. Of a bad one, when it was seen last.
Task<> Deliverer::dispose(Cluster& cluster, const rpc::ServerGroup& group, Duration after, std::optional<Instant> decided) {
  co_await delay(after);
  for (Group* there = cluster.find(group); there != nullptr; there = cluster.find(group)) {
    if (there == &cluster.current()) co_return;
    if (there == restored_) co_return;
    if (there->desired > 0) cluster.want(*there, 0, there->disabled);
    cluster.poll();
    if (cluster.find(group) != nullptr) co_await delay(between_polls);
  }
  if (decided) measures_.last_seen.record(std::max(Duration{0}, group.done.last - *decided));
}

// When the traffic has come: the alarms of a group that has had none are about to make it as small as it may be. What has begun since
// pins and unpins for itself.
Task<> Deliverer::unpin(Cluster& cluster, const rpc::ServerGroup& group) {
  const int delivery = cluster.deliveries();
  co_await delay(until_lists_are_read);
  Group* const there = cluster.find(group);
  if (there != nullptr && cluster.deliveries() == delivery) cluster.unpin(*there);
}

void Deliverer::shrink(Cluster& cluster, int keep) {
  std::vector<Group*> groups;
  std::vector<GroupSeen> seen;
  for (Group& group : cluster.groups()) {
    groups.push_back(&group);
    seen.push_back({&group == &cluster.current(), static_cast<int>(group.serving.size()), group.created});
  }
  for (const std::size_t gone : groups_to_destroy(seen, keep, false, false)) {
    if (groups[gone]->desired > 0) cluster.want(*groups[gone], 0, groups[gone]->disabled);
  }
}

}  // namespace streamtwin::delivery
