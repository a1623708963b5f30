package streamtwin.oracle;

import java.nio.file.Path;

/** Asks the circuit breakers of both releases, each in a loader of its own. */
public final class Hystrix {
  public static void write(Path folder, Path releases) throws Exception {
    for (String release : new String[] {"1.5.18", "1.5.12"}) {
      try (ReleaseLoader loader = new ReleaseLoader(releases.resolve("hystrix-core-" + release + ".jar"))) {
        loader.loadClass("streamtwin.oracle.hystrix.Breaker")
            .getMethod("write", Path.class, String.class)
            .invoke(null, folder, "hystrix_breaker_" + release.replace('.', '_'));
      }
    }
  }

  private Hystrix() {}
}
