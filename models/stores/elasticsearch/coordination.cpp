// A read and a write as the node that coordinates them makes them, and a write as the primary does.
#include <algorithm>
#include <map>

#include "models/stores/elasticsearch/index.hpp"
#include "models/stores/elasticsearch/node_state.hpp"
#include "models/stores/elasticsearch/routing.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::elasticsearch {

/// A shard each is asked at once. Its processes share it, and outlive the answer where that does not wait for them.
struct Index::Phase {
  struct Part {
    int shard;
    std::vector<NodeIndex> copies;    ///< those that are asked one after the other
    std::optional<NodeIndex> by{};    ///< who has answered
    Version version = never_written;  ///< of the document that is asked for, if it is this shard's
  };
  explicit Phase(Instant its_deadline) : deadline(its_deadline) {}
  std::size_t answered() const {
    return static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), [](const Part& part) { return part.by.has_value(); }));
  }

  std::vector<Part> parts;
  Instant deadline;
  std::size_t open = 0;
  Promise<void> done;
  std::map<NodeIndex, Semaphore> rooms;  ///< where a node may be asked for more shards than at a time
};

std::shared_ptr<Index::Phase> Index::query_of(rpc::Instance& self, std::uint64_t id, Instant deadline) {
  Cluster& cluster = cluster_of(self.zone);
  NodeState& state = state_of(self);
  if (!state.selection) {
    state.selection.emplace(cluster.nodes());
    state.outstanding.resize(cluster.nodes());
  }
  std::vector<int> outstanding = state.outstanding;
  const auto phase = std::make_shared<Phase>(deadline);
  const bool search = spec_.reads == Reads::search;
  for (int shard = search ? 0 : shard_of(id, spec_.shards); shard < spec_.shards; ++shard) {
    std::vector<NodeIndex> copies = cluster.allocation().searchable(shard);
    if (spec_.adaptive_replica_selection) {
      state.selection->sort(copies, outstanding);
    } else {
      state.selection->take_turns(copies);
    }
    phase->parts.push_back({.shard = shard, .copies = std::move(copies)});
    if (!search) break;
  }
  return phase;
}

// Where the best hits are is chance: of as many draws as there are hits, those shards that were drawn.
std::shared_ptr<Index::Phase> Index::fetch_of(rpc::Instance& self, const Phase& query) {
  const auto phase = std::make_shared<Phase>(query.deadline);
  std::vector<char> drawn(query.parts.size());
  for (int hit = 0; hit < spec_.hits; ++hit) drawn[state_of(self).random.below(drawn.size())] = 1;
  for (std::size_t part = 0; part < query.parts.size(); ++part) {
    const Phase::Part& asked = query.parts[part];
    if (drawn[part] != 0 && asked.by) phase->parts.push_back({.shard = asked.shard, .copies = {*asked.by}});
  }
  return phase;
}

Task<> Index::read(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const Instant began = now();
  const auto asked = request.body.as<Message>();
  const RegionIndex region = network_.geography.region_of(self.zone);
  const stores::Acknowledged::Write known = acknowledged_[region].newest(asked.id);
  const std::shared_ptr<Phase> query = query_of(self, asked.id, std::min(request.deadline, began + spec_.request_timeout));
  co_await gather(self, query, spec_.reads == Reads::search ? Step::query : Step::get, request);
  std::size_t missing = query->parts.size() - query->answered();
  if (spec_.reads == Reads::search && query->parts.size() > 1 && query->answered() > 0) {
    const std::shared_ptr<Phase> fetch = fetch_of(self, *query);
    co_await gather(self, fetch, Step::fetch, request);
    missing += fetch->parts.size() - fetch->answered();
  }
  if (query->answered() == 0 || (missing > 0 && !spec_.partial_results)) {
    ++measures_.failed;
    reply.status = rpc::Status::failed;
    co_return;
  }
  ++measures_.reads;
  if (missing > 0) ++measures_.partial;
  measures_.read_latency.record(now() - began);
  const int shard = shard_of(asked.id, spec_.shards);
  for (const Phase::Part& part : query->parts) {
    if (part.shard == shard && part.by) judge(known, part.version, began);
  }
}

void Index::judge(stores::Acknowledged::Write known, Version found, Instant began) {
  if (found >= known.version) return;
  ++measures_.stale_reads;
  measures_.staleness.record(began - known.at);
}

