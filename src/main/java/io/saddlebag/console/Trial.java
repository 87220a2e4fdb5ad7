package io.saddlebag.console;

import io.saddlebag.RoutesRefused;
import io.saddlebag.Saddlebag;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tries the exports out on a ledger aside, so that it can be done while the runtime works. */
final class Trial {
  private final Common common;
  private final Configuration configuration;
  private ExportCheck.@Nullable Result known;

  Trial(Common common, Configuration configuration) {
    this.common = common;
    this.configuration = configuration;
  }

  /**
   * The exports that could run, and what is wrong with the others; shows no secrets. They are tried
   * out when this is first asked for, and once: it costs as much as a start.
   */
  ExportCheck.Result result() {
    ExportCheck.Result result = known;
    if (result == null) {
      result = tryOut();
      known = result;
    }
    return result;
  }

  private ExportCheck.Result tryOut() {
    try (Aside aside = new Aside()) {
      ExportCheck.Result result =
          Saddlebag.trial(
              common.options(aside.settings(), false, false), common.redactor(), Clock.systemUTC());
      return new ExportCheck.Result(
          result.definitions(), result.problems().stream().map(this::redacted).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("the exports cannot be tried out: " + e.getMessage(), e);
    } catch (RoutesRefused e) {
      // A route file of Saddlebag's own that Camel cannot even read: nothing can run.
      return new ExportCheck.Result(
          List.of(),
          Stream.concat(Stream.of(e.problem()), configuration.problems().stream()).toList());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the exports cannot be tried out: " + e.getMessage(), e);
    }
  }

  private Problem redacted(Problem problem) {
    return problem.redacted(common.redactor()::redact);
  }
}
