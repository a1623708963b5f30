// A region whose services find each other by a registry that agrees before it answers: a server in each zone, of which those serve
// that follow a leader with a majority; instances that are listed while their sessions live; clients that are told of changes. Who
// serves and which sessions live is in consensus/; here are the messages, and the machines they run on.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "models/registry/consensus/quorum.hpp"
#include "models/registry/consensus/sessions.hpp"
#include "models/registry/discovery.hpp"
#include "sim-core/random.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::registry {

class ConsensusCluster final : public Discovery {
 public:
  /// `expired`: told of each instance whose session has ended without it; may be null.
  ConsensusCluster(const consensus::ConsensusProperties& properties, Passages passage, Counter expired_sessions,
                   std::function<void(InstanceId)> expired = {});

  void add_server(Host& machine, ZoneIndex zone) override;
  /// It opens a session and is listed, as soon as a server serves it. Established: it has done so.
  void join(Member member, std::optional<InstanceId> replaced, bool established) override;
  /// Its client closes its session.
  void remove(InstanceId id) override;
  /// Its client has ended with it, and its session goes on until it times out.
  void forget(InstanceId id) override;
  void start() override;

  /// What an operator writes needs a majority, too: nothing happens where no server serves.
  void take_out(std::span<const InstanceId> ids) override { write_status(ids, false); }
  void put_back(std::span<const InstanceId> ids) override { write_status(ids, true); }
  void put_up(std::span<const InstanceId> ids) override { write_status(ids, true); }
  void turn_up(InstanceId id) override { write_status({&id, 1}, true); }

  bool knows(InstanceId id) override { return listed_.contains(id); }
  Sizes sizes() override { return {clients_.size(), listed_.size()}; }
  /// Whether a zone's server answers.
  bool serves(ZoneIndex zone) const;

 private:
  struct Server {
    Host& machine;
    ZoneIndex zone;
  };
  struct Client {
    Client(Member its, Random draws) : member(std::move(its)), random(draws) {}
    Member member;
    Random random;
    std::optional<std::size_t> server;  ///< that it is connected to
    std::uint64_t version = 0;          ///< of the lists that it has
    bool leaving = false;
  };
  struct Listed {
    AppId app = 0;
    ZoneIndex zone = 0;
    bool up = true;
  };

  Task<> look_around();
  void end_sessions();
  bool connects(std::size_t from, std::size_t to) const;
  bool answers(std::size_t server) const;

  Task<> keep_session(Client& client);
  Task<> connect(Client& client);
  Task<bool> try_server(Client& client, std::size_t server);
  Task<> register_at(Client& client, std::size_t server);
  void lose(Client& client);
  Task<> watch(Client& client);
  Task<bool> read(Client& client);
  Task<> leave(Client& client);

  void list(const Member& member);
  void drop(InstanceId id);
  void write_status(std::span<const InstanceId> ids, bool up);
  void changed(AppId app);

  const consensus::ConsensusProperties properties_;
  Passages passage_;
  Counter expired_sessions_;
  std::function<void(InstanceId)> expired_;
  std::deque<Server> servers_;
  std::optional<consensus::Quorum> quorum_;
  consensus::Sessions sessions_;
  std::map<InstanceId, Listed> listed_;
  RegistryView view_;
  std::map<InstanceId, Client> clients_;
  Signal changed_{"a change of the registry"};
  Scope scope_;
};

}  // namespace streamtwin::registry
