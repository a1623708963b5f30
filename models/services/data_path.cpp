#include "models/services/data_path.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "models/cache/evcache/request.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

std::uint64_t item_key(const Service& owner, std::uint64_t subject) { return owner.identity + subject; }

// Netflix/EVCache hashes the canonical key, "app:key"; every zone's ring is asked for the same hash.
std::uint32_t ring_hash(const Service& owner, std::uint64_t subject, int item) {
  std::array<char, 160> text;
  const auto end = item == 0 ? fmt::format_to_n(text.data(), text.size(), "{}:{}", owner.name, subject).out
                             : fmt::format_to_n(text.data(), text.size(), "{}:{}:{}", owner.name, subject, item).out;
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

DataPath::DataPath(rpc::Network& network, const MeshMeasures& measures, fit::Injections& injections, evcache::Ledger& ledger)
    : network_(network), injections_(injections), ledger_(ledger), access_(network, ledger), written_(network.geography.regions()) {
  access_.reads = measures.cache_reads;
  access_.hits = measures.cache_hits;
  access_.misses = measures.cache_misses;
  access_.other_copies = measures.cache_other_copies;
  access_.missed_when = measures.cache_missed_when;
  access_.measures = measures.cache_client;
}

fit::Injected DataPath::suffers(const Envelope& request, fit::Point point, const Service& caller, const Service& callee) {
  return request.injections == 0 ? fit::Injected{} : injections_.strike(request.injections, point, caller.index, callee.index);
}

Task<Reply> DataPath::read_cache(Caller& caller, const Service& cache, Envelope request, const Item& item, Duration life_left) {
  request.body = evcache::Request{.key = item.key, .life = life_left};
  const fit::Injected injected = suffers(request, fit::Point::cache, caller.service, cache);
  Task<Reply> read = access_.read(caller.instance, client_of(caller, cache), *cache.cluster, item.hash, std::move(request));
  return injected ? after(injected, std::move(read)) : std::move(read);
}

evcache::Client& DataPath::client_of(Caller& caller, const Service& cache) const {
  const ZoneIndex first = network_.geography.first_zone(network_.geography.region_of(caller.instance.zone));
  return caller.cache_client(cache, static_cast<std::uint8_t>(caller.instance.zone - first), now());
}

Task<evcache::Items> DataPath::read_in_bulk(Caller& caller, const Service& cache, Envelope request, const Item& first, Duration life_left) {
  request.body = evcache::Request{.key = first.key, .life = life_left};
  const fit::Injected injected = suffers(request, fit::Point::cache, caller.service, cache);
  if (injected.wait > Duration{0}) co_await delay(injected.wait);
  if (injected.fails) co_return evcache::Items{0};
  std::array<std::uint32_t, evcache::items_max> hashes;
  const auto items = static_cast<std::size_t>(first.data->items);
  for (std::size_t number = 0; number < items; ++number) hashes[number] = first.other(static_cast<int>(number)).hash;
  co_return co_await access_.read_many(caller.instance, client_of(caller, cache), *cache.cluster, {hashes.data(), items},
                                       std::move(request));
}

Task<> DataPath::write_cache(Caller& caller, const Service& cache, Envelope request, const Item& item, evcache::Version version) {
  const DataSpec& data = *item.data;
  request.body = evcache::Request{.key = item.key,
                                  .version = version,
                                  .life = data.time_to_live + data.kept_stale,
                                  .amount = evcache::amount_of(item.cached),
                                  .operation = evcache::Operation::set};
  const fit::Injected injected = suffers(request, fit::Point::cache, caller.service, cache);
  Task<> write = access_.write(caller.instance, client_of(caller, cache), *cache.cluster, item.hash, std::move(request));
  return injected ? after(injected, std::move(write)) : std::move(write);
}

namespace {

evcache::Version version_found(const Reply& stored) {
  const auto* const found = stored.enclosed.get<stores::Version>();
  return found == nullptr ? evcache::before_the_run : *found;
}

}  // namespace

Task<> DataPath::read_item(Caller& caller, const Envelope& request, Reply& reply) {
  const Service& service = caller.service;
  const Item item = item_asked(service, request);
  if (service.cache != nullptr) {
    if (item.data->items > 1) {
      co_await read_items(caller, request, item, reply);
      co_return;
    }
    const Reply cached = co_await read_cache(caller, *service.cache, request, item, item.data->kept_stale);
    if (cached.status == Status::ok) {
      if (caller.instance.random.chance(item.data->writes.value())) co_await write_item(caller, request, item, nullptr, reply);
      co_return;
    }
  }
  const Reply stored = co_await ask_store(caller, request, item, stores::Access::read, item.data->item * item.data->items, now());
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  if (service.cache != nullptr) co_await write_cache(caller, *service.cache, request, item, version_found(stored));
  if (caller.instance.random.chance(item.data->writes.value())) co_await write_item(caller, request, item, &stored, reply);
}

// Several of one subject, which the store has in one partition: what the cache has not is asked for at once.
Task<> DataPath::read_items(Caller& caller, const Envelope& request, const Item& first, Reply& reply) {
  const Service& cache = *caller.service.cache;
  const int items = first.data->items;
  const evcache::Items found = co_await read_in_bulk(caller, cache, request, first, first.data->kept_stale);
  const int missing = items - std::popcount(found);
  if (missing > 0) {
    const Reply stored = co_await ask_store(caller, request, first, stores::Access::read, first.data->item * missing, now());
    if (!answered(stored.status)) {
      reply.status = stored.status;
      co_return;
    }
    for (int number = 0; number < items; ++number) {
      if ((found & evcache::item_bit(number)) == 0)
        co_await write_cache(caller, cache, request, first.other(number), version_found(stored));
    }
  }
  if (!caller.instance.random.chance(first.data->writes.value())) co_return;
  const auto number = static_cast<int>(caller.instance.random.below(static_cast<std::uint64_t>(items)));
  co_await write_item(caller, request, first.other(number), nullptr, reply);
}

Task<bool> DataPath::has_item(Caller& caller, const Envelope& request) {
  const Item item = item_asked(caller.service, request);
  const Reply cached = co_await read_cache(caller, *caller.service.cache, request, item, item.data->kept_stale);
  co_return cached.status == Status::ok;
}

Task<> DataPath::keep_item(Caller& caller, const Envelope& request) {
  return write_cache(caller, *caller.service.cache, request, item_asked(caller.service, request), evcache::before_the_run);
}

// Where nobody else has changed it since it was read, which is never taken from a cache.
Task<Reply> DataPath::change(Caller& caller, const Envelope& request, const Item& item, const Reply* read) {
  Reply anew;
  if (read == nullptr) {
    anew = co_await ask_store(caller, request, item, stores::Access::read, item.data->item, now());
    if (!answered(anew.status)) co_return anew;
    read = &anew;
  }
  const stores::Version* const known = read->enclosed.get<stores::Version>();
  const stores::Version expected = known != nullptr ? *known : stores::never_written;
  co_return co_await ask_store(caller, request, item, stores::Access::compare_and_set, item.data->item, expected);
}

Task<> DataPath::write_item(Caller& caller, const Envelope& request, const Item& item, const Reply* read, Reply& reply) {
  const double transactions = item.data->transactions.value();
  const bool only_if_unchanged = transactions > 0 && caller.instance.random.chance(transactions);
  const Instant began = now();
  Task<Reply> writing = only_if_unchanged ? change(caller, request, item, read)
                                          : ask_store(caller, request, item, stores::Access::write, item.data->item, began);
  const Reply stored = co_await std::move(writing);
  if (!answered(stored.status)) {
    reply.status = stored.status;
    co_return;
  }
  const auto* const compared = stored.enclosed.get<stores::Compared>();
  if (compared != nullptr && !compared->set) co_return;
  const evcache::Version version = compared != nullptr ? compared->version : began;
  const RegionIndex region = network_.geography.region_of(caller.instance.zone);
  written_[region] += item.data->item;
  if (caller.service.cache == nullptr) co_return;
  ledger_.written(item.key, version, region, now());
  co_await write_cache(caller, *caller.service.cache, request, item, version);
}

Task<Reply> DataPath::ask_store(const Caller& caller, const Envelope& request, const Item& item, stores::Access access, Bytes size,
                                stores::Version version) {
  const Service& store = *caller.service.store;
  const fit::Injected injected = suffers(request, fit::Point::store, caller.service, store);
  Task<Reply> answer = static_cast<stores::Store&>(*store.handler())
                           .request(caller.instance, request,
                                    {.key = item.row, .version = version, .bytes = static_cast<float>(size.value()), .access = access});
  return injected ? after(injected, std::move(answer)) : std::move(answer);
}

DataPath::Item DataPath::item_asked(const Service& reads, const Envelope& request) {
  const Service& owner = reads.original != nullptr ? *reads.original : reads;
  const auto asked = request.body.as<rpc::HttpRequest>();
  const std::uint64_t subject = owner.spec.data->keyed_by_title ? asked.title : asked.member;
  const std::uint64_t key = item_key(owner, subject);
  if (owner.cache == nullptr) return {&owner, subject, &*owner.spec.data, key, 0, Bytes{}, key};
  return {&owner, subject, &*owner.spec.data, key, ring_hash(owner, subject), cached_size(owner, subject), key};
}

DataPath::Item DataPath::Item::other(int number) const {
  Item item = *this;
  item.key = evcache::key_of_item(row, number);
  item.hash = number == 0 ? hash : ring_hash(*owner, subject, number);
  return item;
}

Task<Reply> DataPath::read_stale(Caller& caller, const Service& owner, Envelope request) {
  const Item item = item_asked(owner, request);
  Reply reply;
  if (item.data->items > 1) {
    const evcache::Items found = co_await read_in_bulk(caller, *owner.cache, request, item, evcache::however_old);
    reply.status = found == evcache::all_items(item.data->items) ? Status::ok : Status::miss;
  } else {
    reply = co_await read_cache(caller, *owner.cache, request, item, evcache::however_old);
  }
  if (reply.status == Status::miss) reply.status = Status::failed;  // nothing to fall back to
  co_return reply;
}

Bytes DataPath::take_written(RegionIndex region) { return std::exchange(written_[region], Bytes{}); }

}  // namespace streamtwin::services
