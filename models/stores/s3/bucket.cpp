#include "models/stores/s3/bucket.hpp"

#include <algorithm>
#include <memory>

#include "models/stores/s3/client.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::s3 {

Bucket::Bucket(rpc::Network& network, const S3Spec& spec, const rpc::Service& service, Recorder& recorder)
    : network_(network), spec_(spec), service_(service), measures_(recorder, "stores." + service.name + ".") {
  for (std::size_t region = 0; region < network.geography.regions(); ++region) {
    const std::string& name = network.geography.region_name(static_cast<RegionIndex>(region));
    regions_.push_back(
        {.prefixes = Prefixes(spec_.rates), .objects = {}, .acknowledged = {}, .random = Random(0, service.name + "/" + name, "s3")});
  }
}

// Its name leads to those that are there, in turn.
rpc::Instance* Bucket::front_of(ZoneIndex zone) {
  Region& region = region_of(zone);
  std::vector<rpc::Instance*> there;
  for (const ZoneIndex in : network_.geography.zones_in(network_.geography.region_of(zone))) {
    for (int number = 0; number < service_.slots(in); ++number) {
      rpc::Instance* const front = service_.slot(in, number);
      if (front != nullptr && front->alive() && network_.way(zone, in).connects()) there.push_back(front);
    }
  }
  return there.empty() ? nullptr : there[region.turn++ % there.size()];
}

Random& Bucket::random_of(const rpc::Instance& client) { return clients_.try_emplace(client.id, client.stream("s3")).first->second; }

Task<std::optional<rpc::Reply>> Bucket::try_once(const rpc::Instance& client, const rpc::Envelope& request) {
  rpc::Instance* const front = region_of(client.zone).failures == 0 ? front_of(client.zone) : nullptr;
  if (front == nullptr) {
    co_await delay(connect_timeout);
    co_return std::nullopt;
  }
  Future<rpc::Reply> answering = network_.ask(client, front, request);
  co_return co_await answering.within(spec_.request_timeout);
}

Task<rpc::Reply> Bucket::call(const rpc::Instance& client, rpc::Envelope request, Message message) {
  request.body = message;
  for (int tried_again = 0;; ++tried_again) {
    const std::optional<rpc::Reply> answer = co_await try_once(client, request);
    if (answer && rpc::answered(answer->status)) co_return *answer;
    const bool throttled = answer && answer->status == rpc::Status::overloaded;
    const std::optional<Duration> wait = spec_.retries.wait(tried_again, throttled, random_of(client));
    if (!wait) co_return answer ? *answer : rpc::Reply{.status = rpc::Status::timed_out};
    co_await delay(*wait);
  }
}

Task<rpc::Reply> Bucket::request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) {
  return item.access == stores::Access::read ? read(client, std::move(request), item) : write(client, std::move(request), item);
}

Task<rpc::Reply> Bucket::read(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) {
  const Instant began = now();
  const stores::Acknowledged::Write known = region_of(client.zone).acknowledged.newest(item.key);
  rpc::Reply reply = co_await call(client, std::move(request), {.key = item.key, .bytes = item.bytes, .step = Step::get});
  if (!rpc::answered(reply.status)) {
    ++measures_.gave_up;
    co_return reply;
  }
  ++measures_.reads;
  measures_.read_latency.record(now() - began);
  const stores::Version* const found = reply.enclosed.get<stores::Version>();
  if ((found != nullptr ? *found : stores::never_written) < known.version) ++measures_.stale_reads;
  co_return reply;
}

Task<rpc::Reply> Bucket::write(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) {
  const Instant began = now();
  const int parts = spec_.transfer.parts(Bytes{item.bytes});
  rpc::Reply reply;
  if (parts == 1) {
    reply = co_await call(client, std::move(request), {.key = item.key, .version = item.version, .bytes = item.bytes, .step = Step::put});
  } else {
    reply = co_await write_parts(client, std::move(request), item, parts);
  }
  if (!rpc::answered(reply.status)) {
    ++measures_.gave_up;
    co_return reply;
  }
  ++measures_.writes;
  measures_.write_latency.record(now() - began);
  region_of(client.zone).acknowledged.written(item.key, item.version, now());
  co_return reply;
}

struct Bucket::Upload {
  int left;  ///< parts that nobody has begun
  int open;  ///< connections that are busy
  rpc::Status status = rpc::Status::ok;
};

Task<rpc::Reply> Bucket::write_parts(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item, int parts) {
  const float size = item.bytes / static_cast<float>(parts);
  Message message{.key = item.key, .version = item.version, .bytes = size, .step = Step::initiate};
  rpc::Reply reply = co_await call(client, request, message);
  if (!rpc::answered(reply.status)) co_return reply;
  message.step = Step::part;
  const auto uploading = std::make_shared<Upload>(Upload{.left = parts, .open = std::min(parts, spec_.transfer.connections)});
  std::vector<Task<>> connections;
  for (int connection = 0; connection < uploading->open; ++connection) connections.push_back(upload(client, request, message, uploading));
  co_await all_of(std::move(connections));
  if (!rpc::answered(uploading->status)) co_return rpc::Reply{.status = uploading->status};
  message.step = Step::complete;
  co_return co_await call(client, std::move(request), message);
}

/// One connection: part after part.
Task<> Bucket::upload(const rpc::Instance& client, rpc::Envelope request, Message part, std::shared_ptr<Upload> upload) {
  while (upload->left > 0 && rpc::answered(upload->status)) {
    --upload->left;
    const rpc::Reply reply = co_await call(client, request, part);
    if (!rpc::answered(reply.status)) upload->status = reply.status;
  }
}

Task<> Bucket::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Message>();
  Region& region = region_of(self.zone);
  ++measures_.requests;
  const int partitions = region.prefixes.partitions();
  if (!region.prefixes.takes(asked.key, asked.step == Step::get ? Kind::read : Kind::write, now())) {
    ++measures_.slow_downs;
    measures_.divisions.add(static_cast<std::uint64_t>(region.prefixes.partitions() - partitions));
    reply.status = rpc::Status::overloaded;
    co_return;
  }
  const bool carries = asked.step != Step::initiate && asked.step != Step::complete;
  const Duration first_byte = region.random.uniform(spec_.transfer.first_byte_min, spec_.transfer.first_byte_max);
  co_await delay(spec_.transfer.time(carries ? Bytes{asked.bytes} : Bytes{0}, first_byte));
  if (asked.step == Step::get) {
    const stores::Version found = region.objects.read(asked.key, now());
    if (found != stores::never_written) reply.enclosed = rpc::Enclosure(found);
  } else if (asked.step == Step::put || asked.step == Step::complete) {
    const bool at_once = spec_.consistency == Consistency::strong;
    region.objects.write(asked.key, asked.version, at_once ? Duration{0} : region.random.exponential(spec_.overwrites_seen_after), now());
  }
}

}  // namespace streamtwin::s3
