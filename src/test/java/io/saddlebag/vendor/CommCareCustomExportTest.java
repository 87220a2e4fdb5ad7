package io.saddlebag.vendor;

import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** CommCare's custom export under the contract of all vendors. */
@Tag("long")
class CommCareCustomExportTest extends CommCareContract {
  @Override
  boolean endsEmpty() {
    vendor.customExport(CommCareSimulator.DEMO_CUSTOM, List.of());
    return true;
  }

  @Override
  String kamelet() {
    return "commcare-custom-export-source";
  }

  @Override
  String parameters() {
    return "connection: health\nonRedirect: empty\nexportId: "
        + CommCareSimulator.DEMO_CUSTOM
        + "\n";
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/a/demo/reports/export/custom/.*"};
  }

  /** Digest: the first of two requests is only challenged. */
  @Override
  boolean asksForFile(RecordedRequest request) {
    return super.asksForFile(request) && request.header("Authorization") != null;
  }
}
