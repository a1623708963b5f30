// A store as a scenario describes it: its kind, and what each kind can be told.
#pragma once

#include "models/stores/cassandra/cassandra_spec.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::stores {

enum class StoreKind : std::uint8_t { cassandra };

/// The keys of Cassandra are those of the store itself; each other kind has a section of its own.
struct StoreSpec : CassandraSpec {
  StoreKind kind = StoreKind::cassandra;

  StoreSpec() = default;
  StoreSpec(CassandraSpec spec) : CassandraSpec(std::move(spec)) {}

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kind, {.name = "kind", .doc = "What keeps the data", .source = "Netflix's viewing data: Cassandra"});
    CassandraSpec::describe(self, visit);
  }
};

}  // namespace streamtwin::stores

namespace streamtwin {
template <>
inline constexpr auto enum_names<stores::StoreKind> = std::to_array<EnumName<stores::StoreKind>>({
    {stores::StoreKind::cassandra, "cassandra", "Apache Cassandra: a ring of nodes in all regions, without a primary"},
});
}  // namespace streamtwin
