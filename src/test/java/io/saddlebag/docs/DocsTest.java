package io.saddlebag.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.console.SaddlebagCommand;
import io.saddlebag.export.Kamelet;
import io.saddlebag.export.Kamelets;
import io.saddlebag.observe.Observability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The documents cannot drift: what can be named is named in them. */
class DocsTest {
  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }

  private static String code() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files =
        Stream.concat(Files.walk(Path.of("src/main/java")), Files.walk(Path.of("routes")))) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.toString().contains("simulator"))
              .toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Test
  void every_command_and_option_is_in_the_commands_page() throws IOException {
    String page = read("docs/cli.md");
    SaddlebagCommand.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              assertThat(page).as("docs/cli.md names %s", name).contains("| `" + name);
              for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
                if (!option.usageHelp() && !option.versionHelp()) {
                  assertThat(page)
                      .as("docs/cli.md names %s", option.longestName())
                      .contains(option.longestName());
                }
              }
            });
  }

  @Test
  void every_parameter_and_connection_setting_is_in_its_vendors_page() throws IOException {
    for (Kamelet kamelet : new Kamelets(List.of(Path.of("routes/vendors"))).all()) {
      String page = read("docs/vendors/" + kamelet.vendor() + ".md");
      assertThat(page).contains(kamelet.name());
      assertThat(read("README.md")).contains(kamelet.name());
      for (String name : kamelet.parameters().keySet()) {
        assertThat(page)
            .as("docs/vendors/%s.md names %s", kamelet.vendor(), name)
            .contains("`" + name + "`");
      }
      for (String name : kamelet.connection().keySet()) {
        assertThat(page)
            .as("docs/vendors/%s.md names %s", kamelet.vendor(), name)
            .contains("`" + name + "`");
      }
    }
  }

  /** The sheets' numbered items: what each vendor is known to do. */
  @ParameterizedTest
  @CsvSource({"survey-solutions, 25", "commcare, 20", "webadmit, 15", "altcraft, 15", "alida, 16"})
  void every_numbered_behaviour_of_a_vendor_has_its_row(String vendor, int items)
      throws IOException {
    String page = read("docs/vendors/" + vendor + ".md");
    for (int item = 1; item <= items; item++) {
      assertThat(page).contains("\n| " + item + " | ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SurveySolutions, surveysolutions, 25",
    "CommCare, commcare, 20",
    "WebAdmit, webadmit, 15",
    "Altcraft, altcraft, 15",
    "Alida, alida, 16"
  })
  void every_numbered_behaviour_of_a_vendor_has_a_test_that_names_it(
      String tests, String simulator, int items) throws IOException {
    TreeSet<Integer> named = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java/io/saddlebag"))) {
      for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
        boolean own =
            file.getFileName().toString().startsWith(tests)
                || file.toString().contains("simulator/" + simulator + "/");
        if (own) {
          named.addAll(items(Files.readString(file)));
        }
      }
    }
    for (int item = 1; item <= items; item++) {
      assertThat(named).as("a test of %s that is called item_%d_…", tests, item).contains(item);
    }
  }

  /** The numbers in names such as item_3_…, items_23_and_24_… and items_8_to_12_…. */
  private static TreeSet<Integer> items(String code) {
    TreeSet<Integer> numbers = new TreeSet<>();
    Matcher names = Pattern.compile("void items?_(\\d+)((?:_(?:and|to)_\\d+)*)_").matcher(code);
    while (names.find()) {
      int last = Integer.parseInt(names.group(1));
      numbers.add(last);
      Matcher more = Pattern.compile("_(and|to)_(\\d+)").matcher(names.group(2));
      while (more.find()) {
        int next = Integer.parseInt(more.group(2));
        for (int item = more.group(1).equals("to") ? last : next; item <= next; item++) {
          numbers.add(item);
        }
        last = next;
      }
    }
    return numbers;
  }

  @Test
  void every_setting_is_in_the_operations_page_and_in_the_settings_file() throws IOException {
    Matcher names =
        Pattern.compile(
                "(?:text|duration|number)\\(\\s*\"([a-z][a-z.-]+)\"|apply\\(\"([a-z][a-z.-]+)\"\\)")
            .matcher(read("src/main/java/io/saddlebag/Settings.java"));
    int count = 0;
    while (names.find()) {
      String name = names.group(1) == null ? names.group(2) : names.group(1);
      assertThat(read("docs/operations.md"))
          .as("docs/operations.md names %s", name)
          .contains("`" + name + "`");
      assertThat(read("application.properties"))
          .as("application.properties names %s", name)
          .contains(name + " =");
      count++;
    }
    assertThat(count).isGreaterThan(20);
  }

  @Test
  void every_failure_is_in_the_operations_page() throws IOException {
    String page = read("docs/operations.md");
    Matcher names =
        Pattern.compile(
                "(?:(?:NotSent|RetryLater|Rejected|Failure)\\(|retry\\(|last\\(|recheck\\(|reject\\(|refuse\\(|\\? |: |-> )\\s*[\"']([A-Z]{3,}(?:_[A-Z]+)+|CORRUPT|TRUNCATED|UNAUTHORIZED|FORBIDDEN|AMBIGUOUS|DEADLINE|UNREACHABLE|INTERRUPTED|UNEXPECTED|CANCELLED)[\"']")
            .matcher(code());
    TreeSet<String> found = new TreeSet<>();
    while (names.find()) {
      found.add(names.group(1));
    }
    assertThat(found).hasSizeGreaterThan(30);
    for (String name : found) {
      if (!name.matches("API_KEY|HTML_TABLE|ROWS_OR_ARCHIVE")) {
        assertThat(page).as("docs/operations.md names %s", name).contains("`" + name + "`");
      }
    }
  }

  @Test
  void every_metric_is_in_the_operations_page() throws IOException {
    for (String name : Observability.metricNames()) {
      assertThat(read("docs/operations.md")).contains("`" + name + "`");
    }
  }

  @Test
  void every_header_of_a_delivery_is_in_the_readme() throws IOException {
    Matcher names =
        Pattern.compile("\"(Saddlebag[A-Z][A-Za-z0-9]+)\"")
            .matcher(read("src/main/java/io/saddlebag/run/Delivery.java"));
    while (names.find()) {
      assertThat(read("README.md")).contains("`" + names.group(1) + "`");
    }
  }

  @Test
  void every_recipe_is_run_by_a_test_that_reads_it_out_of_its_page() throws IOException {
    StringBuilder tests = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
        tests.append(Files.readString(file));
      }
    }
    try (Stream<Path> pages = Files.list(Path.of("docs/recipes"))) {
      for (Path page : pages.toList()) {
        String name = page.getFileName().toString();
        assertThat(tests.toString())
            .as("a test that runs the YAML of docs/recipes/%s", name)
            .contains("Recipe.of(\"" + name.replace(".md", "\")"));
      }
    }
  }

  @Test
  void links_between_documents_lead_somewhere() throws IOException {
    Matcher links = Pattern.compile("\\]\\((docs/[^)#]+)\\)").matcher(read("README.md"));
    while (links.find()) {
      assertThat(Path.of(links.group(1))).exists();
    }
  }
}
