package streamtwin.fenzo;

import com.fasterxml.jackson.databind.JsonNode;
import com.netflix.fenzo.AsSoftConstraint;
import com.netflix.fenzo.ConstraintEvaluator;
import com.netflix.fenzo.VMTaskFitnessCalculator;
import com.netflix.fenzo.functions.Func1;
import com.netflix.fenzo.plugins.BalancedHostAttrConstraint;
import com.netflix.fenzo.plugins.ExclusiveHostConstraint;
import com.netflix.fenzo.plugins.HostAttrValueConstraint;
import com.netflix.fenzo.plugins.UniqueHostAttrConstraint;
import com.netflix.fenzo.queues.QAttributes;
import com.netflix.fenzo.queues.QueuableTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A task of a problem. */
final class Task implements QueuableTask {
  private final JsonNode task;
  private final Map<String, Double> scalars = new HashMap<>();
  private final Map<String, NamedResourceSetRequest> sets = new HashMap<>();
  private final List<ConstraintEvaluator> hard = new ArrayList<>();
  private final List<VMTaskFitnessCalculator> soft = new ArrayList<>();
  private AssignedResources assigned;

  Task(JsonNode task, JsonNode coGroups) {
    this.task = task;
    task.path("scalars").fields().forEachRemaining(scalar -> scalars.put(scalar.getKey(), scalar.getValue().asDouble()));
    for (JsonNode set : task.path("sets")) {
      String name = set.get(0).asText();
      sets.put(name, new NamedResourceSetRequest(name, set.get(1).asText(), 1, set.get(2).asInt()));
    }
    for (JsonNode constraint : task.path("hard")) hard.add(constraintOf(constraint, coGroups));
    for (JsonNode constraint : task.path("soft")) soft.add(wishOf(constraint, coGroups));
  }

  private static Func1<String, Set<String>> groupOf(JsonNode constraint, JsonNode coGroups) {
    Set<String> ids = new HashSet<>();
    for (JsonNode id : coGroups.path(constraint.path("group").asText())) ids.add(id.asText());
    return task -> ids;
  }

  private static BalancedHostAttrConstraint balanced(JsonNode constraint, JsonNode coGroups) {
    return new BalancedHostAttrConstraint(
        groupOf(constraint, coGroups), constraint.get("attr").asText(), constraint.get("expected").asInt());
  }

  private static ConstraintEvaluator constraintOf(JsonNode constraint, JsonNode coGroups) {
    String attribute = constraint.has("attr") ? constraint.get("attr").asText() : null;
    switch (constraint.get("kind").asText()) {
      case "unique":
        return attribute == null
            ? new UniqueHostAttrConstraint(groupOf(constraint, coGroups))
            : new UniqueHostAttrConstraint(groupOf(constraint, coGroups), attribute);
      case "exclusive":
        return new ExclusiveHostConstraint();
      case "balanced":
      case "balancedBinary":
        return balanced(constraint, coGroups);
      case "attrValue":
        return new HostAttrValueConstraint(attribute, id -> constraint.get("value").asText());
      default:
        throw new IllegalArgumentException("no such constraint: " + constraint);
    }
  }

  private static VMTaskFitnessCalculator wishOf(JsonNode constraint, JsonNode coGroups) {
    switch (constraint.get("kind").asText()) {
      case "fitness":
        return Calculators.of(constraint.get("name"));
      case "balanced":
        return balanced(constraint, coGroups).asSoftConstraint();
      default:
        return AsSoftConstraint.get(constraintOf(constraint, coGroups));
    }
  }

  @Override
  public String getId() {
    return task.get("id").asText();
  }

  @Override
  public String taskGroupName() {
    return task.path("group").asText().isEmpty() ? "default" : task.get("group").asText();
  }

  @Override
  public double getCPUs() {
    return task.path("cpus").asDouble();
  }

  @Override
  public double getMemory() {
    return task.path("memoryMB").asDouble();
  }

  @Override
  public double getNetworkMbps() {
    return task.path("networkMbps").asDouble();
  }

  @Override
  public double getDisk() {
    return task.path("diskMB").asDouble();
  }

  @Override
  public int getPorts() {
    return task.path("ports").asInt();
  }

  @Override
  public Map<String, Double> getScalarRequests() {
    return scalars;
  }

  @Override
  public Map<String, NamedResourceSetRequest> getCustomNamedResources() {
    return sets;
  }

  @Override
  public List<? extends ConstraintEvaluator> getHardConstraints() {
    return hard;
  }

  @Override
  public List<? extends VMTaskFitnessCalculator> getSoftConstraints() {
    return soft;
  }

  @Override
  public void setAssignedResources(AssignedResources assigned) {
    this.assigned = assigned;
  }

  @Override
  public AssignedResources getAssignedResources() {
    return assigned;
  }

  @Override
  public QAttributes getQAttributes() {
    return new QAttributes.QAttributesAdaptor(task.path("tier").asInt(), task.path("bucket").asText());
  }
}
