package streamtwin.oracle;

import com.netflix.evcache.EVCacheLatch;
import com.netflix.evcache.operation.EVCacheLatchImpl;
import com.netflix.evcache.pool.EVCacheClient;
import com.netflix.evcache.pool.EVCacheKetamaNodeLocatorConfiguration;
import com.netflix.evcache.pool.EVCacheNodeLocator;
import com.netflix.evcache.pool.ServerGroup;
import com.netflix.evcache.util.CircularIterator;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.KetamaNodeLocator;
import net.spy.memcached.MemcachedNode;

/** EVCache and spymemcached: the nodes of keys, the order of replicas, what latches wait for. Nothing is connected to. */
final class EvCache {
  private static final int[] SIZES = {1, 2, 3, 5, 8, 13, 21, 34};

  static void write(Path folder) throws Exception {
    writeRings(folder);
    writeRetries(folder);
    writeOrder(folder);
    writeLatches(folder);
  }

  // Each key is looked up in the ring of the next size; names are letters, digits and a colon.
  private static void writeRings(Path folder) throws Exception {
    Draws draws = new Draws(71);
    EVCacheClient client = unconnected();
    List<List<MemcachedNode>> nodes = new ArrayList<>();
    List<EVCacheNodeLocator> rings = new ArrayList<>();
    for (int size : SIZES) {
      nodes.add(nodes(size));
      rings.add(
          new EVCacheNodeLocator(
              client, nodes.get(nodes.size() - 1), DefaultHashAlgorithm.KETAMA_HASH, new EVCacheKetamaNodeLocatorConfiguration(client)));
    }
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      int ring = step % SIZES.length;
      answers[step] = nodes.get(ring).indexOf(rings.get(ring).getPrimary(key(draws)));
    }
    Vectors.write(folder, "evcache_rings", answers);
  }

  // spymemcached by itself: the first node of each key and the three after it.
  private static void writeRetries(Path folder) throws Exception {
    Draws draws = new Draws(72);
    List<MemcachedNode> nodes = nodes(21);
    KetamaNodeLocator locator = new KetamaNodeLocator(nodes, DefaultHashAlgorithm.KETAMA_HASH);
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step += 4) {
      String key = key(draws);
      answers[step] = nodes.indexOf(locator.getPrimary(key));
      Iterator<MemcachedNode> further = locator.getSequence(key);
      for (int next = 1; next < 4; next++) answers[step + next] = nodes.indexOf(further.next());
    }
    Vectors.write(folder, "spymemcached_retries", answers);
  }

  private static void writeOrder(Path folder) throws Exception {
    Draws draws = new Draws(73);
    int[] answers = new int[Vectors.STEPS];
    CircularIterator<Integer> order = null;
    int replicas = 0;
    for (int step = 0; step < Vectors.STEPS; step++) {
      if (step % 50 == 0) {
        replicas = 1 + draws.below(9);
        List<Integer> all = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) all.add(replica);
        order = new CircularIterator<>(all);
      }
      answers[step] = draws.below(2) == 0 ? order.next() : order.next(draws.below(replicas));
    }
    Vectors.write(folder, "evcache_order", answers);
  }

  private static void writeLatches(Path folder) throws Exception {
    EVCacheLatch.Policy[] policies = {
      EVCacheLatch.Policy.NONE, EVCacheLatch.Policy.ONE, EVCacheLatch.Policy.QUORUM, EVCacheLatch.Policy.ALL_MINUS_1, EVCacheLatch.Policy.ALL
    };
    Draws draws = new Draws(74);
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      EVCacheLatchImpl latch = new EVCacheLatchImpl(policies[draws.below(policies.length)], draws.below(12), "app");
      for (int done = draws.below(4); done > 0; done--) latch.countDown();
      answers[step] = latch.getPendingCount();
    }
    Vectors.write(folder, "evcache_latches", answers);
  }

  private static String key(Draws draws) {
    String letters = "abcdefghijklmnopqrstuvwxyz0123456789:";
    StringBuilder key = new StringBuilder();
    for (int length = 1 + draws.below(60); length > 0; length--) key.append(letters.charAt(draws.below(letters.length())));
    return key.toString();
  }

  private static List<MemcachedNode> nodes(int count) throws Exception {
    List<MemcachedNode> nodes = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      byte[] address = {10, 1, (byte) (number / 100), (byte) (number % 100 + 1)};
      nodes.add(node(new InetSocketAddress(InetAddress.getByAddress("cache-" + number, address), 11211)));
    }
    return nodes;
  }

  private static MemcachedNode node(InetSocketAddress address) {
    InvocationHandler says =
        (self, method, arguments) -> {
          switch (method.getName()) {
            case "getSocketAddress":
              return address;
            case "hashCode":
              return address.hashCode();
            case "equals":
              return self == arguments[0];
            case "toString":
              return address.toString();
            default:
              throw new UnsupportedOperationException(method.getName());
          }
        };
    return (MemcachedNode) Proxy.newProxyInstance(EvCache.class.getClassLoader(), new Class<?>[] {MemcachedNode.class}, says);
  }

  // Its constructor would open connections; the locator asks it for two names.
  private static EVCacheClient unconnected() throws Exception {
    Field unsafe = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
    unsafe.setAccessible(true);
    EVCacheClient client = (EVCacheClient) ((sun.misc.Unsafe) unsafe.get(null)).allocateInstance(EVCacheClient.class);
    set(client, "appName", "app");
    set(client, "serverGroup", new ServerGroup("zone", "group"));
    return client;
  }

  private static void set(EVCacheClient client, String name, Object value) throws Exception {
    Field field = EVCacheClient.class.getDeclaredField(name);
    field.setAccessible(true);
    field.set(client, value);
  }

  private EvCache() {}
}
