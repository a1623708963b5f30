#include "models/services/data_path.hpp"

#include <fmt/format.h>

#include <array>

#include "models/cache/evcache/request.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

std::uint64_t item_key(const Service& owner, std::uint64_t subject) { return owner.identity + subject; }

// Netflix/EVCache hashes the canonical key, "app:key"; every zone's ring is asked for the same hash.
std::uint32_t ring_hash(const Service& owner, std::uint64_t subject) {
  std::array<char, 160> text;
  const auto end = fmt::format_to_n(text.data(), text.size(), "{}:{}", owner.name, subject).out;
  return evcache::hash_of(evcache::HashAlgorithm::ketama, {text.data(), static_cast<std::size_t>(end - text.data())});
}

// As `ring_hash` has the key.
Bytes cached_size(const Service& owner, std::uint64_t subject) {
  return owner.spec.data->item + Bytes{static_cast<double>(fmt::formatted_size("{}:{}", owner.name, subject))};
}

namespace {

// What is injected comes before the client does anything.
Task<Reply> after(fit::Injected injected, Task<Reply> rest) {
  if (injected.wait > Duration{0}) co_await delay(injected.wait);
  if (injected.fails) co_return Reply{.status = Status::failed};
  co_return co_await std::move(rest);
}

Task<> after(fit::Injected injected, Task<> rest) {
  if (injected.wait > Duration{0}) co_await delay(injected.wait);
  if (!injected.fails) co_await std::move(rest);
}

}  // namespace

DataPath::DataPath(rpc::Network& network, const MeshMeasures& measures, fit::Injections& injections)
    : network_(network), injections_(injections), access_(network), written_(network.geography.regions()) {
  access_.reads = measures.cache_reads;
  access_.hits = measures.cache_hits;
  access_.misses = measures.cache_misses;
  access_.other_copies = measures.cache_other_copies;
  access_.missed_when = measures.cache_missed_when;
}

fit::Injected DataPath::suffers(const Envelope& request, fit::Point point, const Service& caller, const Service& callee) {
  return request.injections == 0 ? fit::Injected{} : injections_.strike(request.injections, point, caller.index, callee.index);
}

Task<Reply> DataPath::read_cache(Caller& caller, const Service& cache, Envelope request, const Item& item, Duration life_left) {
  request.body = evcache::Request{.key = item.key, .life = life_left};
  const ZoneIndex first = network_.geography.first_zone(network_.geography.region_of(caller.instance.zone));
  evcache::Client& client = caller.cache_client(cache, static_cast<std::uint8_t>(caller.instance.zone - first), now());
  const fit::Injected injected = suffers(request, fit::Point::cache, caller.service, cache);
  Task<Reply> read = access_.read(caller.instance, client, *cache.cluster, item.hash, std::move(request));
  return injected ? after(injected, std::move(read)) : std::move(read);
}

Task<> DataPath::write_cache(Caller& caller, const Service& cache, Envelope request, const Item& item) {
  const DataSpec& data = *item.data;
  request.body = evcache::Request{.key = item.key,
                                  .life = data.time_to_live + data.kept_stale,
                                  .bytes = static_cast<float>(item.cached.value()),
                                  .operation = evcache::Operation::set};
  const fit::Injected injected = suffers(request, fit::Point::cache, caller.service, cache);
  Task<> write = access_.write(caller.instance, *cache.cluster, item.hash, std::move(request));
  return injected ? after(injected, std::move(write)) : std::move(write);
}

Task<> DataPath::read_item(Caller& caller, const Envelope& request, Reply& reply) {
  const Service& service = caller.service;
  const Item item = item_asked(service, request);
  if (service.cache != nullptr) {
    const Reply cached = co_await read_cache(caller, *service.cache, request, item, item.data->kept_stale);
    if (cached.status == Status::ok) {
      if (caller.instance.random.chance(item.data->writes.value())) co_await write_item(caller, request, item, reply);
      co_return;
    }
  }
  const Reply stored = co_await ask_store(caller, request, item, stores::Access::read);
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  if (service.cache != nullptr) co_await write_cache(caller, *service.cache, request, item);
  if (caller.instance.random.chance(item.data->writes.value())) co_await write_item(caller, request, item, reply);
}

Task<> DataPath::write_item(Caller& caller, const Envelope& request, const Item& item, Reply& reply) {
  const Reply stored = co_await ask_store(caller, request, item, stores::Access::write);
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  written_[network_.geography.region_of(caller.instance.zone)] += item.data->item;
  if (caller.service.cache != nullptr) co_await write_cache(caller, *caller.service.cache, request, item);
}

Task<Reply> DataPath::ask_store(const Caller& caller, const Envelope& request, const Item& item, stores::Access access) {
  const Service& store = *caller.service.store;
  const fit::Injected injected = suffers(request, fit::Point::store, caller.service, store);
  Task<Reply> answer =
      static_cast<stores::Store&>(*store.handler())
          .request(caller.instance, request,
                   {.key = item.key, .version = now(), .bytes = static_cast<float>(item.data->item.value()), .access = access});
  return injected ? after(injected, std::move(answer)) : std::move(answer);
}

DataPath::Item DataPath::item_asked(const Service& reads, const Envelope& request) {
  const Service& owner = reads.original != nullptr ? *reads.original : reads;
  const auto asked = request.body.as<rpc::HttpRequest>();
  const std::uint64_t subject = owner.spec.data->keyed_by_title ? asked.title : asked.member;
  if (owner.cache == nullptr) return {&*owner.spec.data, item_key(owner, subject), 0, Bytes{}};
  return {&*owner.spec.data, item_key(owner, subject), ring_hash(owner, subject), cached_size(owner, subject)};
}

Task<Reply> DataPath::read_stale(Caller& caller, const Service& owner, Envelope request) {
  const Item item = item_asked(owner, request);
  Reply reply = co_await read_cache(caller, *owner.cache, request, item, evcache::however_old);
  if (reply.status == Status::miss) reply.status = Status::failed;  // nothing to fall back to
  co_return reply;
}

Bytes DataPath::take_written(RegionIndex region) { return std::exchange(written_[region], Bytes{}); }

}  // namespace streamtwin::services
