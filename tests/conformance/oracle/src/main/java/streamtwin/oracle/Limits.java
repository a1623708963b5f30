package streamtwin.oracle;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.GradientLimit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import java.io.IOException;
import java.nio.file.Path;

/**
 * concurrency-limits: round trips in phases of 500 samples with different loads, a drop now and then. Vegas and
 * Gradient probe at moments that their own generator draws and nobody can seed: probing is put out of reach.
 */
final class Limits {
  private static final int[] PHASES_MS = {10, 40, 5, 80, 12, 20};

  static void write(Path folder) throws IOException {
    Vectors.write(folder, "limits_aimd", run(AIMDLimit.newBuilder().initialLimit(20).build(), 1));
    Vectors.write(folder, "limits_vegas", run(VegasLimit.newBuilder().probeMultiplier(100000000).build(), 2));
    Vectors.write(folder, "limits_gradient", run(GradientLimit.newBuilder().probeInterval(-1).build(), 3));
    Vectors.write(folder, "limits_gradient2", run(Gradient2Limit.newBuilder().build(), 4));
    Vectors.write(folder, "limits_windowed", run(WindowedLimit.newBuilder().build(Gradient2Limit.newBuilder().build()), 5));
  }

  private static int[] run(Limit limit, long seed) {
    Draws draws = new Draws(seed);
    int[] answers = new int[Vectors.STEPS];
    long start = 0;
    for (int step = 0; step < Vectors.STEPS; step++) {
      start += draws.below(100) * 1000000L;
      long roundTrip = PHASES_MS[step / 500 % PHASES_MS.length] * 10000L * (100 + draws.below(100));
      int inFlight = limit.getLimit() * (20 + draws.below(90)) / 100;
      boolean dropped = draws.below(50) == 0;
      limit.onSample(start, roundTrip, inFlight, dropped);
      answers[step] = limit.getLimit();
    }
    return answers;
  }

  private Limits() {}
}
