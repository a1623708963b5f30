package streamtwin.fenzo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.netflix.fenzo.AssignmentFailure;
import com.netflix.fenzo.Iteration;
import com.netflix.fenzo.PreferentialNamedConsumableResourceSet.ConsumeResult;
import com.netflix.fenzo.SchedulingResult;
import com.netflix.fenzo.TaskAssignmentResult;
import com.netflix.fenzo.TaskRequest;
import com.netflix.fenzo.TaskScheduler;
import com.netflix.fenzo.VMAssignmentResult;
import com.netflix.fenzo.VMResource;
import com.netflix.fenzo.VMTaskFitnessCalculator;
import com.netflix.fenzo.VirtualMachineLease;
import com.netflix.fenzo.queues.InternalTaskQueue;
import com.netflix.fenzo.queues.TaskQueue;
import com.netflix.fenzo.queues.TaskQueues;
import com.netflix.fenzo.queues.tiered.TieredQueueSlas;
import com.netflix.fenzo.sla.ResAllocs;
import com.netflix.fenzo.sla.ResAllocsBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rounds of a problem, one iteration each, in the order that `streamtwin fenzo` has them. */
final class Rounds {
  private static final class Host {
    final JsonNode host;
    final Map<String, Task> running = new LinkedHashMap<>();
    final Map<String, List<Integer>> ports = new HashMap<>();

    Host(JsonNode host) {
      this.host = host;
    }

    Lease left(String id) {
      Set<Integer> used = new HashSet<>();
      ports.values().forEach(used::addAll);
      return new Lease(id, host, running.values(), used, System.currentTimeMillis());
    }
  }

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private final TaskScheduler scheduler;
  private final InternalTaskQueue internal;
  private final TaskQueue queue;
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final Map<String, Task> tasks = new HashMap<>();
  private final Map<String, Host> hostOf = new HashMap<>();
  private final Set<String> outstanding = new TreeSet<>();
  private final List<Task> pending = new ArrayList<>();
  private int offers = 0;

  Rounds(JsonNode problem) {
    TaskScheduler.Builder builder = new TaskScheduler.Builder().withLeaseRejectAction(lease -> outstanding.remove(lease.getId()));
    VMTaskFitnessCalculator fitness = Calculators.of(problem.path("fitness"));
    if (fitness != null) builder.withFitnessCalculator(fitness);
    Map<String, ResAllocs> limits = new HashMap<>();
    problem.path("resAllocs").fields().forEachRemaining(limit -> limits.put(limit.getKey(), allocs(limit.getKey(), limit.getValue(), Double.MAX_VALUE)));
    if (!limits.isEmpty()) builder.withInitialResAllocs(limits);
    scheduler = builder.build();
    for (JsonNode host : problem.get("hosts")) hosts.put(host.get("name").asText(), new Host(host));
    for (JsonNode task : problem.get("tasks")) tasks.put(task.get("id").asText(), new Task(task, problem.path("coGroups")));
    boolean queued = problem.get("mode").asText().equals("queue");
    queue = queued ? TaskQueues.createTieredQueue(problem.get("queue").get("tiers").asInt()) : null;
    internal = (InternalTaskQueue) queue;
    if (!queued) return;
    Iteration.attach(scheduler, internal);
    if (problem.get("queue").has("sla")) queue.setSla(slas(problem.get("queue").get("sla")));
  }

  private static ResAllocs allocs(String name, JsonNode amounts, double absent) {
    return new ResAllocsBuilder(name)
        .withCores(amounts.path("cpus").asDouble(absent))
        .withMemory(amounts.path("memoryMB").asDouble(absent))
        .withNetworkMbps(amounts.path("networkMbps").asDouble(absent))
        .withDisk(amounts.path("diskMB").asDouble(absent))
        .build();
  }

  private static TieredQueueSlas slas(JsonNode tiers) {
    Map<Integer, ResAllocs> capacities = new HashMap<>();
    Map<Integer, Map<String, ResAllocs>> buckets = new HashMap<>();
    for (JsonNode tier : tiers) {
      int number = tier.get("tier").asInt();
      if (tier.has("capacity")) capacities.put(number, allocs("tier" + number, tier.get("capacity"), 0));
      Map<String, ResAllocs> guarantees = new HashMap<>();
      tier.path("buckets").fields().forEachRemaining(bucket -> guarantees.put(bucket.getKey(), allocs(bucket.getKey(), bucket.getValue(), 0)));
      buckets.put(number, guarantees);
    }
    return new TieredQueueSlas(capacities, buckets);
  }

  ObjectNode play(JsonNode round) throws Exception {
    List<Task> ended = new ArrayList<>();
    for (JsonNode id : round.path("finish")) finish(id.asText(), ended);
    for (String lease : outstanding) scheduler.expireLease(lease);
    outstanding.clear();
    List<VirtualMachineLease> leases = new ArrayList<>();
    if (round.has("offer")) {
      for (JsonNode name : round.get("offer")) leases.add(offer(hosts.get(name.asText())));
    } else {
      for (Host host : hosts.values()) leases.add(offer(host));
    }
    for (JsonNode id : round.path("arrive")) {
      pending.add(tasks.get(id.asText()));
      if (queue != null) queue.queueTask(tasks.get(id.asText()));
    }
    if (queue == null) return take(scheduler.scheduleOnce(new ArrayList<>(pending), leases), ids(pending));
    internal.reset();
    for (Task task : ended) internal.getUsageTracker().removeTask(task.getId(), task.getQAttributes());
    List<String> order = new ArrayList<>();
    SchedulingResult result = Iteration.run(scheduler, internal, leases, order);
    ObjectNode answer = take(result, order);
    order.forEach(answer.putArray("order")::add);
    return answer;
  }