Task<> Index::gather(rpc::Instance& self, std::shared_ptr<Phase> phase, Step step, const rpc::Envelope& request) {
  phase->open = phase->parts.size();
  if (phase->open == 0) co_return;
  if (phase->open > static_cast<std::size_t>(spec_.shard_requests)) {
    for (const Phase::Part& part : phase->parts) {
      for (const NodeIndex node : part.copies)
        phase->rooms.try_emplace(node, static_cast<std::size_t>(spec_.shard_requests), "a shard's turn");
    }
  }
  auto [promise, done] = make_promise<void>();
  phase->done = std::move(promise);
  for (std::size_t part = 1; part < phase->parts.size(); ++part) {
    self.scope.spawn_service("a shard's part of a search", ask_copies(self, phase, part, step, request));
  }
  co_await ask_copies(self, phase, 0, step, request);
  if (phase->open > 0) co_await done;
}

Task<> Index::ask_copies(rpc::Instance& self, std::shared_ptr<Phase> phase, std::size_t which, Step step, rpc::Envelope request) {
  Cluster& cluster = cluster_of(self.zone);
  NodeState& state = state_of(self);
  Phase::Part& part = phase->parts[which];
  auto what = request.body.as<Message>();
  what.step = step;
  what.shard = static_cast<std::uint16_t>(part.shard);
  request.body = what;
  for (std::size_t i = 0; i < part.copies.size() && !part.by && now() < phase->deadline; ++i) {
    const NodeIndex node = part.copies[i];
    if (i > 0) ++measures_.asked_again;
    Permit turn;
    if (!phase->rooms.empty()) turn = co_await phase->rooms.at(node).acquire();
    const Instant sent = now();
    ++state.outstanding[node];
    const std::optional<rpc::Reply> answer =
        co_await cluster.answer_of(node, network_.ask(self, cluster.instance(node), request), phase->deadline);
    --state.outstanding[node];
    if (!answer || !rpc::answered(answer->status)) continue;
    part.by = node;
    if (const Found* const found = answer->enclosed.get<Found>()) {
      part.version = found->version;
      state.selection->heard(node, found->queue, now() - sent, found->service);
    }
  }
  if (--phase->open == 0) phase->done.set();
}

Task<> Index::write(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const Instant began = now(), deadline = began + spec_.write_timeout;
  Cluster& cluster = cluster_of(self.zone);
  auto what = request.body.as<Message>();
  what.step = Step::write_primary;
  what.shard = static_cast<std::uint16_t>(shard_of(what.id, spec_.shards));
  rpc::Envelope message = request;
  message.deadline = never;  // one that nobody waits for any more is made nevertheless
  message.body = what;
  while (now() < deadline) {
    const std::optional<NodeIndex> primary = cluster.allocation().primary(what.shard);
    if (primary && cluster.allocation().member(cluster.index_of(self))) {
      const std::optional<rpc::Reply> answer =
          co_await cluster.answer_of(*primary, network_.ask(self, cluster.instance(*primary), message), deadline);
      if (answer && rpc::answered(answer->status)) {
        ++measures_.writes;
        measures_.write_latency.record(now() - began);
        acknowledged_[network_.geography.region_of(self.zone)].written(what.id, what.version, now());
        co_return;
      }
      if (answer && (answer->status == rpc::Status::overloaded || answer->status == rpc::Status::failed)) {
        ++measures_.failed;
        reply.status = answer->status;
        co_return;
      }
    }
    co_await cluster.wait_for_change(std::min<Duration>(1s, deadline - now()));
  }
  ++measures_.failed;
  reply.status = rpc::Status::failed;
}

// All copies are sent it at once. Who does not take it is not in sync any more, and made anew.
Task<> Index::write_primary(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  Cluster& cluster = cluster_of(self.zone);
  const NodeIndex own = cluster.index_of(self);
  auto what = request.body.as<Message>();
  const auto leads = [&] { return cluster.allocation().member(own) && cluster.allocation().primary(what.shard) == own; };
  if (!leads()) {
    reply.status = rpc::Status::unreachable;
    co_return;
  }
  cluster.copy(own, what.shard).write(what.id, what.version, now());
  what.step = Step::write_replica;
  rpc::Envelope message = request;
  message.body = what;
  const std::vector<NodeIndex> copies = cluster.allocation().written(what.shard);
  std::vector<Future<rpc::Reply>> answers;
  for (const NodeIndex copy : copies) answers.push_back(network_.ask(self, cluster.instance(copy), message));
  const Instant deadline = now() + spec_.write_timeout;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const std::optional<rpc::Reply> answer = co_await cluster.answer_of(copies[i], std::move(answers[i]), deadline);
    const bool taken = answer && rpc::answered(answer->status);
    if (!taken && leads() && cluster.allocation().member(copies[i])) cluster.failed(what.shard, copies[i]);
  }
  if (!leads()) reply.status = rpc::Status::unreachable;
}

}  // namespace streamtwin::elasticsearch
