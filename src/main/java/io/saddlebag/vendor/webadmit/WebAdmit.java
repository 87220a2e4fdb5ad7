package io.saddlebag.vendor.webadmit;

import io.saddlebag.run.Ledger;
import io.saddlebag.run.Printable;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import io.saddlebag.run.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code webadmit}: chooses identity and export by id or by name, because identities get
 * new ids every academic cycle (the sheet, trap 6), and keeps the export's id in the job id,
 * because the status path needs it (trap 3). What a create request made is told by its id: ids
 * grow, and the lists of recent files and batches have them all (sections 2.4 and 2.5).
 */
public final class WebAdmit {
  private static final String MARK = "after:";
  private static final Set<String> UNDER_WAY = Set.of("initializing", "queued", "in_progress");
  private static final String IDENTITY = "webadmitIdentity";
  private static final String EXPORT = "webadmitExport";
  private static final String FILE = "webadmitFile";
  private static final String TEMPLATE = "webadmitTemplate";
  private static final Words WORDS = new Words();

  private final Ledger ledger;

  /** Tells lost files from those that runs in this ledger have. */
  public WebAdmit(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Takes identity and export as they are given when both are ids, which spares two calls. */
  public void chooseIds(Exchange exchange) {
    String identity = exchange.getVariable("identity", String.class);
    String export = exchange.getVariable("export", String.class);
    boolean ids = identity.matches("\\d+") && export.matches("\\d+");
    exchange.setVariable(IDENTITY, ids ? identity : null);
    exchange.setVariable(EXPORT, ids ? export : null);
  }

  /** Chooses the one PDF Manager template that the parameter {@code template} means. */
  public void chooseTemplate(Exchange exchange) {
    String wanted = exchange.getVariable("template", String.class);
    Predicate<Map<?, ?>> fits =
        template -> wanted.equals(text(template, "id")) || wanted.equals(text(template, "name"));
    String id = one(exchange, "pdf_manager_templates", "template", wanted, "name", fits);
    exchange.setVariable(TEMPLATE, id.matches("\\d{1,18}") ? Long.valueOf(id) : id);
  }

  /** Makes the job id of the identity's id and the batch's, because the status path needs both. */
  public void rememberBatch(Exchange exchange) {
    String batch = exchange.getVariable(RunVariables.JOB_ID, String.class);
    if (batch != null) {
      exchange.setVariable(RunVariables.JOB_ID, exchange.getVariable(IDENTITY) + "/" + batch);
    }
  }

  /** Takes the job id of a batch apart again. */
  public void recallBatch(Exchange exchange) {
    String[] ids = exchange.getVariable(RunVariables.JOB_ID, String.class).split("/", 2);
    exchange.setVariable(IDENTITY, ids[0]);
    exchange.setVariable("webadmitBatch", ids[1]);
  }

  /** The paths of a batch's files; what is no text is none. */
  public List<String> links(Map<?, ?> answer) {
    List<String> links = new ArrayList<>();
    if (answer.get("pdf_manager_batch") instanceof Map<?, ?> batch
        && batch.get("download_hrefs") instanceof List<?> hrefs) {
      for (Object href : hrefs) {
        if (href instanceof String link && !link.isBlank()) {
          links.add(link);
        }
      }
    }
    return links;
  }

  /** How many files a batch names. */
  public int countLinks(@Nullable List<?> links) {
    return links == null ? 0 : links.size();
  }

  /** Chooses the one identity that the parameters {@code identity} and {@code cycle} mean. */
  public void chooseIdentity(Exchange exchange) {
    String wanted = exchange.getVariable("identity", String.class);
    String cycle = exchange.getVariable("cycle", String.class);
    Predicate<Map<?, ?>> fits =
        identity ->
            (wanted.equals(text(identity, "id"))
                    || wanted.equalsIgnoreCase(text(identity, "institution"))
                    || wanted.equalsIgnoreCase(text(identity, "association"))
                    || wanted.equalsIgnoreCase(text(identity, "organization")))
                && (cycle == null || cycle.equals(text(identity, "cycle")));
    exchange.setVariable(
        IDENTITY, one(exchange, "user_identities", "identity", wanted, "cycle", fits));
  }

  /** Chooses the one export that the parameter {@code export} means. */
  public void chooseExport(Exchange exchange) {
    String wanted = exchange.getVariable("export", String.class);
    Predicate<Map<?, ?>> fits =
        export -> wanted.equals(text(export, "id")) || wanted.equals(text(export, "name"));
    exchange.setVariable(EXPORT, one(exchange, "exports", "export", wanted, "name", fits));
  }

  private static String one(
      Exchange exchange,
      String list,
      String parameter,
      String wanted,
      String also,
      Predicate<Map<?, ?>> fits) {
    List<String> ids = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    Map<?, ?> body = exchange.getMessage().getBody(Map.class);
    if (body != null && body.get(list) instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof Map<?, ?> map && text(map, "id") != null) {
          String name = text(map, also);
          seen.add(text(map, "id") + (name == null ? "" : " (" + name + ")"));
          if (fits.test(map)) {
            ids.add(String.valueOf(text(map, "id")));
          }
        }
      }
    }
    if (ids.size() == 1) {
      return ids.get(0);
    }
    throw new StepFailure.Rejected(
        ids.isEmpty() ? "NOT_FOUND" : "AMBIGUOUS",
        (ids.isEmpty() ? "WebAdMIT shows no " : "WebAdMIT shows more than one ")
            + parameter
            + " \""
            + wanted
            + "\" to this key; it shows "
            + (seen.isEmpty() ? "none" : Printable.excerpt(String.join(", ", seen)))
            + ". Correct the parameter "
            + parameter
            + ", or give the key API access to it");
  }

  /** Makes the job id of the export's id and the file's. */
  public void rememberExport(Exchange exchange) {
    String file = exchange.getVariable(RunVariables.JOB_ID, String.class);
    if (file != null) {
      exchange.setVariable(RunVariables.JOB_ID, exchange.getVariable(EXPORT) + "/" + file);
    }
  }

  /** Takes the job id apart again. */
  public void recallExport(Exchange exchange) {
    String[] ids = exchange.getVariable(RunVariables.JOB_ID, String.class).split("/", 2);
    exchange.setVariable(EXPORT, ids[0]);
    exchange.setVariable(FILE, ids[1]);
  }

  /** Remembers the newest file of the export, of the list in the body, before one is ordered. */
  public void markFiles(Exchange exchange) {
    mark(exchange, "export_files", file -> ofExport(exchange, file));
  }

  /** Remembers the newest batch of the template, of the list in the body. */
  public void markBatches(Exchange exchange) {
    mark(exchange, "pdf_manager_batches", batch -> ofTemplate(exchange, batch));
  }

  /** Chooses, of the list in the body, the file that a lost create request made. */
  public void findFile(Exchange exchange) {
    find(
        exchange,
        exchange.getVariable(EXPORT) + "/",
        "export_files",
        "status",
        file -> ofExport(exchange, file));
  }

  /** Chooses, of the list in the body, the batch that a lost create request made. */
  public void findBatch(Exchange exchange) {
    find(
        exchange,
        exchange.getVariable(IDENTITY) + "/",
        "pdf_manager_batches",
        "state",
        batch -> ofTemplate(exchange, batch));
  }

  private static boolean ofExport(Exchange exchange, Map<?, ?> file) {
    return String.valueOf(exchange.getVariable(EXPORT)).equals(text(file, "export_id"));
  }

  private static boolean ofTemplate(Exchange exchange, Map<?, ?> batch) {
    return batch.get("pdf_manager_template") instanceof Map<?, ?> template
        && String.valueOf(exchange.getVariable(TEMPLATE)).equals(text(template, "id"));
  }

  private static void mark(Exchange exchange, String list, Predicate<Map<?, ?>> fits) {
    List<Map<?, ?>> listed = listed(exchange, list, fits);
    exchange.setVariable(
        RunVariables.CREATE_MARK,
        listed == null ? null : MARK + listed.stream().mapToLong(WebAdmit::id).max().orElse(0));
  }

  /**
   * What was made after the mark is what was ordered, or was joined by the order. Without a mark
   * only what is under way can be told, which a second request would join. At a server without the
   * list that is all there is to do; not when the first request was answered.
   */
  private void find(
      Exchange exchange, String prefix, String list, String status, Predicate<Map<?, ?>> fits) {
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    Integer answer = run.createStatus();
    List<Map<?, ?>> listed = listed(exchange, list, fits);
    exchange.setVariable(
        RunVariables.FOUND, listed == null && answer != null && answer < 400 ? "unknown" : "no");
    if (listed == null) {
      return;
    }
    long after = mark(run);
    List<Map<?, ?>> unknown =
        listed.stream()
            .filter(made -> id(made) > after && !ledger.runs().isOfAnother(prefix + id(made), run))
            .sorted(Comparator.comparingLong(WebAdmit::id).reversed())
            .toList();
    Optional<Map<?, ?>> ours =
        run.createMark() == null
            ? unknown.stream().filter(made -> underWay(text(made, status))).findFirst()
            : unknown.stream().findFirst();
    if (ours.isPresent()) {
      exchange.setVariable(RunVariables.JOB_ID, prefix + id(ours.get()));
    } else if (!unknown.isEmpty()) {
      exchange.setVariable(RunVariables.FOUND, "unknown");
    }
  }

  private static long mark(Run run) {
    String mark = run.createMark();
    return mark == null || !mark.startsWith(MARK)
        ? 0
        : Long.parseLong(mark, MARK.length(), mark.length(), 10);
  }

  private boolean underWay(@Nullable String status) {
    return status != null && UNDER_WAY.contains(WORDS.plain(status));
  }

  private static @Nullable List<Map<?, ?>> listed(
      Exchange exchange, String list, Predicate<Map<?, ?>> fits) {
    Map<?, ?> body = exchange.getMessage().getBody(Map.class);
    if (body == null || !(body.get(list) instanceof List<?> entries)) {
      return null;
    }
    List<Map<?, ?>> listed = new ArrayList<>();
    for (Object entry : entries) {
      if (entry instanceof Map<?, ?> map && fits.test(map) && id(map) > 0) {
        listed.add(map);
      }
    }
    return listed;
  }

  private static long id(Map<?, ?> made) {
    String id = text(made, "id");
    return id != null && id.matches("\\d{1,18}") ? Long.parseLong(id) : 0;
  }

  /** Says what the file must look like, by the parameter {@code fileType}. */
  public void describeFile(Exchange exchange) {
    String type = exchange.getVariable("fileType", "auto", String.class);
    String kind =
        switch (type) {
          case "zip" -> "ZIP";
          case "html" -> "HTML";
          case "excel" -> "EXCEL";
          case "text" -> "TEXT";
          case "csv" -> "CSV";
          default -> "ROWS_OR_ARCHIVE";
        };
    String ending =
        switch (type) {
          case "excel" -> "xls";
          // What it proves to be says it.
          case "auto" -> "";
          default -> type;
        };
    exchange.setVariable("fileKind", kind);
    exchange.setVariable(
        "fileName", exchange.getVariable(FILE) + (ending.isEmpty() ? "" : "." + ending));
  }

  private static @Nullable String text(Map<?, ?> map, String key) {
    return WORDS.text(map, key);
  }
}
