#include "models/stores/kinds.hpp"

#include "models/stores/cassandra/node.hpp"
#include "models/stores/dynamodb/table.hpp"
#include "models/stores/elasticsearch/index.hpp"
#include "models/stores/hdfs/file_system.hpp"
#include "models/stores/mysql/server.hpp"
#include "models/stores/s3/bucket.hpp"

namespace streamtwin::stores {

std::unique_ptr<Store> make_store(rpc::Network& network, const StoreSpec& spec, const rpc::Service& service, Recorder& recorder) {
  switch (spec.kind) {
    case StoreKind::cassandra: return std::make_unique<Node>(network, spec, service, recorder);
    case StoreKind::elasticsearch:
      return std::make_unique<elasticsearch::Index>(network, spec.elasticsearch.value_or(elasticsearch::ElasticsearchSpec{}), service,
                                                    recorder);
    case StoreKind::s3: return std::make_unique<s3::Bucket>(network, spec.s3.value_or(s3::S3Spec{}), service, recorder);
    case StoreKind::hdfs: return std::make_unique<hdfs::FileSystem>(network, spec.hdfs.value_or(hdfs::HdfsSpec{}), service, recorder);
    case StoreKind::mysql: return std::make_unique<mysql::Server>(network, spec.mysql.value_or(mysql::MysqlSpec{}), service, recorder);
    case StoreKind::dynamodb:
      return std::make_unique<dynamodb::Table>(network, spec.dynamodb.value_or(dynamodb::DynamoSpec{}), service, recorder);
  }
  return nullptr;
}

}  // namespace streamtwin::stores
