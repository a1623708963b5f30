package streamtwin.oracle;

import com.netflix.loadbalancer.AvailabilityFilteringRule;
import com.netflix.loadbalancer.BaseLoadBalancer;
import com.netflix.loadbalancer.BestAvailableRule;
import com.netflix.loadbalancer.IRule;
import com.netflix.loadbalancer.LoadBalancerStats;
import com.netflix.loadbalancer.RoundRobinRule;
import com.netflix.loadbalancer.Server;
import com.netflix.loadbalancer.ZoneAvoidanceRule;
import com.netflix.loadbalancer.ZoneSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Ribbon: rules over one zone while servers trip, recover, fill and empty (all within the first blackout, since the
 * clock cannot be had), and the zones that stay available for random snapshots. Where getAvailableZones draws, its
 * answer is one of several and the reader checks that ours is among them.
 */
final class Ribbon {
  static void write(Path folder) throws IOException {
    Vectors.write(folder, "ribbon_round_robin", choices(new RoundRobinRule(), 8));
    Vectors.write(folder, "ribbon_availability_filtering", choices(new AvailabilityFilteringRule(), 9));
    Vectors.write(folder, "ribbon_best_available", choices(new BestAvailableRule(), 10));
    Vectors.write(folder, "ribbon_zone_avoidance", choices(new ZoneAvoidanceRule(), 11));
    Vectors.write(folder, "ribbon_available_zones", zones());
  }

  private static int[] choices(IRule rule, long seed) {
    Draws draws = new Draws(seed);
    LoadBalancerStats stats = new LoadBalancerStats("oracle" + seed);
    BaseLoadBalancer balancer = new BaseLoadBalancer("oracle" + seed, rule, stats);
    rule.setLoadBalancer(balancer); // once more: the constructor does so before it has statistics
    List<Server> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Server server = new Server("host" + i, 80);
      server.setReadyToServe(true);
      all.add(server);
    }
    int listed = 20;
    balancer.setServersList(all.subList(0, listed));
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      Server server = all.get(draws.below(30));
      switch (draws.below(8)) {
        case 0:
          for (int i = 0; i < 3; i++) stats.incrementSuccessiveConnectionFailureCount(server);
          break;
        case 1:
        case 2:
          stats.clearSuccessiveConnectionFailureCount(server);
          break;
        case 3:
        case 4:
          stats.incrementActiveRequestsCount(server);
          break;
        case 5:
          stats.decrementActiveRequestsCount(server);
          break;
        default:
          break;
      }
      if (draws.below(200) == 0) {
        listed = 1 + draws.below(30);
        balancer.setServersList(all.subList(0, listed));
      }
      Server chosen = rule.choose("default");
      answers[step] = chosen == null ? -1 : all.indexOf(chosen);
    }
    return answers;
  }

  private static int[] zones() {
    Draws draws = new Draws(12);
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      int count = 1 + draws.below(4);
      Map<String, ZoneSnapshot> snapshot = new TreeMap<>();
      for (int zone = 0; zone < count; zone++) {
        int instances = draws.below(12);
        int tripped = Math.min(instances, draws.below(4) == 0 ? instances : draws.below(3));
        int active = draws.below(3) == 0 ? 0 : draws.below(6);
        double load = instances == 0 ? 0 : tripped == instances ? -1 : (double) active / (instances - tripped);
        snapshot.put("zone" + zone, new ZoneSnapshot(instances, tripped, active, load));
      }
      Set<String> available = ZoneAvoidanceRule.getAvailableZones(snapshot, 0.2, 0.99999);
      for (int zone = 0; zone < count; zone++) {
        if (available.contains("zone" + zone)) answers[step] |= 1 << zone;
      }
    }
    return answers;
  }

  private Ribbon() {}
}
