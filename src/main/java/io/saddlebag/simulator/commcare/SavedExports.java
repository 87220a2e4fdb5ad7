package io.saddlebag.simulator.commcare;

import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code data/export/custom/dailysaved/download/} (the sheet, section 2.10; item 18): no
 * validators, so that a client that resumes cannot see that the file was rebuilt.
 */
final class SavedExports {
  private static final Pattern ONE_RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final Map<String, SavedExport> exports = new HashMap<>();
  private @Nullable SavedExport rebuilt;

  void put(String id, SavedExport export) {
    exports.put(id, export);
  }

  /** The next range is answered from this file: it was rebuilt between two requests. */
  void rebuildBetweenRanges(SavedExport export) {
    rebuilt = export;
  }

  boolean answer(Call call, String id) throws IOException {
    if (exports.get(id) == null) {
      return CommCareSimulator.notFound(call);
    }
    String range = call.request().header("Range");
    if (range != null && rebuilt != null) {
      exports.put(id, rebuilt);
      rebuilt = null;
    }
    SavedExport export = exports.get(id);
    Body body = export.body();
    call.header("Accept-Ranges", "bytes");
    if (!export.ending().equals("html")) {
      String name = export.name() + "." + export.ending();
      call.header(
          "Content-Disposition",
          "attachment; filename=\"" + name + "\"; filename*=UTF-8''" + name.replace(" ", "%20"));
    }
    Matcher one = ONE_RANGE.matcher(String.valueOf(range));
    if (!one.matches()) {
      return call.bytes(200, export.contentType(), body);
    }
    long from = Long.parseLong(one.group(1));
    if (from >= body.length()) {
      return call.empty(416);
    }
    call.header("Content-Range", "bytes " + from + "-" + (body.length() - 1) + "/" + body.length());
    return call.bytesFrom(206, export.contentType(), body, from);
  }
}
