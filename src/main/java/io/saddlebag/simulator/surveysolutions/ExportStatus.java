package io.saddlebag.simulator.surveysolutions;

/** Where a job is (Survey Solutions sheet, section 3). */
enum ExportStatus implements VendorEnum {
  CREATED(0, "Created"),
  RUNNING(1, "Running"),
  COMPLETED(2, "Completed"),
  FAIL(3, "Fail"),
  CANCELED(4, "Canceled");

  private final int code;
  private final String word;

  ExportStatus(int code, String word) {
    this.code = code;
    this.word = word;
  }

  @Override
  public int code() {
    return code;
  }

  @Override
  public String word() {
    return word;
  }
}
