package streamtwin.fenzo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.io.FileInputStream;
import java.io.File;
import java.util.zip.GZIPInputStream;

/** `answer PROBLEMS OUT`: the problems with Fenzo's answers; `time HOSTS TASKS RUNS`: seconds of one iteration. */
public final class Main {
  public static void main(String[] arguments) {
    int status = 1;
    try {
      if (arguments[0].equals("answer")) answer(new File(arguments[1]), new File(arguments[2]));
      else Speed.measure(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
      status = 0;
    } catch (Exception e) {
      e.printStackTrace();
    }
    System.exit(status); // Fenzo's pools have no daemons
  }

  /** Those that scale are left out, which need a clock of their own, and those at which Fenzo throws. */
  private static void answer(File source, File target) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode all;
    try (InputStream file = new FileInputStream(source)) {
      all = mapper.readTree(source.getName().endsWith(".gz") ? new GZIPInputStream(file) : file);
    }
    ObjectNode answered = mapper.createObjectNode();
    ArrayNode cases = answered.put("format", 1).putArray("cases");
    for (JsonNode one : all.get("cases")) {
      JsonNode problem = one.get("problem");
      if (problem.get("mode").asText().equals("autoscale")) continue;
      ObjectNode answer = mapper.createObjectNode();
      answer.set("id", problem.get("id"));
      ArrayNode played = answer.putArray("rounds");
      Rounds rounds = new Rounds(problem);
      try {
        for (JsonNode round : problem.get("rounds")) played.add(rounds.play(round));
      } catch (IllegalStateException e) {
        System.out.println("problem " + problem.get("id") + " is left out: " + e.getMessage());
        continue;
      } finally {
        rounds.end();
      }
      ObjectNode entry = cases.addObject();
      entry.set("problem", problem);
      entry.set("answer", answer);
    }
    mapper.writeValue(target, answered);
  }
}
