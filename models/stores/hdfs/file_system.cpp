#include "models/stores/hdfs/file_system.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"

namespace streamtwin::hdfs {

FileSystem::FileSystem(rpc::Network& network, const HdfsSpec& spec, const rpc::Service& service, Recorder& recorder)
    : network_(network),
      spec_(spec),
      service_(service),
      measures_(recorder, "stores." + service.name + "."),
      volumes_(network.geography.regions()) {}

Volume& FileSystem::volume_of(ZoneIndex zone) {
  const RegionIndex region = network_.geography.region_of(zone);
  std::unique_ptr<Volume>& volume = volumes_[region];
  if (!volume) volume = std::make_unique<Volume>(network_, service_, spec_, region, measures_);
  return *volume;
}

void FileSystem::start() {
  running_ = true;
  for (std::size_t region = 0; region < volumes_.size(); ++region) {
    volume_of(network_.geography.first_zone(static_cast<RegionIndex>(region))).start();
  }
}

FileSystem::Client& FileSystem::client_of(const rpc::Instance& client) {
  return clients_.try_emplace(client.id, Client{.random = client.stream("hdfs")}).first->second;
}

// A machine without the process refuses the connection at once.
Task<std::optional<rpc::Reply>> FileSystem::ask(const rpc::Instance& from, Volume& volume, NodeIndex node, rpc::Envelope request,
                                                Duration patience) {
  if (volume.refuses(node)) co_return std::nullopt;
  Future<rpc::Reply> answer = network_.ask(from, volume.instance(node), request);
  co_return co_await answer.within(patience);
}

Task<rpc::Reply> FileSystem::request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) {
  const Instant began = now();
  Volume& volume = volume_of(client.zone);
  const bool reads = item.access == stores::Access::read;
  bool done;
  if (reads) {
    done = co_await read(client, volume, std::move(request), item);
  } else {
    done = co_await write(client, volume, std::move(request), item);
  }
  if (!done) {
    ++measures_.failed;
    co_return rpc::Reply{.status = rpc::Status::failed};
  }
  ++(reads ? measures_.reads : measures_.writes);
  (reads ? measures_.read_latency : measures_.write_latency).record(now() - began);
  co_return rpc::Reply{};
}

Task<bool> FileSystem::ask_name_node(const rpc::Instance& client, Volume& volume, rpc::Envelope request, Step step) {
  request.body = Message{.step = step};
  Duration sleep = spec_.client.sleep_base;
  for (int attempt = 1; attempt <= spec_.client.attempts; ++attempt) {
    Client& known = client_of(client);
    const std::vector<NodeIndex>& name_nodes = volume.name_nodes();
    const std::optional<rpc::Reply> answer =
        co_await ask(client, volume, name_nodes[known.name_node % name_nodes.size()], request, spec_.client.connect_timeout);
    if (answer && rpc::answered(answer->status)) co_return true;
    ++client_of(client).name_node;
    co_await delay(sleep * client_of(client).random.uniform(0.5, 1.5));
    sleep = std::min(spec_.client.sleep_max, sleep * 2);
  }
  co_return false;
}

Task<bool> FileSystem::read(const rpc::Instance& client, Volume& volume, rpc::Envelope request, stores::ItemRequest item) {
  const bool told = co_await ask_name_node(client, volume, request, Step::locate);
  if (!told) co_return false;
  const BlockIndex block = block_of(volume, item.key);
  request.body = Message{.bytes = item.bytes, .step = Step::read};
  for (const NodeIndex node : volume.names().locations(block, std::nullopt, client.zone, now())) {
    const std::optional<rpc::Reply> answer = co_await ask(client, volume, node, request, spec_.client.socket_timeout);
    if (answer && rpc::answered(answer->status) && volume.has(node, block)) co_return true;
  }
  co_return false;
}

Task<bool> FileSystem::write(const rpc::Instance& client, Volume& volume, rpc::Envelope request, stores::ItemRequest item) {
  const bool told = co_await ask_name_node(client, volume, request, Step::begin);
  if (!told) co_return false;
  const std::uint64_t number = next_upload_++;
  const auto upload = std::make_shared<Upload>();
  upload->pipeline = volume.names().choose(std::nullopt, now(), client_of(client).random);
  uploads_[number] = upload;
  const bool sent = co_await send(client, volume, std::move(request), number, *upload, item.bytes);
  uploads_.erase(number);
  if (sent) volume.place(block_of(volume, item.key), upload->pipeline);
  co_return sent;
}

Task<bool> FileSystem::send(const rpc::Instance& client, Volume& volume, rpc::Envelope request, std::uint64_t number, Upload& upload,
                            float bytes) {
  request.deadline = never;
  request.body = Message{.upload = number, .bytes = bytes, .step = Step::write};
  while (!upload.pipeline.empty()) {
    upload.silent = 0;
    const std::optional<rpc::Reply> answer =
        co_await ask(client, volume, upload.pipeline.front(), request, patience(upload.pipeline.size()));
    if (answer && rpc::answered(answer->status)) co_return true;
    upload.pipeline.erase(upload.pipeline.begin() + static_cast<std::ptrdiff_t>(upload.silent));
    ++measures_.dropped;
  }
  co_return false;
}

Task<> FileSystem::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Message>();
  Volume& volume = volume_of(self.zone);
  const NodeIndex own = volume.index_of(self);
  switch (asked.step) {
    case Step::begin:
    case Step::locate:
      if (!volume.serves(own) || (asked.step == Step::begin && !volume.takes_writes())) reply.status = rpc::Status::unreachable;
      break;
    case Step::read: co_await volume.disk(own).serve(volume.disk_time(Bytes{asked.bytes})); break;
    case Step::write: co_await pass_on(self, request, reply); break;
  }
}

// What comes in goes to the disk and to the next at the same time.
Task<> FileSystem::pass_on(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  auto message = request.body.as<Message>();
  Volume& volume = volume_of(self.zone);
  const auto found = uploads_.find(message.upload);
  if (found == uploads_.end()) co_return;
  const std::shared_ptr<Upload> upload = found->second;
  const std::size_t next = std::size_t{message.position} + 1;
  ProcessorSharing& disk = volume.disk(volume.index_of(self));
  if (next >= upload->pipeline.size()) {
    co_await disk.serve(volume.disk_time(Bytes{message.bytes}));
    co_return;
  }
  rpc::Envelope passed = request;
  message.position = static_cast<std::uint8_t>(next);
  passed.body = message;
  const Instant sent = now();
  const Duration longest = patience(upload->pipeline.size() - next);
  const bool refused = volume.refuses(upload->pipeline[next]);
  Future<rpc::Reply> answer = network_.ask(self, volume.instance(upload->pipeline[next]), passed);
  co_await disk.serve(volume.disk_time(Bytes{message.bytes}));
  std::optional<rpc::Reply> acknowledged;
  if (!refused) acknowledged = co_await answer.within(std::max(Duration{0}, sent + longest - now()));
  if (acknowledged && rpc::answered(acknowledged->status)) co_return;
  // Who is further down has said so itself.
  if (!acknowledged || acknowledged->status == rpc::Status::reset) upload->silent = next;
  reply.status = rpc::Status::failed;
}

}  // namespace streamtwin::hdfs
