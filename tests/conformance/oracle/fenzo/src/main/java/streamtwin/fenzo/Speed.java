package streamtwin.fenzo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.netflix.fenzo.SchedulingResult;
import com.netflix.fenzo.TaskRequest;
import com.netflix.fenzo.TaskScheduler;
import com.netflix.fenzo.VMAssignmentResult;
import com.netflix.fenzo.VirtualMachineLease;
import com.netflix.fenzo.plugins.BinPackingFitnessCalculators;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

/** One iteration that takes in all offers and places all tasks: the problem of fenzo/iteration of the benchmarks. */
final class Speed {
  static void measure(int hosts, int tasks, int runs) {
    for (int i = 0; i < runs; i++) {
      Random random = new Random(i);
      List<VirtualMachineLease> leases = new ArrayList<>();
      for (int h = 0; h < hosts; h++) leases.add(lease(h, 8 << random.nextInt(3)));
      List<TaskRequest> pending = new ArrayList<>();
      for (int t = 0; t < tasks; t++) pending.add(task(t, 1 + random.nextInt(4), 1024 * (1 + random.nextInt(16))));
      TaskScheduler scheduler =
          new TaskScheduler.Builder()
              .withLeaseRejectAction(lease -> {})
              .withFitnessCalculator(BinPackingFitnessCalculators.cpuMemBinPacker)
              .build();
      com.sun.management.OperatingSystemMXBean system =
          (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long wall = System.nanoTime(), cpu = system.getProcessCpuTime();
      SchedulingResult result = scheduler.scheduleOnce(pending, leases);
      double seconds = (System.nanoTime() - wall) / 1e9, used = (system.getProcessCpuTime() - cpu) / 1e9;
      int placed = 0;
      for (VMAssignmentResult host : result.getResultMap().values()) placed += host.getTasksAssigned().size();
      System.out.printf("%d hosts, %d tasks: %.3f s of wall time, %.3f s of CPU, %d placed%n", hosts, tasks, seconds, used, placed);
      scheduler.shutdown();
    }
  }

  private static Lease lease(int number, int cpus) {
    ObjectNode host = JsonNodeFactory.instance.objectNode();
    host.put("name", String.format("host-%05d", number)).put("cpus", cpus).put("memoryMB", 4096 * cpus);
    host.put("networkMbps", 10000).put("diskMB", 100000);
    return new Lease("lease-" + number, host, Collections.emptyList(), new HashSet<>(), System.currentTimeMillis());
  }

  private static Task task(int number, int cpus, int memory) {
    ObjectNode task = JsonNodeFactory.instance.objectNode();
    task.put("id", "task-" + number).put("cpus", cpus).put("memoryMB", memory);
    return new Task(task, JsonNodeFactory.instance.objectNode());
  }
}
