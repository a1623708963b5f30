package streamtwin.oracle;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.clients.producer.internals.Weights;
import org.apache.kafka.common.utils.Utils;

/** Kafka's client: hashes of keys of up to 48 bytes, any bytes; the partitions of such keys; and those of events without one. */
final class Kafka {
  static void write(Path folder) throws IOException {
    Draws draws = new Draws(71);
    int[] hashes = new int[Vectors.STEPS];
    int[] partitions = new int[Vectors.STEPS];
    int[] weighted = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      byte[] key = new byte[draws.below(49)];
      for (int i = 0; i < key.length; i++) key[i] = (byte) draws.below(256);
      hashes[step] = Utils.murmur2(key);
      partitions[step] = BuiltInPartitioner.partitionForKey(key, 1 + draws.below(2000));
    }
    Draws loads = new Draws(72);
    for (int step = 0; step < Vectors.STEPS; step++) weighted[step] = Weights.next(loads);
    Vectors.write(folder, "kafka_murmur2", hashes);
    Vectors.write(folder, "kafka_partitions", partitions);
    Vectors.write(folder, "kafka_weighted_partitions", weighted);
  }

  private Kafka() {}
}