  void end() {
    scheduler.shutdown();
  }

  private static List<String> ids(List<Task> tasks) {
    List<String> ids = new ArrayList<>();
    tasks.forEach(task -> ids.add(task.getId()));
    return ids;
  }

  private Lease offer(Host host) {
    Lease lease = host.left(String.format("offer-%09d", ++offers));
    outstanding.add(lease.getId());
    return lease;
  }

  private void finish(String id, List<Task> ended) {
    Host host = hostOf.remove(id);
    if (host == null) return;
    host.running.remove(id);
    host.ports.remove(id);
    scheduler.getTaskUnAssigner().call(id, host.host.get("name").asText());
    ended.add(tasks.get(id));
  }

  private ObjectNode take(SchedulingResult result, List<String> order) throws Exception {
    if (!result.getExceptions().isEmpty()) throw result.getExceptions().get(0);
    Map<String, TaskAssignmentResult> assignments = new HashMap<>();
    for (VMAssignmentResult host : result.getResultMap().values()) {
      host.getLeasesUsed().forEach(lease -> outstanding.remove(lease.getId()));
      for (TaskAssignmentResult assigned : host.getTasksAssigned()) assignments.put(assigned.getTaskId(), assigned);
    }
    ArrayNode assigned = JSON.arrayNode(), failed = JSON.arrayNode(), skipped = JSON.arrayNode();
    for (String id : order) {
      TaskAssignmentResult assignment = assignments.get(id);
      if (assignment == null) continue;
      assigned.add(written(assignment));
      Host host = hosts.get(assignment.getHostname());
      host.running.put(id, tasks.get(id));
      host.ports.put(id, assignment.getAssignedPorts());
      hostOf.put(id, host);
      scheduler.getTaskAssigner().call(tasks.get(id), assignment.getHostname());
    }
    pending.removeIf(task -> hostOf.containsKey(task.getId()));
    Map<String, List<TaskAssignmentResult>> failures = new HashMap<>();
    for (Map.Entry<TaskRequest, List<TaskAssignmentResult>> failure : result.getFailures().entrySet())
      failures.put(failure.getKey().getId(), failure.getValue());
    for (Task task : pending) {
      List<TaskAssignmentResult> why = failures.get(task.getId());
      if (why == null) skipped.add(task.getId());
      else failed.add(written(task.getId(), why));
    }
    ObjectNode answer = JSON.objectNode();
    answer.set("assigned", assigned);
    answer.set("failed", failed);
    answer.set("skipped", skipped);
    answer.put("hosts", result.getTotalVMsCount()).put("idle", result.getIdleVMsCount());
    return answer;
  }

  private static ObjectNode written(TaskAssignmentResult assignment) {
    ObjectNode json = JSON.objectNode();
    json.put("t", assignment.getTaskId()).put("h", assignment.getHostname()).put("f", assignment.getFitness());
    if (!assignment.getAssignedPorts().isEmpty()) assignment.getAssignedPorts().forEach(json.putArray("ports")::add);
    List<ConsumeResult> sets = assignment.getrSets();
    if (sets == null || sets.isEmpty()) return json;
    ArrayNode places = json.putArray("rs");
    for (ConsumeResult set : sets) places.addArray().add(set.getAttrName()).add(set.getIndex()).add(set.getResName());
    return json;
  }

  private static ObjectNode written(String id, List<TaskAssignmentResult> failures) {
    Map<String, Set<String>> why = new TreeMap<>();
    for (TaskAssignmentResult failure : failures) {
      if (failure == null || failure.isSuccessful()) continue;
      String host = failure.getHostname() == null || failure.getHostname().isEmpty() ? "*" : failure.getHostname();
      why.computeIfAbsent(reason(failure), key -> new TreeSet<>(Comparator.naturalOrder())).add(host);
    }
    ObjectNode json = JSON.objectNode();
    json.put("t", id);
    ObjectNode reasons = json.putObject("why");
    why.forEach((reason, names) -> names.forEach(reasons.putArray(reason)::add));
    return json;
  }

  private static String reason(TaskAssignmentResult failure) {
    if (failure.getConstraintFailure() != null) return "constraint:" + simple(failure.getConstraintFailure().getName());
    List<String> reasons = new ArrayList<>();
    for (AssignmentFailure lack : failure.getFailures())
      reasons.add(lack.getResource() == VMResource.Other ? "Other:" + lack.getMessage() : lack.getResource().name());
    return String.join(",", reasons);
  }

  /** Without the package, which is before the first dash. */
  private static String simple(String name) {
    int dash = name.indexOf('-');
    String type = dash < 0 ? name : name.substring(0, dash);
    return type.substring(type.lastIndexOf('.') + 1) + (dash < 0 ? "" : name.substring(dash));
  }
}
