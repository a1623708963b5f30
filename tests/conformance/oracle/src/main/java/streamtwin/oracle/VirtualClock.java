package streamtwin.oracle;

import java.util.function.LongSupplier;

/** What System.currentTimeMillis and nanoTime are to classes that {@link ReleaseLoader} loads. */
public final class VirtualClock {
  private static volatile LongSupplier milliseconds = () -> 0;

  public static void follow(LongSupplier source) {
    milliseconds = source;
  }

  public static long currentTimeMillis() {
    return milliseconds.getAsLong();
  }

  public static long nanoTime() {
    return milliseconds.getAsLong() * 1_000_000;
  }

  private VirtualClock() {}
}
