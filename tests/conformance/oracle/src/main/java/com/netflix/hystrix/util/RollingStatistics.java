package com.netflix.hystrix.util;

import com.netflix.hystrix.strategy.properties.HystrixProperty;
import java.io.IOException;
import java.nio.file.Path;
import streamtwin.oracle.Draws;
import streamtwin.oracle.Vectors;

/** Hystrix's rolling statistics take their clock as an argument, to classes of their own package. */
public final class RollingStatistics {
  private static final class Clock implements HystrixRollingNumber.Time, HystrixRollingPercentile.Time {
    long now = 0;

    @Override
    public long getCurrentTimeInMillis() {
      return now;
    }

    void advance(Draws draws) {
      now += draws.below(100) == 0 ? draws.below(30000) : draws.below(400);
    }
  }

  public static void write(Path folder) throws IOException {
    Vectors.write(folder, "hystrix_rolling_number", number());
    Vectors.write(folder, "hystrix_rolling_percentile", percentile());
  }

  private static int[] number() {
    HystrixRollingNumberEvent[] events = {
      HystrixRollingNumberEvent.SUCCESS, HystrixRollingNumberEvent.FAILURE, HystrixRollingNumberEvent.TIMEOUT
    };
    Draws draws = new Draws(6);
    Clock clock = new Clock();
    HystrixRollingNumber number = new HystrixRollingNumber(clock, 10000, 10);
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      clock.advance(draws);
      number.add(events[draws.below(3)], draws.below(5));
      if (draws.below(3) == 0) clock.advance(draws);
      answers[step] = (int) number.getRollingSum(events[draws.below(3)]);
    }
    return answers;
  }

  private static int[] percentile() {
    double[] percents = {0, 25, 50, 90, 99, 99.5, 100};
    Draws draws = new Draws(7);
    Clock clock = new Clock();
    HystrixRollingPercentile percentile =
        new HystrixRollingPercentile(clock, 60000, 6, 30, HystrixProperty.Factory.asProperty(true));
    int[] answers = new int[Vectors.STEPS];
    for (int step = 0; step < Vectors.STEPS; step++) {
      clock.advance(draws);
      percentile.addValue(draws.below(1000));
      if (draws.below(3) == 0) clock.advance(draws);
      answers[step] = percentile.getPercentile(percents[draws.below(percents.length)]);
    }
    return answers;
  }

  private RollingStatistics() {}
}
