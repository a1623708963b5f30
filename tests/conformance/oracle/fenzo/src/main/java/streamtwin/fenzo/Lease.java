package streamtwin.fenzo;

import com.fasterxml.jackson.databind.JsonNode;
import com.netflix.fenzo.VirtualMachineLease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.mesos.Protos;

/** An offer of what is left of a host of a problem. */
final class Lease implements VirtualMachineLease {
  private final String id, host;
  private final long offered;
  private final Map<String, Double> amounts = new HashMap<>();
  private final List<Range> ports = new ArrayList<>();
  private final Map<String, Protos.Attribute> attributes = new HashMap<>();

  Lease(String id, JsonNode host, Iterable<Task> running, Set<Integer> portsUsed, long offered) {
    this.id = id;
    this.host = host.get("name").asText();
    this.offered = offered;
    for (String key : new String[] {"cpus", "memoryMB", "networkMbps", "diskMB"}) amounts.put(key, host.path(key).asDouble());
    host.path("scalars").fields().forEachRemaining(scalar -> amounts.put(scalar.getKey(), scalar.getValue().asDouble()));
    for (Task task : running) {
      amounts.merge("cpus", -task.getCPUs(), Double::sum);
      amounts.merge("memoryMB", -task.getMemory(), Double::sum);
      amounts.merge("networkMbps", -task.getNetworkMbps(), Double::sum);
      amounts.merge("diskMB", -task.getDisk(), Double::sum);
      task.getScalarRequests().forEach((name, amount) -> amounts.merge(name, -amount, Double::sum));
    }
    TreeSet<Integer> free = new TreeSet<>();
    for (JsonNode range : host.path("ports")) {
      for (int port = range.get(0).asInt(); port <= range.get(1).asInt(); port++) if (!portsUsed.contains(port)) free.add(port);
    }
    merge(free);
    Iterator<Map.Entry<String, JsonNode>> named = host.path("attrs").fields();
    while (named.hasNext()) {
      Map.Entry<String, JsonNode> attribute = named.next();
      put(attribute.getKey(), attribute.getValue().asText());
    }
    JsonNode set = host.path("resourceSet");
    if (set.isArray()) put("res", "ResourceSet-" + set.get(0).asText() + "-" + set.get(1).asInt() + "-" + set.get(2).asInt());
  }

  private void merge(TreeSet<Integer> free) {
    Integer first = null, last = null;
    for (int port : free) {
      if (last != null && port == last + 1) {
        last = port;
        continue;
      }
      if (first != null) ports.add(new Range(first, last));
      first = last = port;
    }
    if (first != null) ports.add(new Range(first, last));
  }

  private void put(String name, String value) {
    Protos.Value.Text text = Protos.Value.Text.newBuilder().setValue(value).build();
    attributes.put(name, Protos.Attribute.newBuilder().setName(name).setType(Protos.Value.Type.TEXT).setText(text).build());
  }

  @Override
  public String getId() {
    return id;
  }

  @Override
  public long getOfferedTime() {
    return offered;
  }

  @Override
  public String hostname() {
    return host;
  }

  @Override
  public String getVMID() {
    return host;
  }

  @Override
  public double cpuCores() {
    return amounts.get("cpus");
  }

  @Override
  public double memoryMB() {
    return amounts.get("memoryMB");
  }

  @Override
  public double networkMbps() {
    return amounts.get("networkMbps");
  }

  @Override
  public double diskMB() {
    return amounts.get("diskMB");
  }

  @Override
  public List<Range> portRanges() {
    return ports;
  }

  @Override
  public Protos.Offer getOffer() {
    return null;
  }

  @Override
  public Map<String, Protos.Attribute> getAttributeMap() {
    return attributes;
  }

  @Override
  public Double getScalarValue(String name) {
    return amounts.get(name);
  }

  @Override
  public Map<String, Double> getScalarValues() {
    return amounts;
  }
}
