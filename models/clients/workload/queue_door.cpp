#include "models/clients/workload/queue_door.hpp"

#include <algorithm>
#include <utility>

#include "sim-core/awaitables.hpp"

namespace streamtwin::workload {

using rpc::Envelope;
using rpc::Instance;
using rpc::Reply;

namespace {

/// What is not done by then has been lost with who took it. Amazon SQS: the longest visibility time-out
constexpr Duration longest_work = 12h;

}  // namespace

/// An item's place in the queue, given up when nobody waits for it any more.
class QueueDoor::Waiting {
 public:
  Waiting(QueueDoor& owner, RegionIndex region, const Envelope& request) : items_(owner.regions_[region].items), ticket_(owner.tickets_++) {
    auto [promise, future] = make_promise<Reply>();
    items_.emplace(ticket_, Item{request, std::move(promise)});
    answer = std::move(future);
    owner.hand_out(region);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { items_.erase(ticket_); }

  Future<Reply> answer;

 private:
  std::map<std::uint64_t, Item>& items_;
  std::uint64_t ticket_;
};

QueueDoor::QueueDoor(services::Mesh& mesh, services::Service& target, const QueueSpec& spec)
    : mesh_(mesh), target_(target), spec_(spec), regions_(mesh.geography.regions()) {
  lives_subscription_ = mesh.lives.subscribe(*this);
}

void QueueDoor::started(Instance& instance) {
  if (&instance.service != &target_ || instance.dark()) return;
  const RegionIndex region = mesh_.geography.region_of(instance.zone);
  const bool disabled = instance.group() != nullptr && instance.group()->disabled;
  regions_[region].consumers.push_back({.instance = &instance, .takes = !(disabled && spec_.listener)});
  hand_out(region);
}

void QueueDoor::leave(const Instance& instance) {
  if (&instance.service != &target_) return;
  std::erase_if(regions_[mesh_.geography.region_of(instance.zone)].consumers,
                [&](const Consumer& one) { return one.instance == &instance; });
}

void QueueDoor::status_changed(InstanceId instance, bool up) {
  if (!spec_.listener) return;
  for (RegionIndex region = 0; region < regions_.size(); ++region) {
    if (Consumer* const consumer = find(regions_[region], instance)) consumer->takes = up;
    hand_out(region);
  }
}

QueueDoor::Consumer* QueueDoor::find(Region& region, InstanceId id) {
  const auto found =
      std::find_if(region.consumers.begin(), region.consumers.end(), [id](const Consumer& one) { return one.instance->id == id; });
  return found == region.consumers.end() ? nullptr : &*found;
}

// The one with the least to do of those that take any, and of several who has waited longest.
QueueDoor::Consumer* QueueDoor::with_room(Region& region) const {
  Consumer* chosen = nullptr;
  for (Consumer& one : region.consumers) {
    const bool may = one.takes && one.busy < spec_.at_once && one.instance->alive();
    if (may && (chosen == nullptr || std::pair(one.busy, one.last) < std::pair(chosen->busy, chosen->last))) chosen = &one;
  }
  return chosen;
}

void QueueDoor::hand_out(RegionIndex index) {
  Region& region = regions_[index];
  while (!region.items.empty()) {
    Consumer* const consumer = with_room(region);
    if (consumer == nullptr) return;
    ++consumer->busy;
    consumer->last = ++given_;
    Item first = std::move(region.items.begin()->second);
    region.items.erase(region.items.begin());
    scope_.spawn_service("work from a queue", work(index, consumer->instance->id, std::move(first)));
  }
}

// Whoever has taken it works on it to its end, though nobody may wait for it any more. To a consumer in the region it is as far as from
// one zone to another.
Task<> QueueDoor::work(RegionIndex region, InstanceId consumer, Item item) {
  if (Instance* const there = mesh_.lives.find(consumer)) {
    auto [promise, future] = make_promise<Reply>();
    mesh_.network.send(*there, mesh_.network.way(mesh_.geography.first_zone(region), there->zone), item.request, std::move(promise));
    std::optional<Reply> reply = co_await future.within(longest_work);
    if (reply) item.done.set(std::move(*reply));
  }
  if (Consumer* const there = find(regions_[region], consumer)) --there->busy;
  hand_out(region);
}

Task<Reply> QueueDoor::ask(Way way, Envelope request, Random&) {
  request.deadline = mesh_.deadline_to_carry(request.deadline);
  if (way.one_way > Duration{0}) co_await delay(way.one_way);
  Waiting waiting(*this, way.to.region, request);
  Reply reply = co_await waiting.answer;
  co_return reply;
}

}  // namespace streamtwin::workload
