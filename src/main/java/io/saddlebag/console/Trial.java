package io.saddlebag.console;

import io.saddlebag.Saddlebag;
import io.saddlebag.Settings;
import io.saddlebag.export.CamelRefusal;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Problem;
import io.saddlebag.run.LedgerUnavailable;
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
    } catch (Settings.BadSetting | LedgerUnavailable e) {
      throw e;
    } catch (Exception e) {
      // A route file of Saddlebag's own that Camel cannot even read: nothing can run.
      Problem problem =
          redacted(CamelRefusal.of(configuration.settings().routesFolder().toString(), e));
      List<ExportDefinition> none = List.of();
      return new ExportCheck.Result(
          none, Stream.concat(Stream.of(problem), configuration.problems().stream()).toList());
    }
  }

  private Problem redacted(Problem problem) {
    return new Problem(
        problem.file(),
        problem.step() == null ? null : common.redactor().redact(problem.step()),
        problem.parameter() == null ? null : common.redactor().redact(problem.parameter()),
        common.redactor().redact(problem.sentence()));
  }
}
