package org.apache.kafka.clients.producer.internals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.utils.LogContext;
import streamtwin.oracle.Draws;

/** What the partitioner of events without a key makes of a draw, of who leads, and of how much waits for each partition. */
public final class Weights {
  /** Of up to twelve partitions, each led four times in five, with up to three batches waiting. */
  public static int next(Draws draws) {
    int partitions = 1 + draws.below(12);
    Node broker = new Node(0, "broker", 9092);
    Node[] copies = {broker};
    List<PartitionInfo> infos = new ArrayList<>();
    int[] queues = new int[partitions];
    int[] ids = new int[partitions];
    int available = 0;
    for (int p = 0; p < partitions; p++) {
      boolean led = draws.below(5) != 0;
      infos.add(new PartitionInfo("topic", p, led ? broker : null, copies, copies));
      if (!led) continue;
      ids[available] = p;
      queues[available++] = draws.below(4);
    }
    int draw = draws.below(Integer.MAX_VALUE);
    BuiltInPartitioner partitioner = new BuiltInPartitioner(new LogContext(), "topic", 1);
    if (available > 0) partitioner.updatePartitionLoadStats(queues, ids, available);
    BuiltInPartitioner.mockRandom = () -> draw;
    return partitioner.peekCurrentPartitionInfo(new Cluster("id", List.of(broker), infos, Set.of(), Set.of())).partition();
  }

  private Weights() {}
}
