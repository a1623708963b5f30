package streamtwin.oracle;

import java.nio.file.Path;

/** Asks Eureka's leases and registry, on a clock of their own. */
public final class Eureka {
  public static void write(Path folder) throws Exception {
    try (ReleaseLoader loader = new ReleaseLoader("com.netflix.eureka.", "com.netflix.appinfo.", "com.netflix.discovery.", "streamtwin.oracle.eureka.")) {
      loader.loadClass("streamtwin.oracle.eureka.Histories").getMethod("write", Path.class).invoke(null, folder);
    }
  }

  private Eureka() {}
}
