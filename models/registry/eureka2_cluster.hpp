// A region's Eureka 2: in each zone a write server, where instances register and which tells the others, and a read server, where they
// subscribe to what they call. What servers keep, tell and give up is in eureka2/; here are the channels between them, and the
// machines they run on.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/registry/discovery.hpp"
#include "models/registry/eureka2/eviction_queue.hpp"
#include "models/registry/eureka2/heartbeat.hpp"
#include "models/registry/eureka2/index.hpp"
#include "models/registry/eureka2/properties.hpp"
#include "models/registry/eureka2/subscribed_lists.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::registry {

class Eureka2Cluster final : public Discovery {
 public:
  /// `evicted`: told of each instance that a write server has given up; may be null.
  Eureka2Cluster(const eureka2::Properties& properties, Passages passage, RegistryMeasures& measures, std::string_view region,
                 std::function<void(InstanceId)> evicted = {});

  /// For a write server.
  void add_server(Host& machine, ZoneIndex zone) override { add(machine, zone, writers_); }
  void add_read_server(Host& machine, ZoneIndex zone) override { add(machine, zone, readers_); }
  /// It registers at once. Established: all servers know it, and it has subscribed.
  void join(Member member, std::optional<InstanceId> replaced, bool established) override;
  void remove(InstanceId id) override;
  /// Where its machine goes on, servers hear at once that its channels have ended; else they hear nothing more.
  void forget(InstanceId id) override;
  void start() override;

  /// Its own client registers an instance with another status, as its application is told.
  void take_out(std::span<const InstanceId> ids) override { set_out_of_service(ids, true); }
  void put_back(std::span<const InstanceId> ids) override { set_out_of_service(ids, false); }
  void put_up(std::span<const InstanceId> ids) override { set_out_of_service(ids, false); }
  void turn_up(InstanceId id) override;

  bool knows(InstanceId id) override;
  Sizes sizes() override { return {clients_.size(), registered(0)}; }
  /// Instances that a write server tells of.
  std::size_t registered(std::size_t writer) const { return writers_[writer]->state->registry.size(); }
  /// Whom it has not given up yet, of those that have failed.
  std::size_t waiting_for_eviction(std::size_t writer) const { return writers_[writer]->state->pending.pending(); }

 private:
  struct Server;
  /// A connection, as the one who has opened it and the server see it.
  struct Channel {
    std::uint64_t number;
    Server& server;
    std::uint64_t life;  ///< of the server's process
    ZoneIndex zone;      ///< of who has opened it
    eureka2::ClientHeartbeat here;
    eureka2::ServerHeartbeat there;
    bool open_here = true, open_there = true;
    std::optional<InstanceId> registers;
  };
  using SharedChannel = std::shared_ptr<Channel>;
  /// What a server sends on a channel.
  struct Outgoing : eureka2::Stream {
    SharedChannel channel;
    ZoneIndex to = 0;
    bool to_peer = false;
    Counter* bytes = nullptr;
    Instant arrives{};  ///< of the last message: they do not overtake each other
    std::function<void(const eureka2::Notifications&)> receive;
  };
  struct Registrant {
    InstanceId id;
    std::uint64_t channel;
  };
  /// What dies with a server's process.
  struct State {
    explicit State(const eureka2::Properties& properties) : pending(properties.eviction_drop) {}
    eureka2::SourcedRegistry registry;
    eureka2::Index index{registry};
    std::map<std::uint64_t, Outgoing> out;                      ///< by channel
    std::unordered_map<InstanceId, std::uint64_t> registrants;  ///< of a write server, with the channel that is theirs; looked up only
    eureka2::EvictionQueue<Registrant> pending;
    eureka2::Interests asked;  ///< of a read server, by its clients
    SharedChannel upstream;
    bool filling = true;  ///< not all has come yet for which it has asked
  };
  struct Server {
    Server(Host& host, ZoneIndex in_zone, std::uint32_t its_number) : machine(host), zone(in_zone), number(its_number) {}
    Host& machine;
    ZoneIndex zone;
    std::uint32_t number;
    std::uint64_t life = 0;
    bool open = false;
    std::size_t next_writer = 0;  ///< that a read server turns to
    std::unique_ptr<State> state;
    Scope scope;
  };
  using Servers = std::vector<Server*>;
  struct Client {
    Client(Member its, Random draws) : member(std::move(its)), random(draws) {}
    Member member;
    Random random;
    std::size_t next_writer = 0, next_reader = 0;
    SharedChannel registration, subscription;
    eureka2::SubscribedLists lists;
    bool up = false;  ///< as it has last heard of itself
    Process lease;
  };

  // channels
  SharedChannel open_channel(ZoneIndex from, Server& server);
  Task<SharedChannel> connect(ZoneIndex from, Server& server);
  Task<> hold(SharedChannel channel, Server* sender, Duration first);
  Task<> watch(Server& server, SharedChannel channel, Duration first);
  Task<bool> reach(SharedChannel channel);
  bool is_open(const Channel& channel) const;
  void abandon(const SharedChannel& channel, bool told);
  Task<> close_there(SharedChannel channel);
  void fail(Channel& channel);
  Outgoing& send_on(Server& by, const SharedChannel& channel, ZoneIndex to, Counter& bytes);
  void send(Server& by, Outgoing& out);
  Task<> deliver(Server& by, std::uint64_t channel, eureka2::Notifications notifications, Instant arrival);
  Outgoing* outgoing(Server& by, std::uint64_t channel);

  // servers
  void add(Host& machine, ZoneIndex zone, Servers& servers);
  void machine_changed(Server& server);
  void begin(Server& server);
  Task<> replicate(Server& from, Server& to, SharedChannel established);
  Outgoing& open_replication(Server& from, Server& to, const SharedChannel& channel);
  Task<> follow(Server& reader, SharedChannel established);
  Outgoing& open_upstream(Server& writer, const SharedChannel& channel, Server& reader);
  Task<> ask_upstream(Server& reader);
  void publish(Server& at, const eureka2::Source& source, const eureka2::Notifications& changes);
  void apply(Server& at, const eureka2::Source& source, const eureka2::Notifications& notifications);
  void take_registration(Channel& channel, const Member& member);
  void evict(Server& server);
  Task<> evict_together(Server& server);
  void subscribe(const SharedChannel& channel, Client& client);
  Outgoing& open_subscription(const SharedChannel& channel, Client& client);

  // clients
  eureka2::Instance instance_of(const Member& member) const;
  eureka2::Interests interests_of(const Member& member) const;
  Task<> keep_registered(Client& client);
  Task<> keep_subscribed(Client& client);
  Task<> update(Client& client);
  Task<> unregister(Client& client);
  Task<> change_interests(Client& client);
  void received(InstanceId id, std::uint64_t channel, const eureka2::Notifications& notifications);
  void tell_own_status(Client& client);
  void set_out_of_service(std::span<const InstanceId> ids, bool out);
  void new_application(AppId app);

  // the beginning
  void fill_servers();
  void register_established(Client& client);
  void subscribe_established(Client& client, const std::vector<std::shared_ptr<const AppView>>& lists);

  const eureka2::Properties properties_;
  Passages passage_;
  RegistryMeasures& measures_;
  std::function<void(InstanceId)> evicted_;
  Random random_;
  std::deque<Server> servers_;
  Servers writers_, readers_;
  std::map<InstanceId, Client> clients_;
  std::vector<InstanceId> established_;  ///< until start()
  AppId apps_ = 0;                       ///< that anybody has joined
  std::uint64_t channels_ = 0;
  bool started_ = false;
  Scope scope_;
};

}  // namespace streamtwin::registry
