package streamtwin.oracle;

import com.netflix.hystrix.util.RollingStatistics;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes every vector into the folder named by the first argument; the second has the jars of the releases of Hystrix. */
public final class Main {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "vectors");
    Files.createDirectories(folder);
    Limits.write(folder);
    Partitions.write(folder);
    RollingStatistics.write(folder);
    Ribbon.write(folder);
    Tokens.write(folder);
    Kafka.write(folder);
    Eureka.write(folder);
    EvCache.write(folder);
    Hystrix.write(folder, Path.of(arguments.length > 1 ? arguments[1] : "target/releases"));
    System.exit(0); // the balancers' timers would keep the process alive
  }

  private Main() {}
}
