package streamtwin.fenzo;

import com.fasterxml.jackson.databind.JsonNode;
import com.netflix.fenzo.VMTaskFitnessCalculator;
import com.netflix.fenzo.plugins.BinPackingFitnessCalculators;
import com.netflix.fenzo.plugins.SpreadingFitnessCalculators;
import com.netflix.fenzo.plugins.WeightedAverageFitnessCalculator;
import com.netflix.fenzo.plugins.WeightedAverageFitnessCalculator.WeightedFitnessCalculator;
import java.util.ArrayList;
import java.util.List;

/** Fenzo's calculators by the names of their fields. */
final class Calculators {
  /** Null: the scheduler's default. */
  static VMTaskFitnessCalculator of(JsonNode fitness) {
    if (fitness.isObject()) {
      List<WeightedFitnessCalculator> parts = new ArrayList<>();
      for (JsonNode part : fitness.get("weighted")) parts.add(new WeightedFitnessCalculator(of(part.get(0)), part.get(1).asDouble()));
      return new WeightedAverageFitnessCalculator(parts);
    }
    String name = fitness.asText();
    if (name.isEmpty() || name.equals("none")) return null;
    Class<?> owner = name.endsWith("Spreader") ? SpreadingFitnessCalculators.class : BinPackingFitnessCalculators.class;
    try {
      return (VMTaskFitnessCalculator) owner.getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no such calculator: " + name, e);
    }
  }
}
