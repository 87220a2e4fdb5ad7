package io.saddlebag.vendor;

import io.saddlebag.simulator.RecordedRequest;
import org.junit.jupiter.api.Tag;

/** CommCare's export of cases, referrals and users under the contract of all vendors. */
@Tag("long")
class CommCareCaseExportTest extends CommCareContract {
  @Override
  String kamelet() {
    return "commcare-case-export-source";
  }

  @Override
  String parameters() {
    return "connection: health\n";
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/a/demo/reports/download/cases/"};
  }

  /** Digest: the first of two requests is only challenged. */
  @Override
  boolean asksForFile(RecordedRequest request) {
    return super.asksForFile(request) && request.header("Authorization") != null;
  }
}
