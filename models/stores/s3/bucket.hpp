// A bucket of S3 as a store of a run: requests come to any of the instances that answer in its name; whether they are taken is for the
// partition to say that the item is in. Clients read an object with one request and write it with one, or in parts side by side; who is told
// to slow down tries again later.
#pragma once

#include <unordered_map>
#include <vector>

#include "models/rpc/network.hpp"
#include "models/rpc/service.hpp"
#include "models/stores/acknowledged.hpp"
#include "models/stores/s3/measures.hpp"
#include "models/stores/s3/objects.hpp"
#include "models/stores/s3/s3_spec.hpp"
#include "models/stores/store.hpp"

namespace streamtwin::s3 {

class Bucket final : public stores::Store {
 public:
  Bucket(rpc::Network& network, const S3Spec& spec, const rpc::Service& service, Recorder& recorder);

  Task<rpc::Reply> request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;

  /// That of a region cannot be reached, until it has been restored as often as it has failed.
  void fail(RegionIndex region) { ++regions_[region].failures; }
  void restore(RegionIndex region) { --regions_[region].failures; }

 private:
  enum class Step : std::uint8_t { get, put, initiate, part, complete };
  struct Message {
    std::uint64_t key = 0;
    stores::Version version = stores::never_written;
    float bytes = 0;
    Step step = Step::get;
  };
  struct Region {
    Prefixes prefixes;
    Objects objects;
    stores::Acknowledged acknowledged;
    Random random;
    std::size_t turn = 0;
    int failures = 0;
  };
  /// Parts that a client writes side by side.
  struct Upload;

  Region& region_of(ZoneIndex zone) { return regions_[network_.geography.region_of(zone)]; }
  rpc::Instance* front_of(ZoneIndex zone);
  Random& random_of(const rpc::Instance& client);
  Task<std::optional<rpc::Reply>> try_once(const rpc::Instance& client, const rpc::Envelope& request);
  Task<rpc::Reply> call(const rpc::Instance& client, rpc::Envelope request, Message message);
  Task<rpc::Reply> read(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item);
  Task<rpc::Reply> write(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item);
  Task<rpc::Reply> write_parts(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item, int parts);
  Task<> upload(const rpc::Instance& client, rpc::Envelope request, Message part, std::shared_ptr<Upload> upload);

  rpc::Network& network_;
  const S3Spec spec_;
  const rpc::Service& service_;
  Measures measures_;
  std::vector<Region> regions_;
  std::unordered_map<InstanceId, Random> clients_;  ///< looked up only
};

}  // namespace streamtwin::s3
