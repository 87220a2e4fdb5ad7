package io.saddlebag.simulator.surveysolutions;

/** What an export contains (Survey Solutions sheet, section 2.1). */
enum ExportType implements VendorEnum {
  TABULAR(1, "Tabular"),
  STATA(2, "STATA"),
  SPSS(3, "SPSS"),
  BINARY(4, "Binary"),
  DDI(5, "DDI"),
  PARADATA(6, "Paradata"),
  AUDIO_AUDIT(7, "AudioAudit");

  private final int code;
  private final String word;

  ExportType(int code, String word) {
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
