// A store as a scenario describes it: its kind, and what each kind can be told.
#pragma once

#include <optional>

#include "models/stores/cassandra/cassandra_spec.hpp"
#include "models/stores/dynamodb/dynamodb_spec.hpp"
#include "models/stores/elasticsearch/elasticsearch_spec.hpp"
#include "models/stores/hdfs/hdfs_spec.hpp"
#include "models/stores/mysql/mysql_spec.hpp"
#include "models/stores/s3/s3_spec.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::stores {

enum class StoreKind : std::uint8_t { cassandra, elasticsearch, s3, hdfs, mysql, dynamodb };

/// The keys of Cassandra are those of the store itself; each other kind has a section of its own.
struct StoreSpec : CassandraSpec {
  StoreKind kind = StoreKind::cassandra;
  std::optional<elasticsearch::ElasticsearchSpec> elasticsearch;
  std::optional<s3::S3Spec> s3;
  std::optional<hdfs::HdfsSpec> hdfs;
  std::optional<mysql::MysqlSpec> mysql;
  std::optional<dynamodb::DynamoSpec> dynamodb;

  StoreSpec() = default;
  StoreSpec(CassandraSpec spec) : CassandraSpec(std::move(spec)) {}

  /// What its nodes in a region of so many zones are asked: for a read in all, for a write of so much besides the first request, and for a
  /// write in another region.
  double messages_of_read(int zones) const;
  double further_messages_of_write(int zones, Bytes item) const;
  double messages_of_write_elsewhere(int zones) const { return kind == StoreKind::cassandra ? copies_in(zones) : 0; }

  void check(Checker& checker) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kind, {.name = "kind",
                      .doc = "What keeps the data",
                      .source = "platform description: Cassandra for viewing history, MySQL for what needs transactions"});
    visit(self.elasticsearch, {.name = "elasticsearch", .doc = "Its index, with `kind: elasticsearch`"});
    visit(self.s3, {.name = "s3", .doc = "Its bucket, with `kind: s3`"});
    visit(self.hdfs, {.name = "hdfs", .doc = "Its file system, with `kind: hdfs`"});
    visit(self.mysql, {.name = "mysql", .doc = "Its servers and clients, with `kind: mysql`"});
    visit(self.dynamodb, {.name = "dynamodb", .doc = "Its table, with `kind: dynamodb`"});
    CassandraSpec::describe(self, visit);
  }
};

}  // namespace streamtwin::stores

namespace streamtwin {
template <>
inline constexpr auto enum_names<stores::StoreKind> = std::to_array<EnumName<stores::StoreKind>>({
    {stores::StoreKind::cassandra, "cassandra", "Apache Cassandra: a ring of nodes in all regions, without a primary"},
    {stores::StoreKind::elasticsearch, "elasticsearch", "Elasticsearch: a cluster in each region with an index that is searched"},
    {stores::StoreKind::s3, "s3", "Amazon S3: a bucket in each region, which its instances answer for"},
    {stores::StoreKind::hdfs, "hdfs", "HDFS: a file system in each region, whose DataNodes are its instances"},
    {stores::StoreKind::mysql, "mysql",
     "MySQL: a primary that takes all writes, replicas that follow it, and orchestrator, which replaces it"},
    {stores::StoreKind::dynamodb, "dynamodb", "Amazon DynamoDB: a table in each region, of partitions that take so many units a second"},
});

namespace stores {
constexpr std::string_view name_of(StoreKind kind) { return enum_names<StoreKind>[static_cast<std::size_t>(kind)].name; }
}  // namespace stores
}  // namespace streamtwin
