// A region whose services find each other by DNS: a name for each service with a record for each instance, which enters and
// leaves with it, and leaves while its health checks fail. Clients resolve now and then, through resolvers that keep answers,
// and go on with the addresses that they have until then. The records are in dns/; here are the timers.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "models/registry/discovery.hpp"
#include "models/registry/dns_spec.hpp"
#include "models/registry/dns_trouble.hpp"
#include "models/registry/record_checks.hpp"
#include "sim-core/random.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::registry {

class DnsNames final : public Discovery {
 public:
  explicit DnsNames(const DnsNamesSpec& spec) : spec_(spec) {}

  void join(Member member, std::optional<InstanceId> replaced, bool established) override;
  /// Its record is taken out.
  void remove(InstanceId id) override;
  /// Its record stays until its checks have failed, or it is removed or replaced.
  void forget(InstanceId id) override;
  /// Established members have resolved the names, and resolve them again at any time of their interval. Checks begin.
  void start() override;
  Sizes sizes() override;

  /// Several of a kind end with the last.
  void begin(DnsTrouble trouble) { ++troubles_[static_cast<std::size_t>(trouble)]; }
  void end(DnsTrouble trouble);
  /// A client that is answered nothing, until it has been let hear as often.
  void deafen(InstanceId client) { ++deaf_[client]; }
  void let_hear(InstanceId client);

 private:
  struct Name {
    std::vector<ViewedInstance> records;         ///< by number
    std::vector<std::function<bool()>> answers;  ///< their health checks
    std::vector<int> registered;
    std::deque<std::pair<int, Instant>> left;  ///< those that are registered no more, and since when
    dns::Records dns;
  };
  using Record = std::pair<Name*, int>;
  struct Checks final : Checked<Record> {
    explicit Checks(DnsNames& its) : names(its) {}
    void list(std::vector<Record>& records) override;
    bool answers(const Record& record) override { return record.first->answers[static_cast<std::size_t>(record.second)](); }
    void report(const Record& record, bool passed) override { record.first->dns.report(record.second, passed, names.spec_); }
    void publish() override;

    DnsNames& names;
  };
  struct Client {
    Client(Member its, Random draws) : member(std::move(its)), random(draws) {}
    Member member;
    Random random;
    Duration age{0};  ///< of what its resolver answers
    RegistryView view;
  };

  void enter(AppId app, ViewedInstance instance, std::function<bool()> answers, std::optional<InstanceId> replaced);
  static void leave(Name& name, InstanceId id);
  void take_apart(Name& name) const;
  Task<> leave_later(AppId app, InstanceId id);
  Task<> enter_later(AppId app, ViewedInstance instance, std::function<bool()> answers, std::optional<InstanceId> replaced);
  void publish(Name& name);
  void resolve(Client& client);
  std::vector<ViewedInstance> answer_to(Client& client, const Name& name) const;
  Task<> resolve_again(Client& client, Duration phase);

  bool suffers(DnsTrouble trouble) const { return troubles_[static_cast<std::size_t>(trouble)] > 0; }

  const DnsNamesSpec spec_;
  std::array<int, 3> troubles_{};
  std::map<InstanceId, int> deaf_;
  std::map<AppId, Name> names_;
  Checks checks_{*this};
  std::map<InstanceId, Client> clients_;
  std::vector<InstanceId> established_;  ///< until start()
  Scope scope_;
};

}  // namespace streamtwin::registry
