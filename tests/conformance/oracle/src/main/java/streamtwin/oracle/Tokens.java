package streamtwin.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.cassandra.dht.Murmur3Partitioner;

/** Cassandra: the tokens of keys of up to 48 bytes, any bytes. */
final class Tokens {
  static void write(Path folder) throws IOException {
    Draws draws = new Draws(58);
    long[] answers = new long[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      byte[] key = new byte[draws.below(49)];
      for (int i = 0; i < key.length; i++) key[i] = (byte) draws.below(256);
      answers[step] = Murmur3Partitioner.instance.getToken(ByteBuffer.wrap(key)).token;
    }
    Vectors.write(folder, "cassandra_tokens", answers);
  }

  private Tokens() {}
}
