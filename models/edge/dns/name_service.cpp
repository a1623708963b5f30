#include "models/edge/dns/name_service.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::dns {

NameService::NameService(const GeoDnsSpec& config, GeoDns dns, Seed seed, edge::Edge& edge, Duration failover_after, Recorder& recorder)
    : config_(config),
      dns_(std::move(dns)),
      watch_(dns_.regions(), failover_after),
      watched_(dns_.regions()),
      sent_away_(dns_.regions()),
      at_home_(dns_.regions()),
      seed_(seed),
      edge_(edge),
      recorder_(recorder) {}

// One region has nobody to send its clients to.
void NameService::start() {
  if (dns_.regions() > 1) scope_.spawn_service("DNS watch", watch());
}

// As long as only home was ever named, every resolver's answer is home, however old: none need be drawn.
Resolved NameService::resolve(RegionIndex home, const Client& client) const {
  const NameTroubles* const behind = this->behind(client);
  if (dns_.always_home(home) && behind == nullptr && at_home_[home].never_any()) return {home};
  Random random(seed_.value, client.population, client.number);
  const Instant asked = now() - age_of_answer(config_.habits(), random.two_uniforms());
  const double quantile = random.uniform();
  NameTroubles::Heard heard{.as_of = asked};
  if (behind != nullptr) heard = behind->heard(heard.as_of, now());
  if (heard.address == Address::right) heard = at_home_[home].heard(heard.as_of, now());
  const bool is_stale = heard.as_of < asked;
  return {dns_.answer(home, quantile, heard.as_of), heard.address, is_stale ? now() - heard.as_of : Duration{0}};
}

const NameTroubles* NameService::behind(const Client& client) const {
  if (!client.group || behind_.empty()) return nullptr;
  const auto troubles = behind_.find(*client.group);
  return troubles == behind_.end() ? nullptr : &troubles->second;
}

Task<rpc::Reply> NameService::request(const Resolved& to, rpc::Way way, const rpc::Envelope& request, Random& random) const {
  if (to.address == Address::none) return request_without_address();
  if (to.address == Address::nobodys) way.there = rpc::never_arrives;
  return edge_.request(to.region, way, request, random, to.old);
}

Task<rpc::Reply> NameService::request_without_address() const {
  co_await delay(config_.resolve_timeout);
  rpc::Reply none;
  none.status = rpc::Status::unreachable;
  co_return none;
}

void NameService::send_away(RegionIndex from, edge::Saviours to) {
  dns_.redirect(from, to, now());
  sent_away_[from] = std::move(to);
}

void NameService::call_back(RegionIndex from) {
  sent_away_[from].clear();
  dns_.redirect(from, watched_[from], now());
}

void NameService::follow(const RegionWatch::Change& change) {
  watched_[change.region] = change.to;
  if (sent_away(change.region)) return;
  dns_.redirect(change.region, change.to, now());
  if (!change.to.empty()) recorder_.notices.add(now(), NoticeKind::dns, edge_.region_name(change.region), "DNS");
  recorder_.event(now(), "dns", edge_.region_name(change.region),
                  change.to.empty() ? "the region is named again" : "clients are sent to the other regions");
}

// A region answers when a load balancer and a gateway do.
Task<> NameService::watch() {
  std::vector<bool> alive(dns_.regions());
  for (;;) {
    co_await delay(config_.watch_period);
    for (RegionIndex region = 0; region < dns_.regions(); ++region) alive[region] = edge_.alive(region);
    for (const RegionWatch::Change& change : watch_.look(alive, now())) follow(change);
  }
}

}  // namespace streamtwin::dns
