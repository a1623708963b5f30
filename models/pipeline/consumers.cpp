#include "models/pipeline/consumers.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"

namespace streamtwin::pipeline {

using kafka::Extent;
using kafka::LivePartition;
using kafka::Offset;

ConsumerMeasures::ConsumerMeasures(Recorder& recorder, const std::string& prefix)
    : handled(recorder.counter(prefix + ".handled")),
      repeated(recorder.counter(prefix + ".repeated")),
      missed(recorder.counter(prefix + ".missed")),
      rebalances(recorder.counter(prefix + ".rebalances")),
      age(recorder.histogram(prefix + ".age")),
      paused(recorder.histogram(prefix + ".paused")),
      lag(recorder.gauge(prefix + ".lag")) {
  recorder.rate_series(prefix + ".handled", "/s", handled);
  recorder.rate_series(prefix + ".repeated", "/s", repeated);
  recorder.count_series(prefix + ".rebalances", rebalances);
  recorder.last_series(prefix + ".lag", lag);
  recorder.quantile_series(prefix + ".age.p99", age, 0.99);
}

ConsumerGroup::ConsumerGroup(const ConsumerSpec& spec, kafka::Cluster& cluster, kafka::Topic& topic, std::vector<Worker> workers,
                             ConsumerMeasures& measures)
    : spec_(spec),
      cluster_(cluster),
      topic_(topic),
      reader_(cluster.add_reader(topic)),
      group_(spec.group, static_cast<int>(topic.partitions.size())),
      owners_(topic.partitions.size(), 0),
      measures_(measures) {
  for (const Worker& worker : workers) members_.emplace_back(worker);
}

void ConsumerGroup::start() {
  scope_.spawn_service("Kafka's group coordinator", coordinate());
  for (Member& member : members_) scope_.spawn_service("a consumer's machine", watch(member));
}

double ConsumerGroup::lag() const {
  double lag = 0;
  for (const LivePartition& partition : topic_.partitions) {
    lag += static_cast<double>(partition.log.end() - partition.readers[reader_].position);
  }
  return lag;
}

// One that comes back is a new member: who it was runs out by itself.
Task<> ConsumerGroup::watch(Member& member) {
  for (;;) {
    if (member.worker.machine->is_on()) {
      member.life.spawn_service("a consumer", live(member));
      member.life.spawn_service("a consumer's heartbeat", beat(member));
    }
    co_await member.worker.machine->change();
    member.life.cancel();
  }
}

Task<> ConsumerGroup::coordinate() {
  for (std::uint32_t generation = group_.generation();;) {
    group_.advance(now());
    if (group_.generation() != generation) {
      generation = group_.generation();
      ++measures_.rebalances;
      dealt_.notify_all();
    }
    const Instant next = group_.next();
    if (next == never) {
      co_await changed_.wait();
    } else {
      co_await within(std::max(Duration{0}, next - now()), changed_.wait());
    }
  }
}

Task<> ConsumerGroup::live(Member& member) {
  constexpr Duration fetch_wait = 500ms;  // apache/kafka fetch.max.wait.ms
  member.id = ++last_id_;
  member.owned.clear();
  member.must_join = true;
  member.joining = false;
  for (;;) {
    member.polled = now();
    if (member.must_join) join(member);
    if (member.joining && spec_.group.rebalance == kafka::Rebalance::eager) co_await wait_for_share(member);
    if (member.joining && (group_.generation() != member.generation || !group_.has(member.id))) take_share(member);
    std::optional<Poll> got = poll(member);
    if (got) {
      co_await work(member, std::move(*got));
    } else {
      co_await within(fetch_wait, topic_.readable.wait());
    }
    if (now() - member.committed >= spec_.group.commit) {
      commit(member, member.owned);
      member.committed = now();
    }
  }
}

// Whoever is eager gives everything up before; the others say what they have.
void ConsumerGroup::join(Member& member) {
  commit(member, member.owned);
  if (spec_.group.rebalance == kafka::Rebalance::eager) {
    for (const int p : member.owned) owners_[static_cast<std::size_t>(p)] = 0;
    member.owned.clear();
  }
  member.must_join = false;
  member.joining = true;
  member.generation = group_.generation();
  member.asked = now();
  group_.join(member.id, member.owned, now());
  changed_.notify_all();
}

Task<> ConsumerGroup::wait_for_share(Member& member) {
  while (group_.generation() == member.generation && group_.has(member.id)) co_await dealt_.wait();
  measures_.paused.record(now() - member.asked);
}

// What it must give up is another's only at the next deal, so that it comes again at once.
void ConsumerGroup::take_share(Member& member) {
  member.joining = false;
  if (!group_.has(member.id)) return leave(member);
  member.generation = group_.generation();
  const std::vector<int>& share = group_.share(member.id);
  std::vector<int> given_up;
  std::ranges::copy_if(member.owned, std::back_inserter(given_up), [&](int p) { return std::ranges::count(share, p) == 0; });
  commit(member, given_up);
  for (const int p : given_up) owners_[static_cast<std::size_t>(p)] = 0;
  for (const int p : share) {
    if (!owns(member, p)) partition(p).readers[reader_].position = partition(p).readers[reader_].committed;
    owners_[static_cast<std::size_t>(p)] = member.id;
  }
  member.owned = share;
  member.must_join = !given_up.empty();
}

// It is a stranger from now on: what it has not kept is done again by others.
void ConsumerGroup::leave(Member& member) {
  group_.leave(member.id, now());
  for (kafka::MemberId& owner : owners_) owner = owner == member.id ? 0 : owner;
  member.id = ++last_id_;
  member.owned.clear();
  member.must_join = true;
  member.joining = false;
  changed_.notify_all();
}

Task<> ConsumerGroup::beat(Member& member) {
  for (;;) {
    co_await delay(spec_.group.heartbeat);
    const bool stopped = member.joining && spec_.group.rebalance == kafka::Rebalance::eager;
    if (!stopped && now() - member.polled > spec_.group.poll_interval) {
      leave(member);
      continue;
    }
    switch (group_.heartbeat(member.id, now())) {
      case kafka::Group::Beat::good: break;
      case kafka::Group::Beat::unknown:
        if (!member.must_join) leave(member);
        break;
      case kafka::Group::Beat::join_again: member.must_join = true; break;
    }
  }
}

// Partition after partition, beginning with another one each time.
std::optional<ConsumerGroup::Poll> ConsumerGroup::poll(Member& member) {
  constexpr Bytes fetch{1024.0 * 1024};  // apache/kafka max.partition.fetch.bytes
  for (std::size_t step = 0; step < member.owned.size(); ++step) {
    const int index = member.owned[member.next++ % member.owned.size()];
    LivePartition& from = partition(index);
    kafka::Reader& reads = from.readers[reader_];
    if (reads.position < from.log.start()) {
      measures_.missed.add(from.log.start() - std::min(from.log.start(), std::max(reads.position, reads.furthest)));
      reads.position = from.log.start();
      cluster_.finish(topic_, from, reader_, reads.position);
    }
    const auto where = cluster_.readable_at(from);
    if (!where) continue;
    std::vector<Extent> extents = from.log.read(reads.position, fetch);
    if (!extents.empty()) return Poll{.partition = index, .from = *where, .extents = std::move(extents)};
  }
  return std::nullopt;
}

Task<> ConsumerGroup::work(Member& member, Poll poll) {
  std::uint64_t events = 0;
  auto end = poll.extents.begin();
  while (end != poll.extents.end() && events < static_cast<std::uint64_t>(spec_.group.poll_records)) events += (end++)->batch.records;
  poll.extents.erase(end, poll.extents.end());
  const kafka::MemberId id = member.id;
  co_await delay(cluster_.roads().one_way(poll.from, poll.from) * 2 + spec_.cost * static_cast<double>(events));
  LivePartition& from = partition(poll.partition);
  for (const Extent& extent : poll.extents) handle(extent, from);
  if (id == member.id && owns(member, poll.partition)) {
    from.readers[reader_].position = std::min(poll.extents.back().end(), from.log.end());
  }
}

void ConsumerGroup::handle(const Extent& extent, LivePartition& from) {
  const Offset furthest = std::clamp(from.readers[reader_].furthest, extent.begin, extent.end());
  const std::uint32_t again = std::max(extent.batch.repeated, static_cast<std::uint32_t>(furthest - extent.begin));
  measures_.handled.add(std::uint64_t{extent.batch.records - again});
  measures_.repeated.add(std::uint64_t{again});
  for (std::uint32_t i = again; i < extent.batch.records; ++i) measures_.age.record(now() - extent.batch.born);
  cluster_.finish(topic_, from, reader_, extent.end());
}

void ConsumerGroup::commit(Member& member, const std::vector<int>& partitions) {
  for (const int p : partitions) {
    if (owns(member, p)) cluster_.commit(partition(p), reader_, partition(p).readers[reader_].position);
  }
}

}  // namespace streamtwin::pipeline
