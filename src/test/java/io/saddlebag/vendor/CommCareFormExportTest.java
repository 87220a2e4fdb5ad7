package io.saddlebag.vendor;

import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import org.junit.jupiter.api.Tag;

/** CommCare's form export under the contract of all vendors. */
@Tag("long")
class CommCareFormExportTest extends CommCareContract {
  private String form = CommCareSimulator.DEMO_FORM;

  @Override
  boolean endsEmpty() {
    form = "http://openrosa.org/formdesigner/nobody-filled-this";
    return true;
  }

  @Override
  String kamelet() {
    return "commcare-form-export-source";
  }

  @Override
  String parameters() {
    return "connection: health\nexportTag: " + form + "\n";
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/a/demo/reports/export/"};
  }

  @Override
  Fault emptyFile() {
    return call -> call.header("X-CommCareHQ-Export-Token", "abc").empty(200);
  }

  /** Digest: the first of two requests is only challenged. */
  @Override
  boolean asksForFile(RecordedRequest request) {
    return super.asksForFile(request) && request.header("Authorization") != null;
  }
}
