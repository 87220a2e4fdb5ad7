package io.saddlebag.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Poll;
import io.saddlebag.run.Run;
import io.saddlebag.run.StagedFile;
import io.saddlebag.run.Window;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs as JSON, a contract that only grows (docs/cli.md), and as tables for people. */
final class Render {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Render() {}

  static void print(PrintWriter out, JsonNode node) {
    try {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree must print", e);
    }
  }

  static ArrayNode array() {
    return JSON.createArrayNode();
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** A run as JSON. */
  static ObjectNode json(Run run, List<StagedFile> files) {
    ObjectNode node = object();
    node.put("id", run.id()).put("export", run.export()).put("vendor", run.flow());
    node.put("origin", run.origin()).put("state", run.state().name());
    node.put("jobId", run.jobId()).put("vendorStatus", run.vendorStatus());
    if (run.progress() != null) {
      node.put("progress", run.progress());
    }
    node.put("attempts", run.attempts());
    node.put("waitingFor", run.waitingFor());
    node.put("dueAt", run.state().finished() ? null : run.dueAt().toString());
    node.put("requestedAt", run.requestedAt().toString());
    node.put("jobAt", text(run.jobAt())).put("readyAt", text(run.readyAt()));
    node.put("stagedAt", text(run.stagedAt())).put("finishedAt", text(run.finishedAt()));
    node.put("failure", run.failure()).put("message", run.failureMessage()).put("note", run.note());
    Window window = run.window();
    if (window != null) {
      node.putObject("window").put("from", window.from()).put("to", window.to());
    }
    node.put("node", run.node());
    node.put("checkpoint", run.checkpoint()).put("nextCheckpoint", run.nextCheckpoint());
    ArrayNode list = node.putArray("files");
    for (StagedFile file : files) {
      ObjectNode entry = list.addObject();
      entry.put("name", file.name()).put("bytes", file.bytes()).put("sha256", file.sha256());
      entry.put("contentType", file.contentType()).put("path", file.path().toString());
      file.checks().forEach(entry.putArray("checks")::add);
      entry
          .put("stagedAt", file.stagedAt().toString())
          .put("deliveredAt", text(file.deliveredAt()))
          .put("node", file.node());
    }
    return node;
  }

  /** A run with its whole history as JSON. */
  static ObjectNode history(Run run, Ledger ledger) {
    ObjectNode node = json(run, ledger.receipts().of(run.id()));
    ArrayNode polls = node.putArray("polls");
    for (Poll poll : ledger.history().polls(run.id())) {
      ObjectNode entry = polls.addObject();
      entry.put("at", poll.at().toString()).put("vendorStatus", poll.vendorStatus());
      entry.put("status", poll.status()).put("times", poll.times());
      if (poll.progress() != null) {
        entry.put("progress", poll.progress());
      }
    }
    ArrayNode failures = node.putArray("failures");
    for (FailureRecord failure : ledger.history().failures(run.id())) {
      failures
          .addObject()
          .put("at", failure.at().toString())
          .put("state", failure.state().name())
          .put("name", failure.name())
          .put("message", failure.message())
          .put("last", failure.last());
    }
    return node;
  }

  /** Rows under headings, as wide as they need to be. */
  static void table(PrintWriter out, List<String> headings, List<List<String>> rows) {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = headings.get(i).length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    line(out, headings, widths);
    rows.forEach(row -> line(out, row, widths));
  }

  private static void line(PrintWriter out, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    out.println(line.toString().stripTrailing());
  }

  /** Bytes for people. */
  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    double amount = bytes;
    int unit = -1;
    while (amount >= 1024 && unit < units.length - 1) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, units[unit]);
  }

  /** A time, or a dash. */
  static String orDash(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
