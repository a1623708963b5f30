// A file system of HDFS as a store of a run. A client asks a NameNode where a file is, and reads it from the nearest DataNode that has it, or
// the next; or it is told where to write one, and sends it to the first of a pipeline of DataNodes, each of which passes it on. One that
// is silent is left out, and the write goes on.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "models/stores/hdfs/volume.hpp"
#include "models/stores/store.hpp"

namespace streamtwin::hdfs {

class FileSystem final : public stores::Store {
 public:
  FileSystem(rpc::Network& network, const HdfsSpec& spec, const rpc::Service& service, Recorder& recorder);

  Task<rpc::Reply> request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;
  void start() override;
  void started(rpc::Instance& self) override {
    if (running_) volume_of(self.zone).started(self);
  }
  void stopped(const rpc::Instance& self) override {
    if (running_) volume_of(self.zone).stopped(self);
  }

  /// Of the slots that the service has when it is first asked.
  Volume& volume_of(ZoneIndex zone);

 private:
  enum class Step : std::uint8_t { locate, begin, read, write };
  struct Message {
    std::uint64_t upload = 0;
    float bytes = 0;
    std::uint8_t position = 0;  ///< in the pipeline
    Step step = Step::locate;
  };
  struct Upload {
    std::vector<NodeIndex> pipeline;
    std::size_t silent = 0;  ///< who has not answered
  };
  /// Of a client: which NameNode it takes for the one that serves, and its chances.
  struct Client {
    std::size_t name_node = 0;
    Random random;
  };
  Client& client_of(const rpc::Instance& client);
  BlockIndex block_of(Volume& volume, std::uint64_t key) const { return static_cast<BlockIndex>(mix(key) % volume.names().blocks()); }
  Task<std::optional<rpc::Reply>> ask(const rpc::Instance& from, Volume& volume, NodeIndex node, rpc::Envelope request, Duration patience);
  Task<bool> ask_name_node(const rpc::Instance& client, Volume& volume, rpc::Envelope request, Step step);
  Task<bool> read(const rpc::Instance& client, Volume& volume, rpc::Envelope request, stores::ItemRequest item);
  Task<bool> write(const rpc::Instance& client, Volume& volume, rpc::Envelope request, stores::ItemRequest item);
  Task<bool> send(const rpc::Instance& client, Volume& volume, rpc::Envelope request, std::uint64_t number, Upload& upload, float bytes);
  Task<> pass_on(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Duration patience(std::size_t behind) const {
    return spec_.client.socket_timeout + spec_.client.timeout_extension * static_cast<double>(behind);
  }

  rpc::Network& network_;
  const HdfsSpec spec_;
  const rpc::Service& service_;
  Measures measures_;
  bool running_ = false;                                                ///< until then all nodes are there
  std::vector<std::unique_ptr<Volume>> volumes_;                        ///< by region
  std::unordered_map<InstanceId, Client> clients_;                      ///< looked up only
  std::unordered_map<std::uint64_t, std::shared_ptr<Upload>> uploads_;  ///< those under way; looked up only
  std::uint64_t next_upload_ = 0;
};

}  // namespace streamtwin::hdfs
