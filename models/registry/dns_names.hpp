// A region whose services find each other by DNS: a name for each service with a record for each instance, which enters and
// leaves with it, and leaves while its health checks fail. Clients resolve now and then, through resolvers that keep answers,
// and go on with the addresses that they have until then. The records are in dns/; here are the timers.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "models/registry/dns/records.hpp"
#include "models/registry/member.hpp"
#include "sim-core/random.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::registry {

struct DnsNamesSpec : dns::RecordSpec {
  Duration propagation = 60s;
  int answer_max = 8;
  Duration resolve_interval = 30s;

  DnsNamesSpec() { extenders = Fraction{0}; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    Without<dns::RecordSpec, "extenders", "extended_by">::describe(self, visit);  // the resolvers of a cloud keep to what is said
    visit(self.propagation, {.name = "propagation",
                             .doc = "Until an instance that has been launched is named in place of the one before it",
                             .source = "Amazon Route 53 developer guide: changes are everywhere within 60 seconds",
                             .min = 0,
                             .max = 3600});
    visit(self.answer_max,
          {.name = "answer_max",
           .doc = "Records in an answer; of more than that, others each time",
           .source = "Amazon Route 53 developer guide, multivalue answer routing: up to eight healthy records, chosen at random",
           .min = 1,
           .max = 10000});
    visit(self.resolve_interval, {.name = "resolve_interval",
                                  .doc = "How long a client keeps the addresses that it has resolved, whatever the time to live",
                                  .source = "openjdk/jdk sun.net.InetAddressCachePolicy: 30 s",
                                  .min = 1,
                                  .max = 86400.0 * 7});
  }
};

class DnsNames {
 public:
  explicit DnsNames(const DnsNamesSpec& spec) : spec_(spec) {}

  /// An instance begins its life; it is named in place of `replaced`, the one before it. `established`: it has been named for
  /// a while.
  void join(Member member, std::optional<InstanceId> replaced, bool established);
  /// It is to end: its record is taken out.
  void remove(InstanceId id);
  /// It has ended, and resolves nothing any more. Its record stays until its checks have failed, or it is removed or replaced.
  void forget(InstanceId id);
  /// Established members have resolved the names, and resolve them again at any time of their interval. Checks begin.
  void start();

 private:
  struct Name {
    std::vector<ViewedInstance> records;         ///< by number
    std::vector<std::function<bool()>> answers;  ///< their health checks
    std::vector<int> registered;
    dns::Records dns;
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
  Task<> leave_later(AppId app, InstanceId id);
  Task<> enter_later(AppId app, ViewedInstance instance, std::function<bool()> answers, std::optional<InstanceId> replaced);
  Task<> check_records();
  void publish(Name& name);
  void resolve(Client& client);
  std::vector<ViewedInstance> answer_to(Client& client, const Name& name) const;
  Task<> resolve_again(Client& client, Duration phase);

  const DnsNamesSpec spec_;
  std::map<AppId, Name> names_;
  std::map<InstanceId, Client> clients_;
  std::vector<InstanceId> established_;  ///< until start()
  Scope scope_;
};

}  // namespace streamtwin::registry
