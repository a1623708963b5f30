package streamtwin.oracle;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limiter.AbstractPartitionedLimiter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * concurrency-limits: a limiter whose limit two partitions share, with guaranteed shares, and a third caller that
 * nobody knows. Two in three steps ask for a place, the others give one back; every answer is the limit and what is in
 * flight, negative when a place was refused.
 */
final class Partitions {
  private static final String[] CALLERS = {"live", "batch", "stranger"};

  private static final class Partitioned extends AbstractPartitionedLimiter<String> {
    static final class Builder extends AbstractPartitionedLimiter.Builder<Builder, String> {
      @Override
      protected Builder self() {
        return this;
      }

      @Override
      public Partitioned build() {
        return new Partitioned(this);
      }
    }

    Partitioned(Builder builder) {
      super(builder);
    }
  }

  static void write(Path folder) throws IOException {
    long[] now = {0};
    Partitioned limiter =
        new Partitioned.Builder()
            .partitionResolver(caller -> caller)
            .partition("live", 0.7)
            .partition("batch", 0.3)
            .clock(() -> now[0])
            .limit(AIMDLimit.newBuilder().initialLimit(20).timeout(1, TimeUnit.SECONDS).build())
            .build();
    Draws draws = new Draws(11);
    List<Limiter.Listener> held = new ArrayList<>();
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      now[0] += draws.below(100) * 1000000L;
      boolean refused = false;
      if (draws.below(3) < 2 || held.isEmpty()) {
        Optional<Limiter.Listener> place = limiter.acquire(CALLERS[draws.below(3)]);
        place.ifPresent(held::add);
        refused = place.isEmpty();
      } else {
        Limiter.Listener ended = held.remove(draws.below(held.size()));
        int ending = draws.below(30);
        if (ending == 0) ended.onDropped();
        else if (ending < 5) ended.onIgnore();
        else ended.onSuccess();
      }
      int seen = limiter.getLimit() * 1000 + limiter.getInflight();
      answers[step] = refused ? -seen : seen;
    }
    Vectors.write(folder, "limits_partitions", answers);
  }

  private Partitions() {}
}
