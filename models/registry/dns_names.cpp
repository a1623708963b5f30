#include "models/registry/dns_names.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

/// An address that no instance ever has: silence.
constexpr InstanceId nobody = std::numeric_limits<InstanceId>::max();

}  // namespace

void DnsNames::join(Member joining, std::optional<InstanceId> replaced, bool established) {
  Random random(Simulation::current().seed().value, joining.identity, hash_text("dns client"));
  const ViewedInstance instance{joining.id, joining.zone};
  clients_.erase(joining.id);
  Client& client = clients_.try_emplace(joining.id, std::move(joining), random).first->second;
  client.age = dns::age_of_answer(spec_.habits(), client.random.two_uniforms());
  if (established) {
    established_.push_back(instance.id);
    return enter(client.member.app, instance, client.member.answers, replaced);
  }
  scope_.spawn_service("a record in DNS", enter_later(client.member.app, instance, client.member.answers, replaced));
  client.member.scope->spawn_service("resolving of names", resolve_again(client, Duration{0}));
}

void DnsNames::start() {
  for (auto& [app, name] : names_) publish(name);
  for (const InstanceId id : established_) {
    Client& client = clients_.at(id);
    resolve(client);
    const Duration phase = client.random.uniform(Duration{0}, spec_.resolve_interval);
    client.member.scope->spawn_service("resolving of names", resolve_again(client, phase));
  }
  established_.clear();
  scope_.spawn_service("health checks of records in DNS", check_records(checks_, spec_));
}

void DnsNames::enter(AppId app, ViewedInstance instance, std::function<bool()> answers, std::optional<InstanceId> replaced) {
  Name& name = names_[app];
  if (replaced) leave(name, *replaced);
  take_apart(name);
  const int record = name.dns.add();
  const auto number = static_cast<std::size_t>(record);
  if (number == name.records.size()) {
    name.records.emplace_back();
    name.answers.emplace_back();
  }
  name.registered.push_back(record);
  name.records[number] = instance;
  name.answers[number] = std::move(answers);
}

void DnsNames::leave(Name& name, InstanceId id) {
  const auto is_it = [&](int record) { return name.records[static_cast<std::size_t>(record)].id == id; };
  for (const int record : name.registered) {
    if (is_it(record)) name.left.emplace_back(record, now());
  }
  std::erase_if(name.registered, is_it);
}

// What may still mean a record that has left: answers that resolvers keep, and a check whose time-out is not over.
void DnsNames::take_apart(Name& name) const {
  const Duration kept = std::max(spec_.ttl, spec_.check_timeout);
  for (; !name.left.empty() && name.left.front().second + kept < now(); name.left.pop_front()) {
    const int record = name.left.front().first;
    name.answers[static_cast<std::size_t>(record)] = nullptr;
    name.dns.remove(record);
  }
}

void DnsNames::remove(InstanceId id) {
  const auto client = clients_.find(id);
  if (client != clients_.end()) scope_.spawn_service("a record in DNS", leave_later(client->second.member.app, id));
}

void DnsNames::forget(InstanceId id) {
  std::erase(established_, id);
  clients_.erase(id);
}

Discovery::Sizes DnsNames::sizes() {
  Sizes sizes{.clients = clients_.size()};
  for (const auto& [app, name] : names_) sizes.entries += name.records.size();
  return sizes;
}

// The last record of a name stays, as an answer without addresses is none.
Task<> DnsNames::leave_later(AppId app, InstanceId id) {
  co_await delay(spec_.propagation);
  Name& name = names_.at(app);
  if (name.registered.size() > 1) leave(name, id);
  publish(name);
}

Task<> DnsNames::enter_later(AppId app, ViewedInstance instance, std::function<bool()> answers, std::optional<InstanceId> replaced) {
  co_await delay(spec_.propagation);
  enter(app, instance, std::move(answers), replaced);
  publish(names_.at(app));
}

void DnsNames::publish(Name& name) {
  if (name.registered.empty() || suffers(DnsTrouble::stale)) return;
  if (name.dns.publish(name.registered, now())) name.dns.forget(now() - spec_.ttl);
}

// What has changed meanwhile is published at once.
void DnsNames::end(DnsTrouble trouble) {
  --troubles_[static_cast<std::size_t>(trouble)];
  if (trouble != DnsTrouble::stale || suffers(trouble)) return;
  for (auto& [app, name] : names_) publish(name);
}

void DnsNames::let_hear(InstanceId client) {
  const auto found = deaf_.find(client);
  if (--found->second == 0) deaf_.erase(found);
}

void DnsNames::Checks::list(std::vector<Record>& records) {
  for (auto& [app, name] : names.names_) {
    for (const int record : name.registered) records.emplace_back(&name, record);
  }
}

void DnsNames::Checks::publish() {
  for (auto& [app, name] : names.names_) names.publish(name);
}

Task<> DnsNames::resolve_again(Client& client, Duration phase) {
  co_await delay(phase);
  for (;;) {
    resolve(client);
    co_await delay(spec_.resolve_interval);
  }
}

// Balancers take over the lists that are others than before.
void DnsNames::resolve(Client& client) {
  if (suffers(DnsTrouble::missing) || deaf_.contains(client.member.id)) return;
  for (const auto& [app, name] : names_) {
    if (!client.member.calls(app)) continue;
    std::vector<ViewedInstance> answer = answer_to(client, name);
    if (app >= client.view.apps.size()) client.view.apps.resize(app + 1);
    std::shared_ptr<const AppView>& known = client.view.apps[app];
    if (known != nullptr && known->up == answer) continue;
    known = std::make_shared<AppView>(AppView{app, ++client.view.version, std::move(answer)});
  }
  client.member.refresh_balancers(client.view);
}

std::vector<ViewedInstance> DnsNames::answer_to(Client& client, const Name& name) const {
  std::vector<int> named = name.dns.answer(now(), client.age);
  const auto most = static_cast<std::size_t>(spec_.answer_max);
  if (named.size() > most) {
    for (std::size_t i = 0; i < most; ++i) std::swap(named[i], named[i + client.random.below(named.size() - i)]);
    named.resize(most);
  }
  std::vector<ViewedInstance> answer;
  for (const int record : named) answer.push_back(name.records[static_cast<std::size_t>(record)]);
  if (suffers(DnsTrouble::wrong)) {
    for (ViewedInstance& instance : answer) instance.id = nobody;
  }
  return answer;
}

}  // namespace streamtwin::registry
