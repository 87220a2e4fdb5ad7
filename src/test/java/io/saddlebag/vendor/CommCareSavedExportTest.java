package io.saddlebag.vendor;

import io.saddlebag.simulator.commcare.CommCareSimulator;

/** CommCare's daily saved export under the contract of all vendors. */
class CommCareSavedExportTest extends CommCareContract {
  @Override
  String kamelet() {
    return "commcare-saved-export-source";
  }

  @Override
  String parameters() {
    return "connection: health\nexportId: " + CommCareSimulator.DEMO_SAVED + "\n";
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/a/demo/data/export/custom/dailysaved/download/.*"};
  }
}
