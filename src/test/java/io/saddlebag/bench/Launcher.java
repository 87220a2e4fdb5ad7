package io.saddlebag.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Commands as the launcher {@code saddlebag} gives them to the JVM; its options are read from it.
 */
final class Launcher {
  private static final Pattern COMPILER = Pattern.compile("compiler=\"([^\"]+)\"");
  private static final Pattern SMALLEST_HEAP = Pattern.compile(":-(-Xms\\w+)");

  private Launcher() {}

  /** The JVM that runs this. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The JVM's options for commands that move files, with another limit to the heap. */
  static List<String> options(String largestHeap) throws IOException {
    String script = Files.readString(Path.of("saddlebag"));
    List<String> options = new ArrayList<>();
    options.add(found(SMALLEST_HEAP, script));
    options.add("-Xmx" + largestHeap);
    options.add("-XX:+UseSerialGC");
    options.addAll(List.of(found(COMPILER, script).split("\\s+")));
    options.add("-Dsun.net.httpserver.nodelay=true");
    return options;
  }

  /**
   * The beginning of a command that moves files, with a class archive, as users have it.
   *
   * @param folder where jars and archive are made
   */
  static List<String> rehearsed(Path folder, String largestHeap) throws Exception {
    String classPath = jars(folder);
    Path archive = folder.resolve("saddlebag.jsa");
    rehearse(folder, classPath, archive);
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(options(largestHeap));
    command.addAll(sharing(archive));
    command.addAll(List.of("-cp", classPath));
    return command;
  }

  /** Makes the class archive of a class path as the launcher does. */
  static TimedCommand rehearse(Path folder, String classPath, Path archive) throws Exception {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(options("256m"));
    command.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + archive));
    command.addAll(List.of("-cp", classPath, "io.saddlebag.console.Rehearsal"));
    command.add(Path.of("").toAbsolutePath().toString());
    return TimedCommand.run(folder, command);
  }

  /** Uses a class archive. */
  static List<String> sharing(Path archive) {
    return List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive);
  }

  private static String found(Pattern pattern, String script) {
    Matcher matcher = pattern.matcher(script);
    if (!matcher.find()) {
      throw new AssertionError("the launcher has no " + pattern);
    }
    return matcher.group(1);
  }

  /**
   * The class path with its folders packed, since a class archive wants jars: that of users where
   * the program was packaged before, otherwise that of the tests, which is longer and slower.
   */
  static String jars(Path folder) {
    List<String> jars = new ArrayList<>();
    Path users = Path.of("target/lib");
    boolean packaged = Files.isDirectory(users);
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (packaged && !ofUsers(users, Path.of(entry))) {
        continue;
      }
      if (Files.isDirectory(Path.of(entry))) {
        Path jar = folder.resolve(jars.size() + ".jar");
        int failed =
            ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "cf", jar.toString(), "-C", entry, ".");
        if (failed != 0) {
          throw new AssertionError("jar failed for " + entry);
        }
        jars.add(jar.toString());
      } else if (entry.endsWith(".jar")) {
        jars.add(entry);
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  private static boolean ofUsers(Path users, Path entry) {
    return Files.isDirectory(entry)
        ? !entry.endsWith("test-classes")
        : Files.exists(users.resolve(entry.getFileName()));
  }
}
