#include "models/stores/store_spec.hpp"

#include <string>

#include "sim-core/math.hpp"

namespace streamtwin::stores {
namespace {

/// Of a search: the coordinator, a query of each shard, and a fetch from those of them that as many draws hit as there are hits.
double messages_of_search(const elasticsearch::ElasticsearchSpec& index) {
  const double shards = index.shards;
  if (index.shards == 1) return 2;
  return 1 + shards + shards * (1 - math::exp(index.hits * math::log(1 - 1 / shards)));
}

}  // namespace

double StoreSpec::messages_of_read(int zones) const {
  switch (kind) {
    case StoreKind::cassandra: return read_here(zones);
    case StoreKind::elasticsearch: {
      const elasticsearch::ElasticsearchSpec index = elasticsearch.value_or(elasticsearch::ElasticsearchSpec{});
      return index.reads == elasticsearch::Reads::search ? messages_of_search(index) : 2;
    }
    case StoreKind::s3:
    case StoreKind::mysql:
    case StoreKind::dynamodb: return 1;
    case StoreKind::hdfs: return 2;  // a NameNode says where, a DataNode has it
  }
  return 0;
}

double StoreSpec::further_messages_of_write(int zones, Bytes item) const {
  switch (kind) {
    case StoreKind::cassandra: return copies_in(zones) - 1;
    case StoreKind::elasticsearch: return 1 + elasticsearch.value_or(elasticsearch::ElasticsearchSpec{}).replicas;
    case StoreKind::s3: {
      const int parts = s3.value_or(s3::S3Spec{}).transfer.parts(item);
      return parts == 1 ? 0 : parts + 1;  // the first request begins it, the last one completes it
    }
    case StoreKind::hdfs: return hdfs.value_or(hdfs::HdfsSpec{}).replication.replicas;
    case StoreKind::mysql:
    case StoreKind::dynamodb: return 0;  // copies are sent what is written, and do not answer for it
  }
  return 0;
}

void StoreSpec::check(Checker& checker) const {
  const std::pair<bool, StoreKind> sections[] = {{elasticsearch.has_value(), StoreKind::elasticsearch},
                                                 {s3.has_value(), StoreKind::s3},
                                                 {hdfs.has_value(), StoreKind::hdfs},
                                                 {mysql.has_value(), StoreKind::mysql},
                                                 {dynamodb.has_value(), StoreKind::dynamodb}};
  for (const auto& [said, of] : sections) {
    const std::string name(name_of(of));
    checker.require(!said || kind == of, name,
                    "nothing reads this of a store of kind " + std::string(name_of(kind)) + ": leave it out, or say `kind: " + name + "`");
  }
}

}  // namespace streamtwin::stores
