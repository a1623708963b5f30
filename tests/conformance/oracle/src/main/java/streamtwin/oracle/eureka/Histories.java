package streamtwin.oracle.eureka;

import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import com.netflix.discovery.shared.Application;
import com.netflix.eureka.lease.Lease;
import java.nio.file.Path;
import streamtwin.oracle.Draws;
import streamtwin.oracle.Vectors;
import streamtwin.oracle.VirtualClock;

/** Random histories of leases, and of a registry with eight instances: who is listed how after each step, and what it said. */
public final class Histories {
  private static final InstanceStatus[] STATUSES = {
    InstanceStatus.UP, InstanceStatus.DOWN, InstanceStatus.STARTING, InstanceStatus.OUT_OF_SERVICE
  };
  private static long milliseconds;

  public static void write(Path folder) throws Exception {
    VirtualClock.follow(() -> milliseconds);
    Vectors.write(folder, "eureka_leases", leases());
    Vectors.write(folder, "eureka_registry", registry());
  }

  private static int[] leases() {
    Draws draws = new Draws(21);
    milliseconds = 1_000_000;
    int[] answers = new int[Vectors.STEPS];
    Lease<String> lease = new Lease<>("instance", 90);
    for (int step = 0; step < answers.length; ++step) {
      milliseconds += draws.below(60_000);
      int action = draws.below(20);
      if (action < 8) lease.renew();
      if (action == 8) lease = new Lease<>("instance", 1 + draws.below(200));
      if (action == 9) lease.cancel();
      answers[step] = lease.isExpired(draws.below(3) * 10_000L) ? 1 : 0;
    }
    return answers;
  }

  private static int[] registry() throws Exception {
    Draws draws = new Draws(22);
    milliseconds = 1_000_000;
    AskedRegistry registry = new AskedRegistry(4);
    long evicted = -1;
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < answers.length; ++step) {
      milliseconds += draws.below(20_000);
      int action = draws.below(16);
      String id = "i" + draws.below(8);
      boolean replication = draws.below(3) == 0;
      InstanceStatus status = STATUSES[draws.below(4)];
      long dirty = milliseconds - draws.below(4) * 10_000L;
      boolean answer = true;
      if (action < 4) registry.register(AskedRegistry.instance(id, status, dirty), 90, replication);
      else if (action < 10) answer = registry.renew("A", id, replication);
      else if (action < 11) answer = registry.cancel("A", id, replication);
      else if (action < 13) answer = registry.statusUpdate("A", id, status, String.valueOf(dirty), replication);
      else if (action < 14) answer = registry.deleteStatusOverride("A", id, status, String.valueOf(dirty), replication);
      else {
        registry.evict(evicted < 0 ? 0 : Math.max(0, milliseconds - evicted - 60_000)); // as its timer that is late
        evicted = milliseconds;
      }
      answers[step] = (listed(registry) * 16 + Math.min(registry.expectedClients(), 15)) * 2 + (answer ? 1 : 0);
    }
    return answers;
  }

  /** In base 6 how each is listed, the first in the lowest place; 5 is not at all. */
  private static int listed(AskedRegistry registry) {
    Application app = registry.getApplication("A", false); // an instance asked for by itself hides once it has expired
    int digits = 0;
    for (int i = 7; i >= 0; --i) {
      InstanceInfo info = app == null ? null : app.getByInstanceId("i" + i);
      int digit = 5;
      for (int s = 0; info != null && s < STATUSES.length; ++s) if (STATUSES[s] == info.getStatus()) digit = s;
      digits = digits * 6 + digit;
    }
    return digits;
  }

  private Histories() {}
}
