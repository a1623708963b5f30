"""What the program says of stores that cannot be: more copies than nodes, keys of another kind; and of those that are hardly meant."""

import subprocess

import pytest

from program import PROGRAM, needs_program

pytestmark = needs_program

SCENARIO = """streamtwin: 1
name: stores
regions: [{name: us-east-1, latitude: 38.9, longitude: -77.4, zones: 3}]
clock: {lasts: 10 s}
services:
  shop: {data: {store: cassandra}}
  cassandra: {instances_per_zone: 1, store: %s}
load: {members: {target: shop, rate: 1 /s}}
"""


def validated(tmp_path, store):
    file = tmp_path / "stores.yaml"
    file.write_text(SCENARIO % store, encoding="utf-8")
    return subprocess.run([PROGRAM, "validate", file], capture_output=True, text=True, timeout=60)


def test_more_copies_than_nodes_are_refused_where_they_are_written(tmp_path):
    told = validated(tmp_path, "{replicas: 5}")
    assert told.returncode == 2
    assert "stores.yaml:7:56: services.cassandra.store.replicas: 5 copies in each region need as many nodes, and us-east-1 has 3" in told.stderr


@pytest.mark.parametrize("store, warning", [
    ("{read_level: each_quorum}", "services.cassandra.store.read_level: of one region this is what `local_quorum` is"),
    ("{replicas: 2}", "services.cassandra.store.write_level: a quorum of 2 copies is both"),
    ("{kind: elasticsearch, elasticsearch: {replicas: 3}}", "services.cassandra.store.elasticsearch.replicas: a primary and 3 replicas"),
])
def test_levels_that_make_little_sense_of_a_topology_are_warned_of(tmp_path, store, warning):
    told = validated(tmp_path, store)
    assert told.returncode == 0
    assert warning in told.stderr + told.stdout


def test_a_level_that_nobody_knows_is_refused(tmp_path):
    told = validated(tmp_path, "{write_level: local_quorom}")
    assert told.returncode == 2
    assert "services.cassandra.store.write_level" in told.stderr and "local_quorum" in told.stderr


@pytest.mark.parametrize("store, error", [
    ("{kind: s3, replicas: 2}", "services.cassandra.store: keys of Cassandra, such as `replicas` and `read_level`, say nothing of a store of kind s3"),
    ("{kind: s3, hdfs: {}}", "services.cassandra.store.hdfs: nothing reads this of a store of kind s3: leave it out, or say `kind: hdfs`"),
    ("{elasticsearch: {shards: 3}}", "services.cassandra.store.elasticsearch: nothing reads this of a store of kind cassandra"),
    ("{kind: hdfs, hdfs: {replication: {replicas: 5}}}", "hdfs.replication.replicas: 5 replicas of a block need as many DataNodes, and us-east-1 has 3"),
    ("{kind: hdfs, hdfs: {stored: 100 TB}}", "hdfs.stored: these are 745058 blocks in us-east-1, more than 100,000"),
    ("{kind: s3, s3: {transfer: {part: 1 MB}}}", "services.cassandra.store.s3.transfer.part"),
    ("{kind: redis}", "services.cassandra.store.kind"),
])
def test_what_a_store_of_another_kind_cannot_be_told_is_refused(tmp_path, store, error):
    told = validated(tmp_path, store)
    assert told.returncode == 2
    assert error in told.stderr


@pytest.mark.parametrize("store, key, reason", [
    ("{write_level: serial}", "write_level", "replicas do not agree on plain writes"),
    ("{transactions: {level: one}}", "transactions.level", "expected `serial` or `local_serial`"),
])
def test_levels_of_what_replicas_agree_on_are_those_of_transactions(tmp_path, store, key, reason):
    told = validated(tmp_path, store)
    assert told.returncode == 2
    assert "stores.yaml:7:" in told.stderr and f"services.cassandra.store.{key}: {reason}" in told.stderr


def test_two_copies_because_there_are_two_zones_are_warned_of_as_if_they_were_written(tmp_path):
    file = tmp_path / "two.yaml"
    file.write_text((SCENARIO % "{}").replace("zones: 3", "zones: 2"), encoding="utf-8")
    told = subprocess.run([PROGRAM, "validate", file], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0
    assert "services.cassandra.store.write_level: a quorum of 2 copies is both" in told.stderr + told.stdout


@pytest.mark.parametrize("store, error", [
    ("{mysql: {shards: 2}}", "services.cassandra.store.mysql: nothing reads this of a store of kind cassandra"),
    ("{kind: mysql, read_level: one}", "services.cassandra.store: keys of Cassandra"),
    ("{kind: mysql, mysql: {shards: 2}}", "services.cassandra.store.mysql.shards: each zone has a server of each of 2 clusters, and us-east-1a has 1"),
    ("{kind: mysql, mysql: {replication: semi_sync, semi_sync: {acks: 3}}}",
     "services.cassandra.store.mysql.semi_sync.acks: a commit waits for 3 replicas, and a cluster has 2"),
    ("{kind: mysql, mysql: {primary_region: us-west-1}}", "services.cassandra.store.mysql.primary_region"),
    ("{kind: mysql, mysql: {orchestrator: {publication_least: 9 s}}}", "publication_least: this is above `publication_most`"),
    ("{kind: dynamodb, mysql: {}}", "services.cassandra.store.mysql: nothing reads this of a store of kind dynamodb"),
])
def test_a_database_that_cannot_be_is_refused(tmp_path, store, error):
    told = validated(tmp_path, store)
    assert told.returncode == 2
    assert "stores.yaml:7:" in told.stderr and error in told.stderr


def test_more_connections_than_a_server_takes_are_warned_of(tmp_path):
    told = validated(tmp_path, "{kind: mysql, mysql: {connections_max: 50}}")
    assert told.returncode == 0
    assert "6 instances of clients may open 60 connections to a primary that takes 50" in told.stderr + told.stdout
