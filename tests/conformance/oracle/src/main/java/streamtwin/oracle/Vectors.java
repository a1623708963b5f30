package streamtwin.oracle;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Writes one file per sequence: whole numbers, twenty on a line. */
public final class Vectors {
  public static final int STEPS = 10000;

  private Vectors() {}

  public static void write(Path folder, String name, int[] answers) throws IOException {
    write(folder, name, Arrays.stream(answers).asLongStream().toArray());
  }

  public static void write(Path folder, String name, long[] answers) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(folder.resolve(name + ".txt")))) {
      IntStream.range(0, answers.length)
          .forEach(i -> out.print(answers[i] + (i % 20 == 19 || i + 1 == answers.length ? "\n" : " ")));
    }
  }
}
