package io.saddlebag.simulator.commcare;

import io.saddlebag.simulator.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code reports/download/cases/} (the sheet, section 2.7; items 9 and 10). */
final class CaseExports {
  private static final List<String> HEADINGS =
      List.of("case_id", "username", "type", "name", "closed", "d.village");

  private final List<List<String>> cases = new ArrayList<>();
  private boolean referrals;

  CaseExports() {
    cases.add(List.of("c1", "ann", "household", "Nkosi", "False", "Kilembe"));
    cases.add(List.of("c2", "ann", "household", "Odhiambo", "True", "---"));
  }

  void withReferrals(boolean shown) {
    referrals = shown;
  }

  void clear() {
    cases.clear();
  }

  boolean answer(Call call) throws IOException {
    String closed = String.valueOf(call.query("include_closed"));
    if (!Set.of("null", "true", "false").contains(closed)) {
      return call.text(500, "text/html", "<h1>500 error</h1>");
    }
    String given = call.query("format");
    String format = given == null ? "xlsx" : given.toLowerCase(Locale.ROOT);
    if (!Set.of("csv", "xlsx", "xls", "html", "json").contains(format)) {
      return call.text(400, "text/html", "Unsupported export format: " + given + "!");
    }
    List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
    cases.stream()
        .filter(row -> closed.equals("true") || row.get(4).equals("False"))
        .forEach(rows::add);
    Tables tables =
        new Tables()
            .table("Cases", rows)
            .table(
                "Users",
                List.of(
                    List.of("user_id", "username", "is_active", "name", "groups"),
                    List.of("u1", "ann", "True", "Ann", "")));
    if (referrals) {
      tables.table("Referrals", List.of(List.of("referral_id"), List.of("r1")));
    }
    return FormExports.send(
        call, CommCareSimulator.DEMO_DOMAIN + "_data", format, tables.bytes(format));
  }
}
